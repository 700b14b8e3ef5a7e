"""What differs between two documents is told in words that people read, leaf by leaf."""

from typing import Any

import pytest

from app.decisions.differences import differences


@pytest.mark.parametrize(
    ("before", "after", "turkish"),
    [
        ({}, {"stages": {"insult": {"club": "ask"}}}, ["aşama · insult.kulüp: — → önce sorar"]),
        ({"stages": {"insult": {"club": "off"}}}, {"stages": {}}, ["aşama · insult.kulüp: kapalı → —"]),
        (
            {"labels": {"insult": {"certain": "contain", "priority": 60}}},
            {"labels": {"insult": {"certain": "remove", "priority": 70}}},
            ["etiketin sonucu · insult.kesin: gizlenir → kaldırılır", "etiketin sonucu · insult.öncelik: 60 → 70"],
        ),
        (
            {"allowed_contacts": ["a"]},
            {"allowed_contacts": ["a", "b"]},
            ["üniversitenin kendi iletişim bilgisi · allowed_contacts: a → a; b"],
        ),
        (
            {"templates": {"T4": {"approved": False}}},
            {"templates": {"T4": {"approved": True}}},
            ["hazır metin · T4.onaylı: hayır → evet"],
        ),
        # Words that people wrote are theirs, also where they sound like one of ours.
        (
            {"sentences": {"a": "keep"}},
            {"sentences": {"a": "off we go. ask"}},
            ["gerekçe cümlesi · a: bırakılır → off we go. ask"],
        ),
        ({"same": 1}, {"same": 1}, []),
    ],
)
def test_it_is_told_in_turkish(before: dict[str, Any], after: dict[str, Any], turkish: list[str]) -> None:
    assert [one.turkish for one in differences(before, after)] == turkish


def test_nothing_of_it_is_written_as_a_program_would() -> None:
    step = {"do": "notify", "to": "sks", "urgency": "urgent"}

    (found,) = differences({"labels": {"hate": {"steps": []}}}, {"labels": {"hate": {"steps": [step]}}})

    assert found.turkish == "etiketin sonucu · hate.adımlar: — → do notify, to sks, urgency urgent"
    assert not set("{}[]'") & set(found.english)
