"""6.4.15: a past attempt, a wish, worry about someone; not hyperbole, not lectures, not urging others."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels


@pytest.mark.parametrize(
    "text",
    [
        "bu final beni öldürdü",
        "ölüyorum gülmekten 😂",
        "İntiharı önleme semineri saat 14.00'te",
        "git kendini as",
        "diyetten öldüm bittim ya",
        "sınavdan çıktım geberdim yorgunluktan",
        "ölmüş babamın vasiyeti bu okulda okumamdı",
        "Ölü Ozanlar Derneği gösterimi var",
        "hasta oldum bu kampüse",
        "köprü trafiği öldürüyor insanı",
        "olmak istediğim meslek mimarlık",
        "bugün işim olmak üzere",
        "kendimi çok iyi hissediyorum",
        "jilet gibi takım elbise giymiş",
        "kendimi bu bölümde hayal ediyorum",
        "hayatımın en güzel yılları burada geçti",
        "This exam is killing me lol",
    ],
)
def test_what_is_no_self_harm_is_left_alone(text: str) -> None:
    assert Label.SELF_HARM not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "ölmek istiyorum artık",
        "yaşamak istemiyorum",
        "kendimi asıcam bu gece",
        "bileklerimi kestim dün",
        "hayatıma son vermeyi düşünüyorum",
        "intihar etmeyi düşünüyorum",
        "ÖLMEK İSTİYORUM",
        "olmek istiyorum artik dayanamiyorum",
        "oda arkadaşım kendine zarar veriyor ne yapmalıyım",
        "kızım intihardan bahsediyor lütfen yardım edin",
        "yaşamanın bir anlamı kalmadı",
        "keşke hiç doğmasaydım",
        "uyuyup bir daha uyanmamak istiyorum",
        "I want to kill myself",
        "i don't want to live anymore",
        "my roommate wants to kill herself",
        "Ich will nicht mehr leben",
        "хочу умереть",
        "geçen yıl intihara kalkıştım, yine aynı yerdeyim",
        "ben olmasam herkes daha mutlu olur",
        "i n t i h a r etmek istiyorum",
        "canıma kıyacağım",
        "arkadaşım veda mesajı attı ulaşamıyoruz",
        "köprüden atlayacağım bu akşam",
        "bir kutu ilaç içtim",
    ],
)
def test_self_harm_is_seen(text: str) -> None:
    assert Label.SELF_HARM in labels(text)
