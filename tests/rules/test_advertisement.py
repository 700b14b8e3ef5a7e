"""6.4.14: products and services; not clubs, charity, surveys, questions."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels


@pytest.mark.parametrize(
    "text",
    [
        "dans kulübü seçmeleri bu akşam, giriş ücretsiz",
        "kermesimize bekleriz, gelir burs fonuna",
        "tez anketimi doldurur musunuz",
        "öğrenim ücreti taksit var mı",
        "satılık değil bu okul",
        "bahis oynayan öğrenciler bağımlılık semineri",
        "kitap fiyatları çok arttı",
        "link çalışmıyor",
        "kütüphane indirim yaptı mı",
        "takipçi sayınız artmış tebrikler",
        "ödev ne zaman teslim edilecek",
        "özel ders fiyatları uçmuş yazık",
        "kiralık kasa gibi oda",
        "burs kampanyası var mı",
    ],
)
def test_what_is_no_advertisement_is_left_alone(text: str) -> None:
    assert Label.ADVERTISEMENT not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "d3neme bonusu veren site",
        "bahis sitemize gel, bonus bizden",
        "takipçi satışı dm",
        "10k takipçi 50 tl",
        "tez yazılır uygun fiyat",
        "ödevleriniz yapılır dm",
        "satılık bisiklet 2000 tl",
        "ikinci el laptop temiz, fiyat için dm",
        "özel ders verilir matematik",
        "kiralık oda kampüse yakın",
        "evden para kazanmak isteyen yazsın",
        "kripto sinyal grubu telegram",
        "profilimdeki linke tıkla",
        "indirim kodu: IEU20",
        "buy cheap followers now",
        "earn money from home dm me",
        "ev arkadaşı arıyorum",
        "check my page for discount",
    ],
)
def test_advertisement_is_seen(text: str) -> None:
    assert Label.ADVERTISEMENT in labels(text)
