import asyncio
import json
import struct
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import EvidenceError
from app.evidence import card
from app.evidence.card import CardContent, card_data, render_card, render_card_in_thread
from app.evidence.fonts import system_fonts
from app.messages import Channel, Media

RECEIVED = datetime(2026, 5, 1, 10, 0, 6, tzinfo=UTC)
MARKUP = (
    '#import "@preview/x:1.0.0": * *kalın* _eğik_ $x^2$ \\ \\u{41} `raw` ```py print()``` [köşeli] {a} <label> @ref\n'
    '#panic("no") // yorum /* yorum */\n= Başlık\n- liste\n+ sayı\n/ terim: x\n~ -- --- ... \'a\' "b" #sys.inputs'
)


def some_content(text: str = "Merhaba", **changes: Any) -> CardContent:
    content: dict[str, Any] = {
        "platform": "instagram",
        "account": "@ieu.ornek",
        "account_id": "17841400000000001",
        "channel": Channel.COMMENT,
        "message_id": "18021234567890123",
        "revision": 1,
        "text": text,
        "delivery_sha256": "ab" * 32,
        "received_at": RECEIVED,
        "rendered_at": RECEIVED,
        "author_name": "ayşe.yılmaz",
        "author_id": "998877",
        "link_missing": "Instagram yorumların bağlantısını vermez",
    }
    return CardContent(**(content | changes))


def texts_on(content: CardContent) -> list[str]:
    """Every text that the compiled card draws, as typst laid it out, without the places to break."""
    found = typst.query(
        b"#show text: it => { it; [#metadata(it.text)<drawn>] }\n" + card.template(),
        "<drawn>",
        field="value",
        font_paths=system_fonts(),
        sys_inputs={"card": card_data(content, system_fonts())},
    )
    return [str(text).replace("\u200b", "") for text in json.loads(found)]


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_the_card_says_what_it_is_and_is_not() -> None:
    assert "Platformdan gelen verinin görüntüsü; sayfa ekran görüntüsü değildir." in texts_on(some_content())


def test_the_card_shows_all_that_the_platform_sent() -> None:
    texts = texts_on(
        some_content(
            "Merhaba",
            revision=3,
            post_id="1799",
            parent_id="1801",
            author_link="https://www.instagram.com/ayse",
            media=(Media(kind="image", url="https://cdn.example/1.jpg"), Media(kind="sticker")),
            sent_at=datetime(2026, 5, 1, 21, 30, 5, tzinfo=UTC),
        )
    )

    for expected in (
        "instagram",
        "@ieu.ornek (17841400000000001)",
        "yorum",
        "ayşe.yılmaz",
        "998877",
        "https://www.instagram.com/ayse",
        "18021234567890123",
        "yok: Instagram yorumların bağlantısını vermez",
        "1799",
        "1801",
        "3",
        "02.05.2026 00:30:05 (Türkiye) · 2026-05-01 21:30:05 UTC",
        "01.05.2026 13:00:06 (Türkiye) · 2026-05-01 10:00:06 UTC",
        "image: https://cdn.example/1.jpg",
        "sticker: bağlantısı verilmedi",
        "Merhaba",
        "ab" * 32,
    ):
        assert expected in texts


def test_typst_markup_in_the_text_stays_text() -> None:
    texts = texts_on(some_content(MARKUP))

    assert [line for line in MARKUP.split("\n") if line not in texts] == []


def test_typst_markup_in_names_and_links_stays_text() -> None:
    texts = texts_on(some_content(author_name='*#panic("x")*', link="https://x/#let(a)", account="[$x$]"))

    assert {'*#panic("x")*', "https://x/#let(a)", "[$x$] (17841400000000001)"} <= set(texts)


def test_a_name_cannot_add_a_line_of_its_own() -> None:
    texts = texts_on(some_content(author_name="ayşe\nYazanın kimliği 1"))

    assert "U+000A" in texts


@pytest.mark.parametrize("text", ["", "\n\n\n", " ", "\x00", "\ud800", "\u202e", "😀", "السلام عليكم", "你好"])
def test_any_text_gives_a_card(text: str) -> None:
    width, height = size_of(render_card(some_content(text)))

    assert width == 964
    assert height > 400


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=60), st.text(max_size=20))
def test_whatever_arrives_gives_a_card(text: str, name: str) -> None:
    render_card(some_content(text, author_name=name, account=name))


def test_the_same_content_gives_the_same_bytes() -> None:
    assert render_card(some_content("😀 merhaba")) == render_card(some_content("😀 merhaba"))


@pytest.mark.parametrize("text", ["merhaba dünya " * 715, "a" * 10_000, "你好大学" * 2500, "\u202ea" * 5000])
def test_ten_thousand_characters_fit_without_a_cut(text: str) -> None:
    content = some_content(text[:10_000])
    texts = texts_on(content)

    width, height = size_of(render_card(content))

    assert (width, height > 2500) == (964, True)
    assert not [text for text in texts if "kesildi" in text or "gösterilmiştir" in text]


def test_a_text_beyond_the_limit_says_how_much_is_shown() -> None:
    texts = texts_on(some_content("ab " * 10_000))

    assert any(text.startswith("Metnin ilk 12000 karakteri gösterilmiştir; 30000 karakterin tamamı") for text in texts)


def test_a_text_taller_than_any_viewer_shows_says_that_it_was_cut() -> None:
    content = some_content("a\n" * 6000)

    assert "Kart burada kesildi: metin karta sığmadı. Tamamı kanıt kaydındadır." in texts_on(content)
    assert size_of(render_card(content))[1] < 16_384  # what browsers still show


def test_a_long_name_says_that_it_was_shortened() -> None:
    texts = texts_on(some_content(author_name="a b " * 500))

    assert any(text.endswith("(kısaltıldı)") for text in texts)


def test_more_media_than_listed_are_counted() -> None:
    texts = texts_on(some_content(media=tuple(Media(kind="image") for _ in range(25))))

    assert "… ve 15 tane daha" in texts


def test_marks_are_explained_where_there_are_any() -> None:
    explanation = (
        "Sarı kutular, gelen veride bulunan görünmez, yön değiştiren ya da yığılmış karakterleri adıyla gösterir."
    )

    assert explanation in texts_on(some_content("a\u202eb"))
    assert explanation not in texts_on(some_content("ab"))


def test_a_writing_without_a_font_is_named_on_the_card() -> None:
    bare = typst.Fonts(include_system_fonts=False)

    notes = json.loads(card_data(some_content("안녕하세요 😀"), bare))["notes"]

    assert notes == [
        "Bu makinede yazı tipi bulunmayan yazılar boş kutu olarak görünür: Korece, emoji. "
        "Metnin aslı kanıt kaydındadır."
    ]


async def test_the_event_loop_stays_free_while_a_card_is_drawn() -> None:
    turns = 0
    drawing = asyncio.create_task(render_card_in_thread(some_content("merhaba dünya " * 700)))

    while not drawing.done():
        turns += 1
        await asyncio.sleep(0.001)

    assert turns > 5
    assert size_of(await drawing)[0] == 964


async def test_cards_drawn_at_the_same_time_do_not_mix() -> None:
    contents = [some_content(f"mesaj {number} " * 50) for number in range(6)]

    together = await asyncio.gather(*(render_card_in_thread(content) for content in contents))

    assert together == [render_card(content) for content in contents]


def test_drawing_releases_the_interpreter_lock() -> None:
    counted = 0
    content = some_content("merhaba dünya 你好 " * 500)
    render_card(content)
    drawing = threading.Thread(target=render_card, args=(replace(content, revision=2),))
    started = time.perf_counter()
    drawing.start()

    while drawing.is_alive():
        counted += 1

    assert counted > 1000 * (time.perf_counter() - started)


@pytest.mark.parametrize("failure", [typst.TypstError("no", ""), type("PanicException", (BaseException,), {})("index")])
def test_a_card_that_cannot_be_drawn_is_an_evidence_error(
    failure: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> bytes:
        raise failure

    monkeypatch.setattr(typst, "compile", fail)

    with pytest.raises(EvidenceError, match="18021234567890123"):
        render_card(some_content("merhaba"))


def test_a_key_press_is_not_taken_for_a_failed_card(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(typst, "compile", interrupt)

    with pytest.raises(KeyboardInterrupt):
        render_card(some_content("merhaba"))
