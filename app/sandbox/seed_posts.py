"""What the seeded accounts have published: captions, pictures, and some comments that were there before."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from app.sandbox.seed import FACULTY_INSTAGRAM, FACULTY_PAGE, UNIVERSITY_INSTAGRAM, UNIVERSITY_PAGE

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
