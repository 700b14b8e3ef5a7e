"""The rendered card: a picture of what the platform sent us, for when no page can be captured.

It never pretends to be a screenshot: its header says what it is. The same content gives the same bytes, so drawing it
again after a crash finds the object already stored.
"""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import typst

from app.evidence.fonts import system_fonts, unrenderable
from app.evidence.reasons import in_turkish
from app.evidence.typeset import typeset
from app.evidence.visible import Line, line_data, visible_line, visible_lines
from app.messages import Channel, Media

# More than any platform lets a comment or private message have (YouTube and X: 10 000).
SHOWN_CHARACTERS = 12_000
SHOWN_FIELD_CHARACTERS = 600
SHOWN_MEDIA = 10

ISTANBUL = ZoneInfo("Europe/Istanbul")
TITLE = "Kanıt kartı"
SUBTITLE = "Platformdan gelen verinin görüntüsü; sayfa ekran görüntüsü değildir."
CHANNELS = {Channel.COMMENT: "yorum", Channel.MENTION: "bahsetme", Channel.DM: "doğrudan mesaj"}
NOT_GIVEN = "platform vermedi"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardContent:
    """What stands on a card. All of it is foreign data save the times and numbers of ours.

    A link is either given or `…_missing` says why there is none. `received_at` is when the delivery reached us,
    `rendered_at` when the card was ordered; `delivery_sha256` is in hexadecimal, over the raw body.
    """

    platform: str
    account: str
    account_id: str
    channel: Channel
    message_id: str
    revision: int
    text: str
    delivery_sha256: str
    received_at: datetime
    rendered_at: datetime
    author_name: str | None = None
    author_id: str | None = None
    post_id: str | None = None
    parent_id: str | None = None
    media: tuple[Media, ...] = ()
    link: str | None = None
    link_missing: str | None = None
    author_link: str | None = None
    author_link_missing: str | None = None
    sent_at: datetime | None = None


def render_card(content: CardContent, *, fonts: typst.Fonts | None = None) -> bytes:
    """Draw the card as one PNG, 964 pixels wide and as tall as its text needs (16 000 pixels at most).

    CPU work of some 30 ms (0.2 s for 10 000 characters, 1.5 s for the worst text found) that releases the interpreter
    lock; from coroutines call `render_card_in_thread`. Raises EvidenceError.
    """
    fonts = fonts or system_fonts()
    return typeset(
        f"the card of message {content.message_id}",
        template(),
        format="png",
        ppi=144,
        font_paths=fonts,
        sys_inputs={"card": card_data(content, fonts)},
    )


async def render_card_in_thread(content: CardContent, *, fonts: typst.Fonts | None = None) -> bytes:
    """`render_card` beside the event loop, which stays free: typst holds no interpreter lock while it works."""
    return await asyncio.to_thread(render_card, content, fonts=fonts)


@cache
def template() -> bytes:
    """The card's layout, in typst."""
    return files("app.evidence").joinpath("card.typ").read_bytes()


def card_data(content: CardContent, fonts: typst.Fonts) -> str:
    """The template's input as JSON."""
    rows = [(label, visible_line(value)) for label, value in _fields(content)]
    rows += [("Ek", visible_line(item)) for item in _media(content.media)]
    text = visible_lines(content.text[:SHOWN_CHARACTERS])
    return json.dumps(
        {
            "title": TITLE,
            "subtitle": SUBTITLE,
            "rows": [{"label": label, "line": line_data(line)} for label, line in rows],
            "text_label": f"Metin, geldiği gibi ({len(content.text)} karakter)",
            "text": [line_data(line) for line in text],
            "cut": "Kart burada kesildi: metin karta sığmadı. Tamamı kanıt kaydındadır.",
            "notes": _notes(content, (*(line for _, line in rows), *text), fonts),
            "feet": [
                {"label": "Teslimatın SHA-256 özeti", "value": content.delivery_sha256},
                {"label": "Kartın çizildiği an", "value": _moment(content.rendered_at)},
            ],
        }
    )


def _fields(content: CardContent) -> list[tuple[str, str]]:
    account = f"{content.account} ({content.account_id})"
    fields = [
        ("Platform", content.platform),
        ("Hesap", account),
        ("Kanal", CHANNELS[content.channel]),
        ("Yazan", content.author_name or NOT_GIVEN),
        ("Yazanın kimliği", content.author_id or NOT_GIVEN),
        ("Yazanın bağlantısı", _link(content.author_link, content.author_link_missing)),
        ("Mesajın kimliği", content.message_id),
        ("Mesajın bağlantısı", _link(content.link, content.link_missing)),
        ("Gönderi", content.post_id or ""),
        ("Yanıtlanan", content.parent_id or ""),
        ("Sürüm", str(content.revision)),
        ("Platformdaki zaman", _moment(content.sent_at) if content.sent_at else NOT_GIVEN),
        ("Bize ulaştığı zaman", _moment(content.received_at)),
    ]
    return [(label, _short(value)) for label, value in fields if value]


def _short(value: str) -> str:
    return value if len(value) <= SHOWN_FIELD_CHARACTERS else f"{value[:SHOWN_FIELD_CHARACTERS]} … (kısaltıldı)"


def _link(link: str | None, missing: str | None) -> str:
    return link or f"yok: {in_turkish(missing) if missing else NOT_GIVEN}"


def _media(media: tuple[Media, ...]) -> list[str]:
    listed = [_short(f"{item.kind}: {item.url or 'bağlantısı verilmedi'}") for item in media[:SHOWN_MEDIA]]
    return listed if len(media) <= SHOWN_MEDIA else [*listed, f"… ve {len(media) - SHOWN_MEDIA} tane daha"]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(ISTANBUL):%d.%m.%Y %H:%M:%S} (Türkiye) · {at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _notes(content: CardContent, lines: tuple[Line, ...], fonts: typst.Fonts) -> list[str]:
    notes = []
    if len(content.text) > SHOWN_CHARACTERS:
        notes.append(
            f"Metnin ilk {SHOWN_CHARACTERS} karakteri gösterilmiştir; {len(content.text)} karakterin tamamı "
            "kanıt kaydındadır."
        )
    if any(run.is_mark for line in lines for run in line.runs):
        notes.append(
            "Sarı kutular, gelen veride bulunan görünmez, yön değiştiren ya da yığılmış karakterleri adıyla gösterir."
        )
    if missing := unrenderable("".join(run.text for line in lines for run in line.runs), fonts):
        notes.append(
            f"Bu makinede yazı tipi bulunmayan yazılar boş kutu olarak görünür: {', '.join(missing)}. "
            "Metnin aslı kanıt kaydındadır."
        )
    return notes
