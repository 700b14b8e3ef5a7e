"""6.4.10: cases with the University's side as a party; not politics, plays, law students, CİMER."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels


@pytest.mark.parametrize(
    "text",
    [
        "Hukuk fakültesi dava analizi yarışması",
        "dava insanı olmak zor",
        "Büyük Dava oyunu harikaydı",
        "CİMER'e yazdım sizi",
        "YÖK'e şikayet edeceğim",
        "tüketici hakem heyetine başvurdum",
        "cumhurbaşkanının davası ne oldu",
        "farazi dava yarışmasında birinci olduk",
        "Yargıtay kararları dersi kaç kredi",
        "basketbol sahası (court) ne zaman açılıyor",
        "hukuk öğrencisiyim mahkemede staj yapabilir miyim",
        "davetiye nereden alınır",
        "davalumacun",
    ],
)
def test_what_is_no_litigation_is_left_alone(text: str) -> None:
    assert Label.LITIGATION not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "size dava açacağım",
        "mahkemede görüşürüz",
        "okula açtığım davayı kazandım",
        "rektör hakkında açılan dava sürüyor",
        "avukatım sizinle iletişime geçecek",
        "hocanın mobbing davası ne oldu",
        "üniversiteyi mahkemeye verdik",
        "işe iade davası kazandık okula karşı",
        "idare mahkemesi kararınızı iptal etti",
        "see you in court",
        "I will sue this university",
        "rektör yargılanıyor",
    ],
)
def test_litigation_is_seen(text: str) -> None:
    assert Label.LITIGATION in labels(text)
