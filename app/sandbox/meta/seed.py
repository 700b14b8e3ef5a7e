"""The accounts on Facebook and Instagram, their secrets, and what they have published.

Whoever connects to the sandbox reads ids, tokens and secrets here. None of them opens anything outside of it.
"""

from datetime import timedelta
from typing import Final

from app.sandbox.seed import Platform, SeedAccount, SeedPost

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

POSTS: Final[tuple[SeedPost, ...]] = (
    SeedPost(
        account_id=UNIVERSITY_PAGE,
        id=f"{UNIVERSITY_PAGE}_748215503619284",
        text="Yeni akademik yıla merhaba! Kampüsümüzün kapıları bu sabah öğrencilerimize açıldı. 🎓",
        picture="campus.svg",
        age=timedelta(hours=5),
        comments=(
            ("Zeynep Öğüt", "Herkese güzel bir yıl olsun 💙"),
            ("Mehmet Çağlar", "Nihayet kampüse döndük!"),
        ),
    ),
    SeedPost(
        account_id=UNIVERSITY_PAGE,
        id=f"{UNIVERSITY_PAGE}_748102996431170",
        text="Bahar Şenliği programı belli oldu: üç gün boyunca konserler, atölyeler ve kulüp stantları.",
        picture="festival.svg",
        age=timedelta(days=1, hours=3),
        comments=(("Elif Şenel", "Konserler saat kaçta başlıyor?"),),
    ),
    SeedPost(
        account_id=UNIVERSITY_PAGE,
        id=f"{UNIVERSITY_PAGE}_747988120057733",
        text="Kütüphanemiz final haftası boyunca 24 saat açık. Sessiz çalışma katı 3. kattadır.",
        picture="library.svg",
        age=timedelta(days=4),
    ),
    SeedPost(
        account_id=FACULTY_PAGE,
        id=f"{FACULTY_PAGE}_390116482750916",
        text="Bitirme projeleri sergimiz perşembe günü 10.00’da fakülte girişinde. Herkesi bekleriz!",
        picture="robot.svg",
        age=timedelta(hours=20),
        comments=(("Kerem Işık", "Bizim takım da orada olacak, bekleriz 🤖"),),
    ),
    SeedPost(
        account_id=FACULTY_PAGE,
        id=f"{FACULTY_PAGE}_389970357218845",
        text="Yaz stajı başvuruları için son gün 15 Mayıs. Formlar fakülte sekreterliğinde.",
        picture="bridge.svg",
        age=timedelta(days=6),
    ),
    SeedPost(
        account_id=UNIVERSITY_INSTAGRAM,
        id="18046213975810462",
        text="Kampüste sabah ışığı ☀️ #izmirekonomi",
        picture="sunrise.svg",
        age=timedelta(hours=7),
        shortcode="DQx7sunr1se",
        comments=(
            ("Ayşe Yıldırım", "Burayı çok özledim 😍"),
            ("Anna Keller", "Beautiful campus! Greetings from Hamburg"),
        ),
    ),
    SeedPost(
        account_id=UNIVERSITY_INSTAGRAM,
        id="17992840516337285",
        text="Tercih döneminde yanınızdayız: tanıtım günlerimiz bu hafta sonu. Sorularınızı yorumlara yazın 👇",
        picture="students.svg",
        age=timedelta(days=2),
        shortcode="DQv2terc1h0",
        product="REELS",
        comments=(("Deniz Arıkan", "Psikoloji bölümü için kontenjan kaç?"),),
    ),
    SeedPost(
        account_id=UNIVERSITY_INSTAGRAM,
        id="18107755204936618",
        text="Şenlik meydanından canlı yayın",
        picture="festival.svg",
        age=timedelta(hours=1),
        shortcode="DQz9canl1yy",
        product="LIVE",
    ),
    SeedPost(
        account_id=FACULTY_INSTAGRAM,
        id="18021367490258841",
        text="Robotik kulübümüz yarışmadan ikincilikle döndü 🏆 Tebrikler!",
        picture="robot.svg",
        age=timedelta(days=1),
        shortcode="DQw5r0b0t1k",
    ),
)
