"""6.4.13: sale, use and praise of drugs, violence praised; not panels, news or goods."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels


@pytest.mark.parametrize(
    "text",
    [
        "uyuşturucuyla mücadele paneli yarın",
        "mal sahibi kirayı artırdı",
        "kantinde çay var mı",
        "ot yolma etkinliği",
        "yeşil alan var mı kampüste",
        "kar yağdı kampüse ❄",
        "esrar operasyonunda üç kişi yakalandı",
        "çimlere ot biçme makinesi lazım",
        "ilaç sektörü söyleşisi",
        "boks maçında yumruğu atan kazandı",
        "kahve içelim kafamız yerine gelsin",
        "Eczacılık stajı için ilaç firması arıyorum",
        "şeker bayramınız kutlu olsun",
    ],
)
def test_what_is_no_violence_drugs_is_left_alone(text: str) -> None:
    assert Label.VIOLENCE_DRUGS not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "esrar isteyen dm",
        "ot var gramı 200",
        "bonzai bulunur elden teslim",
        "reçetesiz ritalin satılır",
        "xanax satıyorum kutusu 500",
        "joint saralım bu akşam yurtta keyif",
        "iyi dövmüşler, eline sağlık vuranın",
        "az bile dövmüşler",
        "🍁 var dm",
        "esr@r satılır yazın",
        "who sells weed here dm me",
        "uyuşturucu satılır telegramdan yaz",
        "keşke ağzını burnunu kırsaydın",
    ],
)
def test_violence_drugs_is_seen(text: str) -> None:
    assert Label.VIOLENCE_DRUGS in labels(text)
