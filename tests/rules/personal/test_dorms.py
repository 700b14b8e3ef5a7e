"""6.4.9: the room of someone in a dormitory; not classrooms, not rooms of which nobody is said to live there."""

import pytest

from tests.rules.personal.marked import marked


@pytest.mark.parametrize(
    "text",
    [
        "A blok 312 nolu derslik soğuk",
        "B blok 204'te ders var",
        "Yurtta B blok 214 nolu odada klima bozuk",
        "D blok kaçıncı katta",
        "E blok kızları C bloku 2-0 yendi",
        "G2 blok zemin kattaki otomat",
        "ben A blok 305 dersindeyim",
        "Öğrenci İşleri A blok 101",
        "Erasmus Ofisi D Blok 204",
        "Ayşe B blok 204",
    ],
)
def test_rooms_of_nobody_are_left_alone(text: str) -> None:
    assert marked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Gizem ⟦C blok 214⟧te kalıyor",
        "Hilal ⟦A blok 3. kat 317 nolu oda⟧da",
        "kardeşim ⟦B-3 blok 412⟧de",
        "Derya ⟦kız yurdu D blok oda 108⟧den",
        "oğlum ⟦yurt 2, kat 5, oda 522⟧, adı Ali",
        "Chloe lives in ⟦dorm block C room 220⟧",
    ],
)
def test_rooms_in_which_someone_lives_are_marked(text: str) -> None:
    assert marked(text) == text
