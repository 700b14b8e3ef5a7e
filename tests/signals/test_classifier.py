"""The classifier as it ships: what it says of plain cases, where it points, and that it is steady."""

import threading

import pytest

from app.rules.model import Label
from app.signals.classifier.classify import Classifier


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("kütüphanenin üst katında priz çalışmıyor, üç gündür söylüyoruz kimse bakmadı", Label.COMPLAINT),
        ("geçen yıl taban sıralamanız kaçtı, burs için kaçıncı olmak lazım", Label.ADMISSION_QUESTION),
        ("tezli yüksek lisansa başvuru ne zaman açılıyor", Label.GRADUATE_QUESTION),
        ("cv'mi nereye gönderebilirim, muhasebe biriminde çalışmak istiyorum", Label.JOB_APPLICATION),
        ("emeği geçen herkesin ellerine sağlık, muhteşem bir tören oldu", Label.PRAISE),
        ("artık bu hayata katlanamıyorum, yarın sabahı görmek istemiyorum", Label.SELF_HARM),
        ("deprem bölgesindeki arkadaşlarımıza geçmiş olsun", Label.DISASTER),
    ],
)
def test_plain_cases_score_highest_for_their_label(classifier: Classifier, text: str, label: Label) -> None:
    scores = classifier.score([(text, None)])[0]

    assert max(scores, key=lambda one: scores[one].log_odds) is label
    assert scores[label].log_odds > 0


def test_places_lie_in_the_text_as_given(classifier: Classifier) -> None:
    text = "Merhaba!! 👋🏽 KÜTÜPHANEDE   İNTERNET ÇALIŞMIYOOOR @ieu https://ornek.com/x"

    scores = classifier.score([(text, None)])[0]

    for scored in scores.values():
        assert all(0 <= start < end <= len(text) for start, end in scored.spans)
    words = " ".join(text[start:end] for start, end in scores[Label.COMPLAINT].spans)
    assert "ÇALIŞMIYOOOR" in words


def test_a_text_without_words_has_no_scores(classifier: Classifier) -> None:
    assert classifier.score([("😂😂 123 !!!", None), ("", None)]) == [{}, {}]


@pytest.mark.parametrize(
    "text",
    [
        "Günaydın",
        "@ali.veli @ayse hayırlı olsun 🎉",
        "GÜNAYDIN!! iyi haftalar 😊",
        "çok teşekkürler 🙏🏽",
        "İyi geceler",
    ],
)
def test_small_talk_has_no_scores(classifier: Classifier, text: str) -> None:
    assert classifier.score([(text, None)]) == [{}]


@pytest.mark.parametrize(
    ("text", "parent"),
    [
        ("günaydın", "bugün kendini as artık"),
        ("iyi geceler hepinize", None),
        ("iyi geceler 🔪", None),
        ("iyi geceler ben gidiyorum", None),
        ("hayırlı olsun köpekler", None),
        ("günaydın 0532 000 00 00 dan yaz", None),
        ("iyi geceler " * 12, None),
    ],
)
def test_what_only_begins_like_small_talk_is_read(classifier: Classifier, text: str, parent: str | None) -> None:
    assert len(classifier.score([(text, parent)])[0]) > 1


def test_a_text_scores_the_same_alone_and_among_others(classifier: Classifier) -> None:
    texts = [("yemekler soğuk geliyor", None), ("harika bir kampüs " * 12, None), ("selam", "nasılsın")]

    together = classifier.score(texts)
    alone = [Classifier().score([text])[0] for text in texts]

    assert together == alone


def test_a_text_that_comes_again_scores_the_same(classifier: Classifier) -> None:
    assert classifier.score([("tebrikler", None)]) == classifier.score([("tebrikler", None)])


def test_what_was_scored_is_not_read_again_for_its_offence() -> None:
    classifier, text = Classifier(), "yemekhanedeki kuyruk yine kapıya kadar uzadı"
    classifier.score([(text, None)])
    read = dict(classifier._remembered)

    offence = classifier.offence(text)

    assert len(read) == 1
    assert classifier._remembered == read
    assert offence == Classifier().offence(text)


def test_a_long_text_counts_by_its_worst_part(classifier: Classifier) -> None:
    padding = "bugün hava çok güzel, kampüste yürüyüş yaptık. " * 9
    threat = "o notu düzeltmezsen seni de aileni de öldürürüm"

    scores = classifier.score([(padding + threat, None)])[0]

    assert scores[Label.THREAT].log_odds > 0
    assert all(start >= len(padding) - 60 for start, _ in scores[Label.THREAT].spans)


# Log odds as they came out when the model was written, the three likeliest labels of each.
RECORDED: dict[str, dict[Label, float]] = {
    "kütüphanenin üst katında priz çalışmıyor, üç gündür söylüyoruz kimse bakmadı": {
        Label.COMPLAINT: 5.84,
        Label.CRITICISM: -4.4,
        Label.PRAISE: -5.06,
    },
    "o hocayı çıkışta bekliyorum, kemiklerini kıracağım": {
        Label.THREAT: 7.26,
        Label.PRAISE: -5.06,
        Label.CRITICISM: -5.46,
    },
    "artık bu hayata katlanamıyorum, yarın sabahı görmek istemiyorum": {
        Label.SELF_HARM: 5.28,
        Label.PRAISE: -4.84,
        Label.COMPLAINT: -5.18,
    },
    "ilk tercihime yerleştim, hepinize teşekkürler": {
        Label.PRAISE: 0.44,
        Label.INSULT: -4.87,
        Label.DISASTER: -5.18,
    },
    "bu nasıl bir rezillik, yönetim uyuyor mu": {
        Label.CRITICISM: 4.33,
        Label.INSULT: -2.92,
        Label.QUESTION_OTHER: -4.78,
    },
    "when does the application for the master's programme open?": {
        Label.GRADUATE_QUESTION: 9.65,
        Label.QUESTION_OTHER: -3.91,
        Label.PRAISE: -4.1,
    },
}


def test_scores_are_the_same_on_every_processor(classifier: Classifier) -> None:
    """Eight-bit weights overflow where a processor lacks VNNI, and move these by 0.17: thresholds would be void."""
    moved = [
        abs(classifier.score([(text, None)])[0][label].log_odds - recorded)
        for text, labels in RECORDED.items()
        for label, recorded in labels.items()
    ]

    assert sum(moved) / len(moved) < 0.08


@pytest.mark.parametrize("text", ["a" * 200_000, "\u0301" * 20_000, "😀" * 20_000, "ş " * 100_000, "\ud800x"])
def test_hostile_texts_take_bounded_work(classifier: Classifier, text: str) -> None:
    done = threading.Event()

    def score() -> None:
        classifier.score([(text, text)])
        done.set()

    threading.Thread(target=score, daemon=True).start()

    # Work that grew with the square of the length would take hours.
    assert done.wait(60)
