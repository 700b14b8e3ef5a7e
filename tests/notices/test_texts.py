from string import Formatter

import pytest

from app.decisions.model import Urgency
from app.notices.model import Place, SystemNotice
from app.notices.texts import OTHER_KIND, compose, notice_texts
from app.rules.model import Label
from tests.notices.builders import a_notice

KINDS = [*Label, *SystemNotice]
VARIABLES = {"name", "what", "to_do", "urgency", "place", "link", "number"}


def variables_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_words(kind: str) -> None:
    assert kind in notice_texts().kinds


def test_no_words_are_kept_for_a_kind_that_does_not_exist() -> None:
    assert set(notice_texts().kinds) - {str(kind) for kind in KINDS} == {OTHER_KIND}


def test_the_frames_have_no_variable_that_could_hold_a_text_a_name_or_a_contact() -> None:
    for frame in notice_texts().frames.values():
        assert set().union(*map(variables_of, [frame.body, *frame.subject.values()])) <= VARIABLES


def test_the_words_of_a_kind_have_no_variables() -> None:
    for kind in notice_texts().kinds.values():
        for words in (kind.tr, kind.en):
            assert not variables_of(words.name + words.what + words.to_do)


@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize("urgency", list(Urgency))
@pytest.mark.parametrize("kind", KINDS)
def test_every_notice_names_kind_urgency_and_place_and_carries_the_link(
    kind: str, urgency: Urgency, language: str
) -> None:
    notice = a_notice(kind=kind, urgency=urgency, language=language)

    composed = compose(notice)

    name = notice_texts().kinds[kind].words(language).name
    assert name in composed.subject
    assert name in composed.body
    assert "Instagram, @ieu.ornek" in composed.subject
    assert "Instagram, @ieu.ornek" in composed.body
    assert notice_texts().frames[language].urgency[urgency] in composed.body
    assert notice.link in composed.body
    assert "{" not in composed.subject + composed.body


def test_an_urgent_notice_says_so_first() -> None:
    assert compose(a_notice(urgency=Urgency.URGENT)).subject.startswith("[ACİL] Tehdit (6.4.12)")
    assert compose(a_notice(urgency=Urgency.NORMAL)).subject.startswith("[Nöbet] Tehdit (6.4.12)")


def test_a_kind_without_words_still_leaves_as_a_plain_notice() -> None:
    assert compose(a_notice(kind="something_new")).subject == "[ACİL] Bildirim – Instagram, @ieu.ornek"


def test_an_unknown_language_is_turkish() -> None:
    assert compose(a_notice(language="de")).language == "tr"


def test_a_notice_without_a_place_is_about_the_service() -> None:
    assert str(Place()) == "Nöbet"
    assert str(Place(platform="mastodon")) == "mastodon"


def test_braces_in_a_handle_stay_braces() -> None:
    assert "{link}" in compose(a_notice(place=Place(account="{link}"))).subject


def test_a_line_break_in_a_handle_stays_on_the_line() -> None:
    assert str(Place(platform="x", account="@a\r\nBcc: b@ornek.edu.tr")) == "X, @a Bcc: b@ornek.edu.tr"
