"""Which articles ask for a screenshot of the page. Not policy data: the procedure's own words."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from app.rules.model import Label


class Need(StrEnum):
    """How much hangs on a picture of the page.

    Wanted: taken where it can be had; else the rendered card stands in. Asked: a person is asked for one where it could
    not be had. Demanded: so too, and nothing is deleted without one, or without a person's recorded waiver.
    """

    WANTED = "wanted"
    ASKED = "asked"
    DEMANDED = "demanded"


NEEDS: Mapping[Label, Need] = MappingProxyType(
    {
        Label.SELF_HARM: Need.ASKED,  # 6.4.15
        Label.THREAT: Need.DEMANDED,  # 6.4.12
        Label.VIOLENCE_DRUGS: Need.DEMANDED,  # 6.4.13
    }
)


def need_of(labels: Iterable[str]) -> Need:
    """The most that one of the labels asks for."""
    order = list(Need)
    known = (NEEDS.get(Label(label), Need.WANTED) for label in labels if label in set(Label))
    return max(known, key=order.index, default=Need.WANTED)
