"""Whether the machine is at its limit (policy section 3; architecture I11). Pure."""

from collections.abc import Sequence
from enum import StrEnum
from statistics import median

from app.decisions.policy import Limits, Quota


class Cause(StrEnum):
    """Why an act is left to a person."""

    QUOTA = "quota"
    UNUSUAL = "unusual"


def usual(past: Sequence[int]) -> float:
    """The habit that past hours tell: their median, which neither one storm nor one silent week moves.

    Hours of which nothing is known count as 0, so that a new account has no habit and the floor alone holds.
    """
    return median(past) if past else 0.0


def unusual_from(limits: Limits, quota: Quota, habit: float) -> int:
    """The number of different people in an hour above which a label's rules are unusual on an account."""
    return max(quota.authors, int(limits.factor * habit))
