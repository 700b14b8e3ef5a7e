"""Refusals that a person reads: what they asked for cannot be done, or was overtaken by somebody else."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.errors import ModerationError
from app.records.approvals import Wish
from app.records.reviews import Item

# What was decided, as the sentences below name it; keys are those of an override.
DECIDED_AS = {
    "keep": ("kalsın", "keep"),
    "hide": ("gizle", "hide"),
    "restore": ("geri getir", "restore"),
    "delete": ("sil", "delete"),
    "reply": ("yanıtla", "reply"),
    "private_message": ("özel mesaj gönder", "write to the author"),
    "block": ("yazarı engelle", "block the author"),
}


class NotPossibleError(ModerationError):
    """The request makes no sense in the present state of things; `why` is a sentence for the person, in Turkish."""

    def __init__(self, why: str, why_en: str) -> None:
        super().__init__(why)
        self.why = why
        self.why_en = why_en


class MeanwhileError(NotPossibleError):
    """Somebody else was faster, or the item is no longer what the person saw."""


def decided_meanwhile(item: Item, zone: ZoneInfo) -> MeanwhileError:
    """It was decided: by whom, what, when."""
    who, at = item.decided_by_name, local(item.decided_at, zone)
    turkish, english = DECIDED_AS.get(item.decided_as or "", ("başka bir", "something else"))
    return MeanwhileError(
        f"Bu arada karar verildi: {who or 'başka biri'}, {at}, “{turkish}”. Yeni kararınız kaydedilmedi.",
        f"It was decided meanwhile: {who or 'somebody else'}, {at}, “{english}”. Your new decision was not recorded.",
    )


def changed_meanwhile() -> MeanwhileError:
    """The item has another reason, other labels or other words than the person saw."""
    return MeanwhileError(
        "Kayıt siz bakarken değişti (mesaj düzenlendi ya da kuyruktaki nedeni değişti); yeniden okuyup karar verin.",
        "The item changed while you looked (it was edited, or its reason changed); read it again and decide.",
    )


def already_wished(wish: Wish, zone: ZoneInfo) -> MeanwhileError:
    """Another person wanted it already: it waits for a second one."""
    who, at = wish.wanted_by_name, local(wish.wanted_at, zone)
    turkish, english = DECIDED_AS.get(wish.wanted, (wish.wanted, wish.wanted))
    return MeanwhileError(
        f"{who or 'Başka biri'} bunu zaten istedi ({at}): “{turkish}”. İstek ikinci bir kişinin onayını bekliyor.",
        f"{who or 'Somebody else'} wanted this already ({at}): “{english}”. It waits for a second person's approval.",
    )


def in_anothers_hand(item: Item, zone: ZoneInfo) -> NotPossibleError:
    """Another person has claimed it: who, until when."""
    who, until = item.claimed_by_name, local(item.claimed_until, zone)
    return NotPossibleError(
        f"Bu kaydı {who or 'başka biri'} üzerine aldı (bitiş: {until}).",
        f"{who or 'Somebody else'} has claimed this item (until {until}).",
    )


def local(moment: datetime | None, zone: ZoneInfo) -> str:
    """A moment as people here write it."""
    return moment.astimezone(zone).strftime("%d.%m.%Y %H.%M") if moment is not None else "–"
