"""What every simulated platform seeds: accounts, posts, and a few invented persons.

The accounts and posts themselves are in each platform's folder; none of their secrets opens anything outside of it.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final, Literal


class Platform(StrEnum):
    """A simulated platform; the value is its name in paths and settings."""

    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    X = "x"
    LINKEDIN = "linkedin"
    YOUTUBE = "youtube"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedAccount:
    """One profile of ours.

    `external_id` is what webhooks name it by. `page_id` is the Facebook Page an Instagram account is linked to, whose
    token opens both (Facebook Login for Business); elsewhere it equals `external_id`. `app_secret` signs webhooks, and
    `verify_token` is the word agreed on where the platform has such a thing.
    """

    platform: Platform
    external_id: str
    page_id: str
    handle: str
    name: str
    kind: Literal["official", "unit", "club"]
    access_token: str
    app_secret: str
    verify_token: str
    about: str = ""
    colour: str = "#0b4f8a"


Product = Literal["FEED", "REELS", "LIVE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedPost:
    """A post of ours; `age` is its age when the world begins, `picture` a file in `static/pictures`."""

    account_id: str
    id: str
    text: str
    picture: str
    age: timedelta
    shortcode: str = ""
    product: Product = "FEED"
    comments: tuple[tuple[str, str], ...] = ()


# Invented; any likeness to living persons is chance.
PEOPLE: Final[tuple[str, ...]] = (
    "Ayşe Yıldırım",
    "Mehmet Çağlar",
    "Zeynep Öğüt",
    "Kerem Işık",
    "Elif Şenel",
    "Deniz Arıkan",
    "Anna Keller",
)
