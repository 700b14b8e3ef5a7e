"""Which words a template has at a moment: by language, season and hour, saved ones before the policy's own. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.decisions.model import TemplateKey
from app.decisions.policy import Policy


class Season(StrEnum):
    """When in the year a text holds; the admission period is the directorate's (tercih dönemi)."""

    ANY = "any"
    ADMISSION = "admission"
    OUTSIDE_ADMISSION = "outside_admission"


class Hours(StrEnum):
    """When in the week a text holds; the office hours are policy data, and end for holidays."""

    ANY = "any"
    OFFICE = "office"
    OUTSIDE_OFFICE = "outside_office"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedText:
    """A text that people have saved and approved for a template, with when it holds."""

    template: TemplateKey
    language: str
    season: Season
    hours: Hours
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something is said."""

    admission_period: bool
    office_hours: bool


Approved = frozenset[tuple[TemplateKey, str]]


def worded(policy: Policy, texts: Iterable[SavedText], moment: Moment) -> tuple[Policy, Approved]:
    """The policy with the words that hold at this moment, and which of them are saved ones, approved by people.

    Of several that hold, the one said for the narrower time is taken: first by season, then by hour.
    """
    season = Season.ADMISSION if moment.admission_period else Season.OUTSIDE_ADMISSION
    hours = Hours.OFFICE if moment.office_hours else Hours.OUTSIDE_OFFICE
    holding = [
        text
        for text in texts
        if text.season in (Season.ANY, season)
        and text.hours in (Hours.ANY, hours)
        and text.template in policy.templates
    ]
    if not holding:
        return policy, frozenset()
    templates = dict(policy.templates)
    # The narrowest comes last, and so stays.
    for text in sorted(holding, key=lambda text: (text.season is not Season.ANY, text.hours is not Hours.ANY)):
        template = templates[text.template]
        templates[text.template] = template.model_copy(update={"texts": {**template.texts, text.language: text.text}})
    return policy.with_templates(templates), frozenset((text.template, text.language) for text in holding)
