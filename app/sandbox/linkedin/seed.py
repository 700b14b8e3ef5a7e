"""The organisations on LinkedIn, who administers them, and what they have published.

None of the secrets opens anything outside of the sandbox.
"""

from datetime import timedelta
from typing import Final

from app.sandbox.seed import Platform, SeedAccount, SeedPost

APPLICATION_ID: Final = "218440917"
CLIENT_ID: Final = "78sandboxnobet"
CLIENT_SECRET: Final = "sandbox-linkedin-secret"  # noqa: S105 - opens nothing but the simulation
ACCESS_TOKEN: Final = "AQXsandboxMember0001"  # noqa: S105 - as above
REFRESH_TOKEN: Final = "AQWsandboxRefresh0001"  # noqa: S105 - as above

UNIVERSITY: Final = "urn:li:organization:96411203"
INSTITUTE: Final = "urn:li:organization:96420887"
# The first is the one whose token is used; LinkedIn tells each of them of everything.
ADMINISTRATORS: Final = ("urn:li:person:sBx7Uz0aQ1", "urn:li:person:sBx9Kp4wE2")

ACCOUNTS: Final[tuple[SeedAccount, ...]] = (
    SeedAccount(
        platform=Platform.LINKEDIN,
        external_id=UNIVERSITY,
        page_id=UNIVERSITY,
        handle="izmir-ekonomi-universitesi",
        name="İzmir Ekonomi Üniversitesi",
        kind="official",
        access_token=ACCESS_TOKEN,
        app_secret=CLIENT_SECRET,
        verify_token="",
        about="Yükseköğretim · Balçova, İzmir",
        colour="#0a66c2",
    ),
    SeedAccount(
        platform=Platform.LINKEDIN,
        external_id=INSTITUTE,
        page_id=INSTITUTE,
        handle="ieu-lisansustu",
        name="İEÜ Lisansüstü Eğitim Enstitüsü",
        kind="unit",
        access_token=ACCESS_TOKEN,
        app_secret=CLIENT_SECRET,
        verify_token="",
        about="İzmir Ekonomi Üniversitesi · Enstitü",
        colour="#3d5a80",
    ),
)

# `shortcode` holds the share's number: a post is called by its activity here and by its share there.
POSTS: Final[tuple[SeedPost, ...]] = (
    SeedPost(
        account_id=UNIVERSITY,
        id="urn:li:activity:7391204418305110016",
        shortcode="7391204417101344768",
        text="Kariyer Günleri başlıyor: 40'tan fazla kurum iki gün boyunca kampüsümüzde öğrencilerimizle buluşacak.",
        picture="students.svg",
        age=timedelta(hours=7),
        comments=(("Deniz Arıkan", "Mezun olarak geleceğim, emeği geçenlere teşekkürler."),),
    ),
    SeedPost(
        account_id=UNIVERSITY,
        id="urn:li:activity:7390011907246333952",
        shortcode="7390011906197757952",
        text="Yazılım Mühendisliği bölümümüzün uluslararası akreditasyonu yenilendi.",
        picture="campus.svg",
        age=timedelta(days=3),
        comments=(("Kerem Işık", "Bölümüm adına gurur duydum."),),
    ),
    SeedPost(
        account_id=UNIVERSITY,
        id="urn:li:activity:7388215533117382656",
        shortcode="7388215531955560448",
        text="İş dünyasıyla ortak yürüttüğümüz sürdürülebilirlik araştırmasının ilk raporu yayımlandı.",
        picture="bridge.svg",
        age=timedelta(days=8),
    ),
    SeedPost(
        account_id=INSTITUTE,
        id="urn:li:activity:7391015720482971648",
        shortcode="7391015719560224768",
        text="Bahar dönemi tezli ve tezsiz yüksek lisans başvuruları açıldı.",
        picture="library.svg",
        age=timedelta(hours=20),
    ),
)
