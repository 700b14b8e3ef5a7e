"""6.4.9: advances, stalking, pile-ons, urging to die; not what victims tell, not fans."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels


@pytest.mark.parametrize(
    "text",
    [
        "kızıma laf atan bir görevli var",
        "beni takip ediyor, korkuyorum",
        "sizi takip ediyoruz, harika sayfa",
        "hocanın dersini dört gözle bekliyorum",
        "numaranızı atar mısınız, öğrenci işlerini arayacağım",
        "yatak odası mobilyası tasarımı bölümü",
        "yalan söylüyorlar",
        "Taciz ve şiddeti önleme paneli",
        "seni özledik hocam",
        "her gün bekliyorum servisi",
        "güzel kampüs",
        "bu gece konsere gelin",
        "ölmüş arkadaşımıza rahmet",
    ],
)
def test_what_is_no_harassment_is_left_alone(text: str) -> None:
    assert Label.HARASSMENT not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "dudakların çok güzel öperim, numaranı at",
        "bu gece bana gel güzelim",
        "her akşam yurdunun önünde bekliyorum seni",
        "seni dün gece eve kadar takip ettim",
        "hepimiz şu kıza yazalım rahat bırakmayalım",
        "git kendini as",
        "intihar et kurtul",
        "hadi kızın hesabını spamlayalım",
        "nude atsana bebeğim",
        "seninle sevişmek istiyorum",
        "send nudes babe",
        "go kill yourself",
        "engellesen de yeni hesap açar yine yazarım",
        "öl artık geber",
        "herkes şu şişkoya gülsün",
    ],
)
def test_harassment_is_seen(text: str) -> None:
    assert Label.HARASSMENT in labels(text)
