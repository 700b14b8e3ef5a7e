"""How a person does by hand what the machine cannot, in Turkish and English, from `steps.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from app.decisions.capabilities import Lack
from app.decisions.model import ActionKind

ANY_PLATFORM = "any"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Steps(_Data):
    """The steps of one task, in their order."""

    tr: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class Sentence(_Data):
    """One sentence."""

    tr: str
    en: str


class ByHandTexts(_Data):
    """The whole file."""

    steps: Mapping[ActionKind, Mapping[str, Steps]]
    lacks: Mapping[Lack, Sentence]


@cache
def by_hand_texts() -> ByHandTexts:
    """The shipped words, read once."""
    return ByHandTexts.model_validate(tomllib.loads(files("app.actions").joinpath("steps.toml").read_text("utf-8")))


def steps_of(kind: str, platform: str | None) -> Steps:
    """The steps for an action on a platform; none for a kind of task that has none."""
    of_kind: Mapping[str, Steps] = next((steps for known, steps in by_hand_texts().steps.items() if known == kind), {})
    return of_kind.get(platform or ANY_PLATFORM) or of_kind.get(ANY_PLATFORM) or Steps()


def why_lacking(lack: Lack) -> Sentence:
    """Why an account cannot do something, for people."""
    return by_hand_texts().lacks[lack]
