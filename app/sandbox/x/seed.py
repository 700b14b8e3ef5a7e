"""The accounts on X, the application's keys, and what they have published.

Whoever connects to the sandbox reads ids, tokens and secrets here. None of them opens anything outside of it.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from app.sandbox.seed import Platform, SeedAccount, SeedPost

# Throw-away values of the simulation, known to anyone who reads this file.
APP_ID: Final = "29384756"
CONSUMER_KEY: Final = "sandboxXConsumerKey"
CONSUMER_SECRET: Final = "sandbox-x-consumer-secret"  # noqa: S105 - opens nothing but the simulation
CLIENT_ID: Final = "c2FuZGJveC14LWNsaWVudA"
# A public client, as an app on a phone is one.
PUBLIC_CLIENT_ID: Final = "c2FuZGJveC14LXB1YmxpYw"
CLIENT_SECRET: Final = "sandbox-x-client-secret"  # noqa: S105 - as above
APP_BEARER: Final = "AAAAAAAAAAAAAAAAAAAAAsandboxXAppOnly"

UNIVERSITY: Final = "2817364509"
FACULTY: Final = "1394857261038475264"

ACCESS_TOKENS: Final[Mapping[str, str]] = {
    UNIVERSITY: "sandboxXUniversityAccess0001",
    FACULTY: "sandboxXFacultyAccess0002",
}
REFRESH_TOKENS: Final[Mapping[str, str]] = {
    UNIVERSITY: "sandboxXUniversityRefresh0001",
    FACULTY: "sandboxXFacultyRefresh0002",
}
# OAuth 1.0a: token and secret.
USER_KEYS: Final[Mapping[str, tuple[str, str]]] = {
    UNIVERSITY: (f"{UNIVERSITY}-sandboxXUser", "sandbox-x-university-token-secret"),
    FACULTY: (f"{FACULTY}-sandboxXUser", "sandbox-x-faculty-token-secret"),
}

WEBHOOK_ID: Final = "1985700000000000001"
WEBHOOK_URL: Final = "https://nobet.example/webhooks/x"

ACCOUNTS: Final[tuple[SeedAccount, ...]] = (
    SeedAccount(
        platform=Platform.X,
        external_id=UNIVERSITY,
        page_id=UNIVERSITY,
        handle="izmirekonomiuni",
        name="İzmir Ekonomi Üniversitesi",
        kind="official",
        access_token=ACCESS_TOKENS[UNIVERSITY],
        app_secret=CONSUMER_SECRET,
        verify_token="",
        about="Resmî hesap · Balçova, İzmir",
        colour="#14171a",
    ),
    SeedAccount(
        platform=Platform.X,
        external_id=FACULTY,
        page_id=FACULTY,
        handle="ieumuhendislik",
        name="İEÜ Mühendislik Fakültesi",
        kind="unit",
        access_token=ACCESS_TOKENS[FACULTY],
        app_secret=CONSUMER_SECRET,
        verify_token="",
        about="İzmir Ekonomi Üniversitesi · Fakülte",
        colour="#37517a",
    ),
)

# The older a post, the smaller its id, as everywhere on X.
POSTS: Final[tuple[SeedPost, ...]] = (
    SeedPost(
        account_id=UNIVERSITY,
        id="1985612034517880833",
        text="Sonbahar mezuniyet törenimiz cumartesi 14.00’te kampüs meydanında. Ailelerinizi de bekleriz! 🎓",
        picture="campus.svg",
        age=timedelta(hours=4),
        comments=(
            ("Zeynep Öğüt", "Kardeşim mezun oluyor, oradayız 💙"),
            ("Mehmet Çağlar", "Otopark için ücret alınacak mı?"),
        ),
    ),
    SeedPost(
        account_id=UNIVERSITY,
        id="1985240117739294720",
        text="Kütüphanemiz final haftası boyunca 24 saat açık. Çayımız da var ☕",
        picture="students.svg",
        age=timedelta(days=1, hours=2),
        comments=(("Kerem Işık", "Nihayet, teşekkürler"),),
    ),
    SeedPost(
        account_id=UNIVERSITY,
        id="1984518850602246145",
        text="Bahar dönemi kayıt takvimi yayımlandı. Sorularınızı bu gönderinin altına yazabilirsiniz.",
        picture="sunrise.svg",
        age=timedelta(days=3),
        comments=(("Anna Keller", "Is there a separate calendar for exchange students?"),),
    ),
    SeedPost(
        account_id=FACULTY,
        id="1985398264110039041",
        text="Köprü maketi yarışmasının finalistleri belli oldu. Tebrikler takımlar!",
        picture="bridge.svg",
        age=timedelta(hours=19),
        comments=(("Deniz Arıkan", "Bizimki ilk turda çöktü ama çok eğlendik"),),
    ),
    SeedPost(
        account_id=FACULTY,
        id="1984110955038736384",
        text="Robotik laboratuvarımız yenilendi, açık kapı günü perşembe.",
        picture="robot.svg",
        age=timedelta(days=4),
    ),
)
