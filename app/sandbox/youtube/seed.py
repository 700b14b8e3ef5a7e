"""The channels on YouTube, their secrets, and their videos.

Whoever connects to the sandbox reads ids, tokens and secrets here. None of them opens anything outside of it.
"""

from datetime import timedelta
from typing import Final

from app.sandbox.seed import Platform, SeedAccount, SeedPost

PROJECT: Final = "731904462581"
CLIENT_ID: Final = f"{PROJECT}-sandbox.apps.googleusercontent.com"
# Throw-away values of the simulation, known to anyone who reads this file.
CLIENT_SECRET: Final = "GOCSPX-sandbox-client-secret"  # noqa: S105 - opens nothing but the simulation
API_KEY: Final = "AIza-sandbox-0001"
WEBSUB_SECRET: Final = "sandbox-youtube-websub"  # noqa: S105 - as above

UNIVERSITY: Final = "UCsandboxIzmirEkonomi001"
FACULTY: Final = "UCsandboxMuhendislik0002"

# The owners consented from the start. Their access tokens have no end; those that come of these refresh tokens do.
REFRESH_TOKENS: Final = {
    UNIVERSITY: "1//sandbox-refresh-university",
    FACULTY: "1//sandbox-refresh-faculty",
}

ACCOUNTS: Final[tuple[SeedAccount, ...]] = (
    SeedAccount(
        platform=Platform.YOUTUBE,
        external_id=UNIVERSITY,
        page_id=UNIVERSITY,
        handle="izmirekonomiuni",
        name="İzmir Ekonomi Üniversitesi",
        kind="official",
        access_token="ya29.sandbox-university",  # noqa: S106 - opens nothing but the simulation
        app_secret=WEBSUB_SECRET,
        verify_token="",
        about="Resmî kanal · Balçova, İzmir",
        colour="#b3261e",
    ),
    SeedAccount(
        platform=Platform.YOUTUBE,
        external_id=FACULTY,
        page_id=FACULTY,
        handle="ieumuhendislik",
        name="İEÜ Mühendislik Fakültesi",
        kind="unit",
        access_token="ya29.sandbox-faculty",  # noqa: S106 - opens nothing but the simulation
        app_secret=WEBSUB_SECRET,
        verify_token="",
        about="Fakülte kanalı",
        colour="#7a4b1f",
    ),
)

# The first line of a text is the video's title, the rest its description.
POSTS: Final[tuple[SeedPost, ...]] = (
    SeedPost(
        account_id=UNIVERSITY,
        id="k4mpusTur26",
        text="Kampüs turu 2026\nBalçova kampüsümüzü baştan sona gezdik: derslikler, kütüphane, atölyeler ve kantin.",
        picture="campus.svg",
        age=timedelta(hours=9),
        comments=(
            ("Elif Şenel", "Kütüphanenin yeni hâli çok güzel olmuş"),
            ("Kerem Işık", "Seneye ben de oradayım 🙌"),
        ),
    ),
    SeedPost(
        account_id=UNIVERSITY,
        id="mez_Toren25",
        text="Mezuniyet töreni\nMezunlarımızı kep fırlatırken izleyin. Hepinize yolunuz açık olsun!",
        picture="students.svg",
        age=timedelta(days=3),
        comments=(("Ayşe Yıldırım", "Ne güzel bir gündü 🎓"),),
    ),
    SeedPost(
        account_id=UNIVERSITY,
        id="s3nlik-2026",
        text="Bahar Şenliği özeti\nÜç günün en güzel anları: konserler, atölyeler, kulüp stantları.",
        picture="festival.svg",
        age=timedelta(days=8),
        comments=(("Deniz Arıkan", "Hangi grubun konseriydi bu?"),),
    ),
    SeedPost(
        account_id=UNIVERSITY,
        id="yurtBasv_01",
        text="Yurt başvurusu nasıl yapılır?\nAdım adım anlattık. Sorularınızı yorumlara yazın.",
        picture="bridge.svg",
        age=timedelta(days=21),
    ),
    SeedPost(
        account_id=FACULTY,
        id="r0b0tikFin4",
        text="Robotik kulübü finalde\nTakımımızın yarışma günlüğü.",
        picture="robot.svg",
        age=timedelta(days=1, hours=4),
        comments=(("Zeynep Öğüt", "Tebrikler, emeğinize sağlık!"),),
    ),
    SeedPost(
        account_id=FACULTY,
        id="st4jSunum_9",
        text="Yaz stajı sunumları\nÖğrencilerimiz stajda neler öğrendiklerini anlattı.",
        picture="library.svg",
        age=timedelta(days=12),
    ),
)
