"""6.4.11: degradation of groups; not naming them, not rights, not food."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels


@pytest.mark.parametrize(
    "text",
    [
        "Suriyeli öğrenciler için Türkçe kursu",
        "kürt böreği çok güzel",
        "Engelli rampası yok binada",
        "Ermeni edebiyatı dersi açılsın",
        "kadın mühendisler paneli",
        "Arap dili bölümü açılacak mı",
        "LGBT topluluğu etkinliği",
        "görmek istemiyorum bu yemeği",
        "ırkçılık yapmayın, araplar da öğrenci",
        "Yahudi tarihi semineri",
        "roman okuma kulübü",
        "kör nokta var otoparkta",
        "sağır duymaz uydurur",
        "topu topu iki kişiydik",
    ],
)
def test_what_is_no_hate_is_left_alone(text: str) -> None:
    assert Label.HATE not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "pis araplar defolun",
        "suriyeli köpekler",
        "çingene gibi bağırıyorlar",
        "kürtlerin hepsi terörist",
        "ermeni dölü",
        "kadının yeri mutfak",
        "kadından rektör olmaz",
        "ibneler sapkın, istemiyoruz",
        "lgbt sapkınlıktır",
        "özürlüler sizi",
        "mülteci sürüsü istemiyoruz",
        "dirty arabs go home",
        "zenciler maymun",
        "spastik misiniz siz",
        "eşcinseller hastadır, tedavi olsun",
        "çingeneleri almayın bu okula",
    ],
)
def test_hate_is_seen(text: str) -> None:
    assert Label.HATE in labels(text)
