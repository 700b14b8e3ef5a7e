"""6.4.9: private mailboxes, written out as well; not offices, not what is said about mail."""

import pytest

from tests.rules.personal.marked import marked


@pytest.mark.parametrize(
    "text",
    [
        "helpdesk@ieu.edu.tr",
        "satis.izmir@firma.com",
        "bana mail at gmail hesabından",
        "mail at gmail",
        "mailimi gmailcom yaptım",
        "okul maili gmail com uzantılı değil",
        "gmail.com açılmıyor",
        "g@v.u.r.l.a.r",
    ],
)
def test_offices_and_talk_of_mail_are_left_alone(text: str) -> None:
    assert marked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "⟦selin nokta deneme at gmail nokta com⟧",
        "⟦tugrulhandeneme gmailcom⟧ işaretini bulamadım",
        "⟦deneme99gmailcom⟧ ordan",
        "⟦deneme@gmail,com⟧",
        "⟦denemehesap et gmail nokta kom⟧",
        "⟦deneme.hesap kuyruklu a gmail nokta com⟧",
        "⟦d e n e m e h e s a p @ gmail.com⟧",
        "⟦denemehesap at gmail⟧ e attım",
        "⟦deneme.hesap [at] ornek [dot] net⟧",
    ],
)
def test_mailboxes_are_marked_from_the_first_letter(text: str) -> None:
    assert marked(text) == text
