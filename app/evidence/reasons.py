"""Why something is missing from a record, in Turkish for who reads it."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_PLACE = "; it stands under "


def in_turkish(reason: str) -> str:
    """The reason as people read it; one that is not known stays as it was sealed."""
    what, joint, place = reason.partition(_PLACE)
    known = _known()
    return known.get(what, what) + (known[_PLACE] + place if joint else "")


@cache
def _known() -> Mapping[str, str]:
    return tomllib.loads(files("app.evidence").joinpath("reasons.toml").read_text(encoding="utf-8"))
