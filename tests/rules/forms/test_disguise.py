"""Words read through a disguise."""

import pytest

from app.rules.forms.disguise import squeeze, undisguise
from app.rules.forms.plain import plain
from app.rules.forms.words import words
from app.rules.lexicon.hidden import HiddenWords

hidden = HiddenWords(
    ["salak", "siktir", "amk", "göt"],
    broken=["salak", "şerefsiz", "davar"],
    halved=["sa lak", "şe refsiz"],
    glued=["şerefsiz", "^salak", "salak$", "(?<=isin)amk$"],
)


def sounds(text: str) -> list[str] | None:
    view = undisguise(words(plain(text)), hidden)
    return [word.folded for word in view.words if word.altered] if view else None


@pytest.mark.parametrize(
    "text",
    [
        "sıradan bir cümle, tamam mı?",
        "3. sınıf 50tl 19:00'da",
        "geldi.sonra gitti",
        "ali@gmail.com",
        "https://a.b/c4",
        "@s4l4k",
        "millet anne hakkı",
        "İEÜ A blok 2",
        "quiz ne zaman, wifi yok",
        "90+ gün",
        "harika👏gençler",
        "(o,ç) ve (x,y)",
        "sa lakin ders var mı",
        "o da var, bu da var",
        "şeref siz de gelin",
        "sıralakeler oyunsalakışkan",
        "şerefsizlik",
        "#dersnotları #salacak",
        "G.Tekin hoca, O#uz hoca",
        "kullanamk istiyorum",
        "kalax exekution",
    ],
)
def test_ordinary_words_are_not_read_otherwise(text: str) -> None:
    assert sounds(text) is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("d@ngal@k", ["dangalak"]),
        ("s4l4k", ["salak"]),
        ("$erefsiz", ["serefsiz"]),
        ("0rospu", ["orospu"]),
        ("s a l a k", ["salak"]),
        ("s.a.l.a.k", ["salak"]),
        ("s-a-l-a-k!", ["salak"]),
        ("sa.lak", ["salak"]),
        ("salaaaak", ["salak"]),
        ("salakkkk", ["salak"]),
        ("b-u s-a-l-a-k", ["bu", "salak"]),
        ("s 4 l 4 k", ["salak"]),
        ("sal_akların", ["salaklarin"]),
        ("s🐷l🐷k", ["salak"]),
        ("s🐷a🐷l🐷a🐷k", ["salak"]),
        ("@pt@l", ["aptal"]),
        ("salaq", ["salak"]),
        ("s*lak", ["salak"]),
        ("s***k", ["salak"]),
        ("s*ktirin", ["siktirin"]),
        ("a*k", ["amk"]),
        ("@mk", ["amk"]),
        ("sa lak", ["salak"]),
        ("s a lak", ["salak"]),
        ("sa|la|ksınız", ["salaksiniz"]),
        ("sa👏lak", ["salak"]),
        ("şe\nref\nsiz\nler", ["serefsizler"]),
        ("şe refsizler geldi", ["serefsizler"]),
        ("#hocaşerefsiz", ["serefsiz"]),
        ("#s4lakhoca", ["salak"]),
        ("#hocalarşerefsizler", ["serefsizler"]),
        ("yapacağınızişinamk", ["amk"]),
        ("s#lak", ["salak"]),
        ("xalak", ["salak"]),
    ],
)
def test_disguises_are_read(text: str, read: list[str]) -> None:
    assert sounds(text) == read


@pytest.mark.parametrize(
    ("word", "squeezed"), [("salaaak", "salak"), ("anne", "anne"), ("hakkkk", "hak"), ("çoook", "çok")]
)
def test_stretched_letters_are_written_once(word: str, squeezed: str) -> None:
    assert squeeze(word) == squeezed


@pytest.mark.parametrize("starred", ["*", "s", "sal*", "x*x", "s*z"])
def test_what_no_word_fits_is_not_completed(starred: str) -> None:
    assert hidden.completed(starred) == ""
