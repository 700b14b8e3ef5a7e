"""Reading settings from outside; what is wrong is told to the operator, a sentence a setting, without secrets."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings
from pydantic_settings.exceptions import SettingsError as UnreadableError

from app.errors import SettingsError

_NUMBER = re.compile(r"\s*-?\d{1,9}(?:\.\d{1,6})?\s*")


def _seconds(given: object) -> object:
    """A plain number means seconds, also as the text that the environment makes of it."""
    if isinstance(given, str):
        return timedelta(seconds=float(given)) if _NUMBER.fullmatch(given) else given
    return given


def _positive(duration: timedelta) -> timedelta:
    if duration <= timedelta(0):
        raise ValueError("must be longer than nothing")
    return duration


# ``8``, ``0.5``, ``00:02:00`` or ``PT2M``.
Duration = Annotated[timedelta, BeforeValidator(_seconds), AfterValidator(_positive)]

# What is expected instead, by pydantic's name of the mistake. None of these repeats what was given.
_EXPECTED: Mapping[str, str] = {
    "missing": "is not set; what it belongs to cannot do without it",
    "extra_forbidden": "is no setting; see that its name is spelled right",
    "bool_parsing": "must be true or false",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "string_too_short": "must not be empty",
    "dict_type": 'must be a JSON object, such as {{"name": "value"}}',
    "tuple_type": 'must be a JSON list, such as ["value"]',
    "url_parsing": "must be an address such as https://ornek.edu.tr/",
    "url_scheme": "must be an address that begins with {expected_schemes}",
    "value_error": "{error}",
}
_DURATION = "must be a duration: a number of seconds (8), or a period (PT2M, 00:02:00)"
# What was given is repeated where it can be no secret.
_HARMLESS = frozenset(
    {"bool_parsing", "int_parsing", "float_parsing", "literal_error", "greater_than_equal", "less_than_equal"}
)


class FromOutside(BaseSettings):
    """Settings that are read from outside. Raises SettingsError with a sentence for each that is wrong."""

    def __init__(self, **given: Any) -> None:
        prefix = self.model_config.get("env_prefix", "")
        try:
            super().__init__(**given)
        except ValidationError as error:
            raise SettingsError(_joined(_sentence(prefix, one) for one in error.errors(include_url=False))) from None
        except UnreadableError as error:
            raise SettingsError(_joined(_unreadable(prefix, str(error)))) from None


def _sentence(prefix: str, mistake: ErrorDetails) -> str:
    name = prefix + "__".join(str(part).upper() for part in mistake["loc"])
    kind, context = mistake["type"], mistake.get("ctx", {})
    if kind.startswith(("time_delta", "timedelta")):
        return f"{name} {_DURATION}{_given(mistake['input'])}."
    expected = _EXPECTED[kind].format_map(context) if kind in _EXPECTED else mistake["msg"]
    if not mistake["loc"]:
        return f"{expected}."  # of several settings together, which it names itself
    return f"{name} {expected}{_given(mistake['input']) if kind in _HARMLESS else ''}."


def _given(value: object) -> str:
    return f", and not {str(value)[:40]!r}" if isinstance(value, str | int | float) else ""


def _unreadable(prefix: str, told: str) -> Iterable[str]:
    """The library tells only the outermost name; which of its variables holds broken JSON is looked for."""
    field = re.search(r'field "(\w+)"', told)
    name = prefix + (field[1].upper() if field else "")
    broken = [
        variable
        for variable, value in sorted(os.environ.items())
        if variable.upper().startswith(name) and value.lstrip()[:1] in ("{", "[") and not is_json(value)
    ]
    for variable in broken or [name]:
        yield f'{variable} must be a JSON object, such as {{"name": "value"}}; what is there is not JSON.'


def is_json(value: str) -> bool:
    """Whether this can be read as JSON."""
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


def _joined(sentences: Iterable[str]) -> str:
    return "\n       ".join(sentences)
