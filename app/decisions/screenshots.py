"""Which labels' articles ask for a screenshot of the page, and how much hangs on it: policy data. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from app.decisions.document import Document
from app.rules.model import Article, Label


class Need(StrEnum):
    """How much hangs on a picture of the page.

    Wanted: taken where it can be had; else the rendered card stands in. Asked: a person is asked for one where it could
    not be had. Demanded: so too, and nothing is deleted without one, or without a person's recorded waiver.
    """

    WANTED = "wanted"
    ASKED = "asked"
    DEMANDED = "demanded"


class Screenshot(Document):
    """What one label's article asks for; `article` is the one that says so."""

    article: Article
    need: Need


def rank(need: Need) -> int:
    """How much it is: a higher one asks for all that a lower one does."""
    return list(Need).index(need)


def need_of(labels: Iterable[str], screenshots: Mapping[Label, Screenshot]) -> Need:
    """The most that the articles of these labels ask for."""
    known = (screenshots[label].need for label in map(Label, labels) if label in screenshots)
    return max(known, key=rank, default=Need.WANTED)
