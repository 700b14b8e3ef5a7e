"""The seeded world as data: the accounts, their secrets, and a few invented persons.

Whoever connects to the sandbox reads ids, tokens and secrets here. None of them opens anything outside of it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal


class Platform(StrEnum):
    """A simulated platform; the value is its name in paths and settings."""

    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedAccount:
    """One profile of ours.

    `external_id` is what webhooks name it by. `page_id` is the Facebook Page an Instagram account is linked to, whose
    token opens both (Facebook Login for Business); on Facebook it equals `external_id`.
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


APP_ID: Final = "731904462581093"
# Throw-away values of the simulation, known to anyone who reads this file.
APP_SECRET: Final = "sandbox-meta-app-secret"  # noqa: S105 - opens nothing but the simulation
FACEBOOK_VERIFY_TOKEN: Final = "sandbox-facebook-verify"  # noqa: S105 - as above
INSTAGRAM_VERIFY_TOKEN: Final = "sandbox-instagram-verify"  # noqa: S105 - as above

UNIVERSITY_PAGE: Final = "104826451903377"
FACULTY_PAGE: Final = "112390577264018"
UNIVERSITY_INSTAGRAM: Final = "17841402957713604"
FACULTY_INSTAGRAM: Final = "17841448206519327"

ACCOUNTS: Final[tuple[SeedAccount, ...]] = (
    SeedAccount(
        platform=Platform.FACEBOOK,
        external_id=UNIVERSITY_PAGE,
        page_id=UNIVERSITY_PAGE,
        handle="izmirekonomiuni",
        name="İzmir Ekonomi Üniversitesi",
        kind="official",
        access_token="EAAKsandboxUniversityPage0001ZDZD",  # noqa: S106 - opens nothing but the simulation
        app_secret=APP_SECRET,
        verify_token=FACEBOOK_VERIFY_TOKEN,
        about="Balçova, İzmir · Üniversite",
    ),
    SeedAccount(
        platform=Platform.FACEBOOK,
        external_id=FACULTY_PAGE,
        page_id=FACULTY_PAGE,
        handle="ieumuhendislik",
        name="İEÜ Mühendislik Fakültesi",
        kind="unit",
        access_token="EAAKsandboxFacultyPage0002ZDZD",  # noqa: S106 - opens nothing but the simulation
        app_secret=APP_SECRET,
        verify_token=FACEBOOK_VERIFY_TOKEN,
        about="İzmir Ekonomi Üniversitesi · Fakülte",
        colour="#1f7a5c",
    ),
    SeedAccount(
        platform=Platform.INSTAGRAM,
        external_id=UNIVERSITY_INSTAGRAM,
        page_id=UNIVERSITY_PAGE,
        handle="izmirekonomi",
        name="İzmir Ekonomi Üniversitesi",
        kind="official",
        access_token="EAAKsandboxUniversityPage0001ZDZD",  # noqa: S106 - opens nothing but the simulation
        app_secret=APP_SECRET,
        verify_token=INSTAGRAM_VERIFY_TOKEN,
        about="Resmî hesap · Balçova, İzmir",
        colour="#a23b72",
    ),
    SeedAccount(
        platform=Platform.INSTAGRAM,
        external_id=FACULTY_INSTAGRAM,
        page_id=FACULTY_PAGE,
        handle="ieu.muhendislik",
        name="İEÜ Mühendislik Fakültesi",
        kind="unit",
        access_token="EAAKsandboxFacultyPage0002ZDZD",  # noqa: S106 - opens nothing but the simulation
        app_secret=APP_SECRET,
        verify_token=INSTAGRAM_VERIFY_TOKEN,
        about="Fakülte hesabı",
        colour="#c2571a",
    ),
)

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
