"""6.4.12: threats and public fear; not sport, not music, not the bomb of a concert."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels


@pytest.mark.parametrize(
    "text",
    [
        "bomba gibi konserdi",
        "rakibi parçalayacağız yarınki maçta",
        "bu parça sahneyi yakar",
        "bu bölüm adamı bitirir",
        "vurgun yedik kitap fiyatlarında",
        "öldün mü kaldın mı haber ver",
        "sınavda görüşürüz",
        "yarın okula gelmeyin, dersler online",
        "müdür beni öldürecek ödevi geç verdim",
        "patlıyoruz sıcaktan",
        "sizi arayacağız dediler",
        "çıkışta standımızda bekliyoruz sizi",
        "kütüphane yanıyor sıcaktan",
        "beni tehdit ediyorlar, yardım edin",
        "seni çok özledim gel",
        "hepinizi bekliyoruz",
    ],
)
def test_what_is_no_threat_is_left_alone(text: str) -> None:
    assert Label.THREAT not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "seni öldüreceğim",
        "hepinizi geberteceğim",
        "o okulu yakacağım",
        "rektörlüğü havaya uçuracağım",
        "yarın okula silahla geliyorum",
        "evini biliyorum, ayağını denk al",
        "kafana sıkarım",
        "sizi tek tek bulacağım",
        "seni oldurecegim",
        "s3ni öldürürüm",
        "mezuniyete bomba koydum",
        "ağzını burnunu kırarım senin",
        "I will kill you all",
        "i'm gonna bring a gun to campus",
        "ich bringe dich um",
        "çıkışta bekliyorum seni, görürsün",
        "gününü göreceksin",
        "kampüste kan akacak yarın",
        "убью тебя",
        "seni bulurum, doğduğuna pişman ederim",
    ],
)
def test_threat_is_seen(text: str) -> None:
    assert Label.THREAT in labels(text)
