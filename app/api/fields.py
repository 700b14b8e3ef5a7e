"""The kinds of values that requests carry, and how a wrong one is told: its place and a sentence, never itself."""

import math
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, Strict, StringConstraints, WithJsonSchema

from app.notices.settings import mail_address

BIGINT = 2**63 - 1
INTEGER = 2**31 - 1
# Policy documents and browsers' states are a handful of levels deep; what reads them goes down level by level.
DEEPEST = 30

_SENTENCES = {
    "missing": "Bu alan zorunludur.",
    "extra_forbidden": "Böyle bir alan yok.",
    "string_too_short": "Bu alan boş bırakılamaz ya da çok kısa.",
    "string_too_long": "Bu alan çok uzun.",
    "string_type": "Bu alan metin olmalıdır.",
    "int_parsing": "Bu alan tam sayı olmalıdır.",
    "int_type": "Bu alan tam sayı olmalıdır.",
    "int_parsing_size": "Sayı çok büyük.",
    "greater_than_equal": "Sayı çok küçük.",
    "less_than_equal": "Sayı çok büyük.",
    "bool_parsing": "true ya da false olmalıdır.",
    "bool_type": "true ya da false olmalıdır.",
    "json_invalid": "Gövde geçerli bir JSON değil.",
    "timezone_aware": "Zaman, saat dilimiyle verilmelidir (ör. 2026-11-23T18:00:00+03:00).",
    "datetime_from_date_parsing": "Zaman ISO 8601 biçiminde olmalıdır.",
}


def field_problem(entry: Mapping[str, Any]) -> dict[str, str]:
    """One entry of a problem's `errors`: the field, and what is wrong with it in Turkish and English."""
    english = "has characters that cannot be kept" if entry["type"].startswith("string_unicode") else str(entry["msg"])
    turkish = _SENTENCES.get(entry["type"]) or _one_of(entry) or _own_words(entry) or "Değer geçersiz."
    return at_field(".".join(str(part) for part in entry["loc"]), turkish, english.removeprefix("Value error, "))


def at_field(field: str, turkish: str, english: str) -> dict[str, str]:
    """One entry of a problem's `errors`, in our own words."""
    return {"field": field, "problem": turkish, "problem_en": english}


class FieldError(ValueError):
    """A value that we refuse ourselves, with a sentence in Turkish beside the English one."""

    def __init__(self, turkish: str, english: str) -> None:
        super().__init__(english)
        self.turkish = turkish


def _one_of(entry: Mapping[str, Any]) -> str | None:
    """Of a fixed set of words, those that may stand there; pydantic names them in English alone."""
    if entry["type"] not in ("enum", "literal_error"):
        return None
    words = str(entry.get("ctx", {}).get("expected", "")).replace(" or ", ", ")
    return f"Şunlardan biri olmalıdır: {words}." if words else "İzin verilen değerlerden biri olmalıdır."


def _own_words(entry: Mapping[str, Any]) -> str | None:
    error = entry.get("ctx", {}).get("error")
    return error.turkish if isinstance(error, FieldError) else None


def _storable(value: str) -> str:
    """PostgreSQL keeps no NUL, and a lone surrogate is no character."""
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise FieldError("Metinde saklanamayan karakterler var.", "has characters that cannot be kept")
    return value


def storable_throughout(value: object, depth: int = 0) -> object:
    """JSON of no fixed shape, unchanged. Raises FieldError where something in it could not be kept or read again."""
    if depth > DEEPEST:
        raise FieldError("Çok iç içe.", f"is nested more than {DEEPEST} levels deep")
    match value:
        case str():
            _storable(value)
        case float() if not math.isfinite(value):
            raise FieldError("Sonlu olmayan bir sayı var.", "has a number that is not finite")
        case dict():
            for name, inner in value.items():
                _storable(name)
                storable_throughout(inner, depth + 1)
        case list():
            for inner in value:
                storable_throughout(inner, depth + 1)
    return value


def _as_written(value: object) -> object:
    """A bare number is no time to the document, but to pydantic it is: seconds or milliseconds, as it guesses."""
    if not isinstance(value, str) or value.strip().lstrip("+-").replace(".", "", 1).isdecimal():
        raise FieldError("Zaman ISO 8601 biçiminde olmalıdır.", "must be a time as ISO 8601 writes it")
    return value


def _in_living_memory(value: datetime) -> datetime:
    if not 2000 <= value.year <= 2199:
        raise FieldError("Tarih 2000 ile 2199 yılları arasında olmalıdır.", "must lie between 2000 and 2199")
    return value


def _this_era(value: date) -> date:
    if not 2000 <= value.year <= 2199:
        raise FieldError("Tarih 2000 ile 2199 yılları arasında olmalıdır.", "must lie between 2000 and 2199")
    return value


def _on_the_wall(value: time) -> time:
    if value.tzinfo is not None:
        raise FieldError("Saat, saat dilimi olmadan yerel saattir (ör. 09:00).", "is a local time, without a zone")
    return value


def _mailbox(value: str) -> str:
    try:
        return mail_address(value).addr_spec
    except ValueError:
        raise FieldError("Geçerli bir e-posta adresi olmalıdır.", "must be an e-mail address") from None


def _a_number(value: object) -> object:
    """To pydantic true is 1 and "1" is too; to the document they are no numbers."""
    if isinstance(value, bool | str):
        raise FieldError("Bu alan sayı olmalıdır.", "must be a number")
    return value


Storable = AfterValidator(_storable)
FreeJson = Annotated[dict[str, Any], BeforeValidator(storable_throughout)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200), Storable]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), Storable]
Mailbox = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), Storable, AfterValidator(_mailbox)]
Wording = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000), Storable]
Moment = Annotated[AwareDatetime, BeforeValidator(_as_written), AfterValidator(_in_living_memory)]
Day = Annotated[date, BeforeValidator(_as_written), AfterValidator(_this_era)]
# A time as a document knows it has a zone; one on the wall has none.
OnTheWall = WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$"})
ClockTime = Annotated[time, BeforeValidator(_as_written), AfterValidator(_on_the_wall), OnTheWall]
ShownTime = Annotated[time, OnTheWall]
# Neither 1 nor "yes": what is switched is said in so many words. And what is counted is neither true nor "1".
Flag = Annotated[bool, Strict()]
Number = BeforeValidator(_a_number)
Whole = Annotated[int, Number]
RecordId = Annotated[Whole, Field(ge=1, le=BIGINT)]
Id = Annotated[int, Path(ge=1, le=BIGINT, description="Kaydın numarası", examples=[17])]
