"""Which words a template has: language, season and hour, the narrower before the wider, none that nothing can fill."""

from typing import Any

import pytest

from app.decisions.model import TemplateKey, Tier
from app.decisions.policy import load_policy, shipped_document, shipped_policy
from app.decisions.wording import Hours, Moment, SavedText, Season, worded
from app.errors import PolicyError
from app.rules.model import Label
from tests.decisions.build import a_policy, decided, planned

T1 = TemplateKey("T1")
USUAL = Moment(admission_period=False, office_hours=True)


def saved(text: str, season: Season = Season.ANY, hours: Hours = Hours.ANY, language: str = "tr") -> SavedText:
    return SavedText(template=T1, language=language, season=season, hours=hours, text=text)


TEXTS = [
    saved("dönemde ve mesaide", Season.ADMISSION, Hours.OFFICE),
    saved("dönemde", Season.ADMISSION),
    saved("mesai dışında", hours=Hours.OUTSIDE_OFFICE),
    saved("her zaman"),
]


@pytest.mark.parametrize(
    ("admission", "office", "expected"),
    [
        (True, True, "dönemde ve mesaide"),
        (True, False, "dönemde"),
        (False, False, "mesai dışında"),
        (False, True, "her zaman"),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_the_narrower_text_is_taken(admission: bool, office: bool, expected: str, order: int) -> None:
    moment = Moment(admission_period=admission, office_hours=office)

    policy, approved = worded(shipped_policy(), TEXTS[::order], moment)

    assert policy.templates[T1].texts["tr"] == expected
    assert approved == {(T1, "tr")}


def test_other_words_make_no_other_version() -> None:
    policy, _ = worded(shipped_policy(), TEXTS, USUAL)

    assert policy.version == shipped_policy().version
    assert shipped_policy().templates[T1].texts["tr"].startswith("Merhabalar")


def test_a_new_language_goes_out_once_it_is_approved() -> None:
    english = saved("Hello, we have told the unit concerned.", language="en")
    policy, approved = worded(a_policy(), [english], USUAL)
    decision = decided((Label.COMPLAINT, Tier.CERTAIN), signals={"language": "en"})

    def reply(**context: Any) -> str | None:
        return next(action.held_because for action in planned(decision, policy, **context) if action.template == "T1")

    assert reply(approved_texts=approved) is None
    assert planned(decision, a_policy())[-1].held_because == "no_text_in_language:en"


@pytest.mark.parametrize(("key", "words"), [("T2", "{telefon} arayın"), ("T1", "Kural: {rule}"), ("T4", "{}")])
def test_a_document_with_a_variable_that_nothing_fills_is_refused(key: str, words: str) -> None:
    document = shipped_document()
    document["templates"][key]["texts"]["tr"] = words

    with pytest.raises(PolicyError, match="no such variable"):
        load_policy(document)
