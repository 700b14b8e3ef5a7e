"""6.4.8: swearing and insults; not homographs, names, quotations, figures of speech."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels, rules, seen


@pytest.mark.parametrize(
    "text",
    [
        "I am a student",
        "am I too late?",
        "5 pm - 9 am",
        "kaşar peynirli tost",
        "hıyar salatası",
        "mal varlığı",
        "mal mülk",
        "dava arkadaşım",
        "götürmek istiyorum",
        "götürü usul",
        "sık sık geliyorum",
        "cok sik gelmiyorum",
        "sıkıldım",
        "pic.twitter.com/abc",
        "Piccadilly'de",
        "manyak güzel",
        "manyak iyi olmuş",
        "salak gibi sırada bekledim",
        "bana 'salak' dediler, şikâyetçiyim",
        "Hoca bize aptal dedi, dilekçe verdik",
        "“şerefsiz” diye bağırdı güvenlik görevlisi",
        "hayvan dostu kampüs",
        "sokak köpeklerine mama verelim",
        "ayı gördük kampta 🐻",
        "eşek sütü sabunu",
        "öküz gözü üzümü",
        "it was great",
        "it is nice",
        "sikke koleksiyonu",
        "Sikkim",
        "amcam geldi",
        "amca",
        "amfi tiyatro",
        "ambargo",
        "ananas suyu",
        "anasınıfı öğretmenliği",
        "ananem mezun oldu",
        "adı güzel",
        "adiyaman",
        "okul berbat, yönetim kötü",
        "sizi Allah'a havale ediyorum",
        "resim (pic) için teşekkürler",
        "yarakuş",
        "yavaş yavaş",
        "Kaşar Sokak",
        "Hıyaroğlu soyadlı",
        "dangıl dungul gidiyor",
        "aptal ben yine geç kaldım",
        "aptalca bir kural",
        "lanet olsun yağmura",
        "Allah kabul etsin",
        "bok böceği belgeseli",
        "salakça bir soru sorabilir miyim",
        "beyin cerrahisi",
        "omurgasız hayvanlar dersi",
        "köpek balığı",
        "inek gibi çalıştım finallere",
        "domuz gribi aşısı",
    ],
)
def test_what_is_no_insult_is_left_alone(text: str) -> None:
    assert Label.INSULT not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "siz şerefsizsiniz",
        "amk",
        "hepiniz orospu çocuğusunuz",
        "geri zekalılar",
        "#GeriZekalıYönetim yine sahnede",
        "salaksınız",
        "bu salak yönetim",
        "rektör şerefsiz",
        "ŞEREFSİZLER",
        "serefsizler",
        "siktirin gidin",
        "Allah belanızı versin",
        "geberin",
        "d@ngal@klar",
        "s4l4ksın",
        "s a l a k sınız",
        "s*lak mısınız siz",
        "şe-ref-siz",
        "şerefsizzzz",
        "aptallllll herifler",
        "ananı sikeyim",
        "аmk",
        "ｓａｌａｋｓıｎ",
        "öküz herif",
        "hayvan herifler",
        "mal mısınız",
        "haddinizi bilin terbiyesizler",
        "fuck you",
        "you are all idiots",
        "fucking school",
        "piçler",
        "it herif",
        "köpek sürüsü",
        "yalaka hoca",
        "beyinsizler sürüsü",
        "Arschloch",
        "сука",
        "o ç",
        "aq ya",
        "gerizekalısın",
        "yavşak yönetim",
        "kafanız basmıyor",
        "insan değilsiniz",
        "🖕",
        "s\u200balaks\u200bınız",
    ],
)
def test_insult_is_seen(text: str) -> None:
    assert Label.INSULT in labels(text)


def test_friendly_slang_is_seen_by_a_rule_of_its_own() -> None:
    assert rules("amk kanka ne güldük 😂", in_dialogue=True) == {"insult.swearing_among_friends"}


def test_a_slur_at_someone_is_no_friendly_slang() -> None:
    assert "insult.slur_at_you" in rules("kanka sen şerefsizsin 😂", in_dialogue=True)


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("siz d@ngal@klar yine geç kaldınız", ["siz d@ngal@klar"]),
        ("bakın ş.e.r.e.f.s.i.z herif", ["ş.e.r.e.f.s.i.z"]),
        ("of ya s*ktir", ["s*ktir"]),
        ("şe\u200brefsizler", ["şe\u200brefsizler"]),
        ("𝓼𝓲𝓴𝓽𝓲𝓻 git", ["𝓼𝓲𝓴𝓽𝓲𝓻"]),
    ],
)
def test_spans_are_those_of_the_text_as_given(text: str, hits: list[str]) -> None:
    found = {text[m.start : m.end] for f in seen(text).findings if f.label is Label.INSULT for m in f.matches}

    assert set(hits) <= found


@pytest.mark.parametrize(
    "text",
    [
        "ş.e.r.e.f.s.i.z yönetim",
        "d@ll@m@ sekreter",
        "gеri zеkаlı",
        "ş\u200be\u200br\u200befsiz",
        "ｐｕşｔ",
        "yobazIarın",
        "h.ö.d.ü.k gibi konuşmuş",
        "orspu çcklrı",
        "pzvnkler toplanmış",
        "hsktr be",
        "terb1yesiz görevli",
        "öküz$ün",
        "@pt@l mısınız siz",
        "s@l@k s@l@k konuşma",
        "o p*ç beni gruptan attı",
        "o***** ç*** seni",
        "ka1tak sekreter",
        "gөt kadar sınıf",
        "s🔥a🔥l🔥a🔥k🔥",
        "si ktir olun gidin",
        "aptl misin kardesim",
        "tam bir maI bu",
        "aIçak herifler",
        "r🌶e🌶z🌶i🌶l",
        "p💩ç gibi bıraktınız",
        "oros pu çocukları",
        "e-z-i-k bunlar",
        "pi© kuruları yine gelmiş",
        "m@nyaqsın sen",
        "d.allama bir merkeziniz var",
        "o tam bir d*v*r",
        "ᴀᴘᴛᴀʟ olduğunu belli ettin",
        "bunu yazanlar 🧠siz mi",
        "Sa-Lak herifler",
        "Or-Ospu çocukları",
        "kaptan tam bir gvt",
        "gt kadar beynin var",
        "gtveren dekan dilekçeyi attı",
        "sü1ük gibi yapıştınız",
    ],
)
def test_an_insult_in_disguise_is_seen_for_what_it_is(text: str) -> None:
    assert "insult.disguised" in rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "AMK 101 dersinin notu açıklandı mı",
        "M.K. imzalı tablo kimin",
        "salaaak mısın ya",
        "aptal mısınız",
        "S A L O N  3'te buluşalım",
        "k.ö.y yolu kapalı",
        "quiz 2'de e-posta şifrem 4m1n2",
        "wok tavada sebze",
        "b e ş dakika sonra",
        "P I N K konseri",
        "90+ puan aldım",
        "(o,ç) sıralı ikilisi",
        "yav şaka mı bu",
        "sa lakin ders var mı",
        "Listede adım M***** A** K*** olarak geçiyor",
        "p(i,ç) ile p(i,d) kümeleri",
        "@ozan @burak gelin",
        "S4L-4K monitörler geldi",
        "kapIyı çalan kIzlar",
        "b🌸a🌸h🌸a🌸r geldi",
        "sal, akşam gelir",
        "'s.a.l.a.k' yazan hesabı şikayet ettim",
        "Bay Bok-Su Kim'in semineri",
        "Eşek-1 robotumuz finalde",
        "puşt-i kûh bölümü",
        "a·q + m·k = 12 denklemi",
        "o.kullar açıldı, i.tirazım var",
        "Golf GT kadar hızlı değil",
        "the gvt scholarship is late",
        "Beyin haftası 🧠 Siz de gelin",
        "K A Ş A R L I  T O S T günü",
        "i** k** b** listesi",
        "p.i.c mikrodenetleyici dersi",
    ],
)
def test_what_is_plainly_written_or_no_insult_is_no_disguise(text: str) -> None:
    assert "insult.disguised" not in rules(text)
