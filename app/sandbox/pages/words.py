"""What the pages say to people, in Turkish."""

from datetime import datetime, timedelta
from typing import Final

from app.sandbox.world.refusals import Why

KIND_NAMES: Final = {"official": "Resmî hesap", "unit": "Birim hesabı", "club": "Kulüp hesabı"}

_REFUSALS: Final = {
    Why.BLOCKED: "Bu hesap sizi engellemiş; yazamazsınız.",
    Why.GONE: "Bu içerik artık yok.",
    Why.EMPTY: "Bir şeyler yazmalısınız.",
    Why.TOO_LONG: "Metin, platformun kabul ettiğinden uzun.",
    Why.NO_EDITING: "Bu metin değiştirilemiyor.",
    Why.COMMENTS_OFF: "Bu gönderi yoruma kapalı.",
    Why.NO_MESSAGES: "Bu platformda hesaba özel mesaj yazılamıyor.",
}


def refusal_text(why: str) -> str:
    """Why a visitor could not do something."""
    return next((text for reason, text in _REFUSALS.items() if reason.value == why), "Bu işlem yapılamadı.")


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, as platforms write it: ``5 dk``."""
    passed = max(now - moment, timedelta())
    if passed < timedelta(minutes=1):
        return "şimdi"
    if passed < timedelta(hours=1):
        return f"{passed // timedelta(minutes=1)} dk"
    if passed < timedelta(days=1):
        return f"{passed // timedelta(hours=1)} sa"
    return f"{passed.days} g"


def initials(name: str) -> str:
    """The letters of an avatar."""
    words = [word for word in name.replace(".", " ").replace("_", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).replace("i", "İ").upper() or "?"


def hue(name: str) -> int:
    """The colour of an avatar, the same for the same name."""
    return sum(ord(letter) * place for place, letter in enumerate(name, start=1)) % 360
