"""The words of notices, from `texts.toml`: all of them in that one file, for the directorate to read and change."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from app.decisions.model import Urgency
from app.notices.model import OutgoingNotice

DEFAULT_LANGUAGE = "tr"
# What stands for a kind that has no words yet: a notice leaves rather than fails.
OTHER_KIND = "other"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Frame(_Data):
    """What is the same in every notice of a language. `subject` and `body` have the variables of `compose`.

    `again` goes before the body where others were told first and nobody acknowledged; its variable is ``step``.
    """

    subject: dict[Urgency, str]
    urgency: dict[Urgency, str]
    body: str
    again: str


class KindWords(_Data):
    """What a kind says in one language: its name, what happened, what is to be done."""

    name: str
    what: str
    to_do: str


class Kind(_Data):
    """A kind of notice: its article of the procedure, if it follows from one, and its words."""

    article: str | None = None
    tr: KindWords
    en: KindWords

    def words(self, language: str) -> KindWords:
        """The words in this language, or in Turkish."""
        return self.en if language == "en" else self.tr


class NoticeTexts(_Data):
    """The whole file."""

    frames: Mapping[str, Frame]
    kinds: Mapping[str, Kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposedNotice:
    """A notice in words."""

    subject: str
    body: str
    language: str


@cache
def notice_texts() -> NoticeTexts:
    """The shipped words, read once."""
    return NoticeTexts.model_validate(tomllib.loads(files("app.notices").joinpath("texts.toml").read_text("utf-8")))


def compose(notice: OutgoingNotice, texts: NoticeTexts | None = None) -> ComposedNotice:
    """Put a notice into words: kind, urgency, place and link, never what a message says or who wrote it."""
    texts = texts or notice_texts()
    language = notice.language if notice.language in texts.frames else DEFAULT_LANGUAGE
    frame = texts.frames[language]
    kind = texts.kinds.get(notice.kind) or texts.kinds[OTHER_KIND]
    words = kind.words(language)
    values = {
        "name": words.name if kind.article is None else f"{words.name} ({kind.article})",
        "what": words.what + _bundled(notice, texts, language),
        "to_do": f"{words.to_do} {notice.note}" if notice.note else words.to_do,
        "urgency": frame.urgency[notice.urgency],
        "place": str(notice.place),
        "link": notice.link,
        "number": notice.id,
    }
    before = frame.again.format(step=notice.step) + "\n" if notice.step > 1 else ""
    return ComposedNotice(
        subject=frame.subject[notice.urgency].format(**values),
        body=before + frame.body.format(**values),
        language=language,
    )


def _bundled(notice: OutgoingNotice, texts: NoticeTexts, language: str) -> str:
    """What a digest bundles, a line each."""
    if not notice.lines:
        return ""
    kinds = [(texts.kinds.get(line.kind) or texts.kinds[OTHER_KIND]).words(language).name for line in notice.lines]
    shown = [f"- {name}, {line.place}: {line.count}" for name, line in zip(kinds, notice.lines, strict=True)]
    return "\n\n" + "\n".join(shown)
