"""What is kept as a case names nobody and reads as before."""

import pytest

from app.anonymous import PrivatePlace, anonymous
from app.decisions.differences import differences, patched


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("İzmir Ekonomi Üniversitesi çok güzel", "İzmir Ekonomi Üniversitesi çok güzel"),
        ("Sosyal Bilimler berbat", "Sosyal Bilimler berbat"),
        ("ben kişisel olarak memnunum", "ben kişisel olarak memnunum"),
        ("Mehmet hoca çok sert", "Kişi1 hoca çok sert"),
        ("Prof. Dr. Ayşe Yılmaz'ın dersi", "Prof. Dr. Kişi1'ın dersi"),
        ("Ali Kaya ile Ali Kaya aynı, Veli Can başka", "Kişi1 ile Kişi1 aynı, Kişi2 başka"),
        ("@ali ve @veli.k görsün", "@kisi1 ve @kisi2 görsün"),
        ("bak https://x.com/ali/1", "bak https://ornek.example/1"),
        ("Kişi1 ile @kisi1, 0555 000 00 01", "Kişi1 ile @kisi1, 0555 000 00 01"),
    ],
)
def test_names_go_and_the_rest_stays(text: str, expected: str) -> None:
    assert anonymous(text, ()).text == expected


def test_the_same_number_gets_the_same_stand_in_and_ours_are_left() -> None:
    text = "0532 412 67 89, tekrar 0532 412 67 89 ya da 0555 000 00 01"
    places = tuple(PrivatePlace(start=start, end=start + 14, kind="phone") for start in (0, 23, 44))

    found = anonymous(text, places)

    assert found.text == "0555 000 00 01, tekrar 0555 000 00 01 ya da 0555 000 00 01"
    assert found.replaced == {"phone": 1}


def test_who_is_known_to_have_written_it_is_found_by_either_name() -> None:
    assert anonymous("deneme yapıyor ali deneme, Ali geldi", (), known_names=("Ali Deneme",)).text.count("eneme") == 0


def test_a_patch_changes_what_it_names_and_takes_out_what_is_null() -> None:
    document = {"a": {"b": 1, "c": 2}, "d": [1, 2], "e": 3}

    changed = patched(document, {"a": {"b": None, "x": {"y": 1}}, "d": [3]})

    assert changed == {"a": {"c": 2, "x": {"y": 1}}, "d": [3], "e": 3}
    assert [(one.place, one.before, one.after) for one in differences(document, changed)] == [
        ("a.b", 1, None),
        ("a.x.y", None, 1),
        ("d", [1, 2], [3]),
    ]
