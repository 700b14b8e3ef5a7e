"""What a method of the Data API takes, and reading a call by it: unknown names and wrong kinds are refused.

The tables of methods are held against Google's discovery document by the tests.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from app.sandbox.endpoint import Answer, Call
from app.sandbox.ground import Ground
from app.sandbox.world.state import World
from app.sandbox.youtube import errors
from app.sandbox.youtube.access import Caller

Kind = Literal["string", "integer", "boolean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter; a repeated one may also hold several values with commas between."""

    kind: Kind = "string"
    values: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    is_required: bool = False
    is_repeated: bool = False


PART: Final = Parameter(is_required=True, is_repeated=True)
IDS: Final = Parameter(is_repeated=True)
TEXT: Final = Parameter()
FLAG: Final = Parameter(kind="boolean")

# What every method takes besides. Partial answers (`fields`) and other formats are not simulated.
COMMON: Final[Mapping[str, Parameter]] = {
    "key": TEXT,
    "access_token": TEXT,
    "oauth_token": TEXT,
    "quotaUser": TEXT,
    "prettyPrint": FLAG,
    "alt": Parameter(values=("json",)),
    "$.xgafv": Parameter(values=("1", "2")),
}

# A field's kind, or the fields beneath it.
Fields = Mapping[str, "type | Fields"]


@dataclass(frozen=True, slots=True)
class Arguments:
    """The values of a call's parameters."""

    values: Mapping[str, tuple[str, ...]]

    def one(self, name: str) -> str | None:
        """The value; None where it was left out or is empty."""
        given = self.values.get(name, ())
        return given[0] or None if given else None

    def many(self, name: str) -> list[str]:
        """All values of a repeated parameter, none of them twice."""
        return list(dict.fromkeys(value for value in self.values.get(name, ()) if value))

    def number(self, name: str, default: int) -> int:
        """The number."""
        given = self.one(name)
        return int(given) if given is not None else default

    def flag(self, name: str) -> bool:
        """Whether it is set."""
        return self.one(name) == "true"

    def given(self, names: Sequence[str]) -> list[str]:
        """Which of the parameters have a value."""
        return [name for name in names if self.one(name) is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A call that is allowed, of whom, and with what."""

    ground: Ground
    caller: Caller
    arguments: Arguments
    body: Mapping[str, object]
    touched: dict[str, str]

    @property
    def world(self) -> World:
        """The world."""
        return self.ground.world

    @property
    def channel_id(self) -> str:
        """The channel that acts; methods that take a key are asked for `caller.channel_id`."""
        assert self.caller.channel_id is not None  # noqa: S101 - keys do not come so far
        return self.caller.channel_id

    def filter(self, *names: str) -> tuple[str, str]:
        """The one filter that is set, with its value. Refused where none is, or several are."""
        given = self.arguments.given(names)
        if not given:
            raise errors.no_filter(names)
        if len(given) > 1:
            raise errors.incompatible(given)
        return given[0], self.arguments.one(given[0]) or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method: `units` of the day's quota, `scopes` of which a token needs one, whether a key does as well.

    `parts` are those of its resource, `body` the fields of what is sent.
    """

    carry_out: Callable[[Asked], Answer]
    parameters: Mapping[str, Parameter]
    units: int
    scopes: tuple[str, ...]
    takes_key: bool = False
    parts: frozenset[str] = frozenset()
    body: Fields = field(default_factory=dict)

    def read(self, call: Call) -> tuple[Arguments, Mapping[str, object]]:
        """The call's parameters and body, each of the right kind."""
        arguments = self._arguments(call)
        for part in arguments.many("part"):
            if part not in self.parts:
                raise errors.unknown_part(part)
        return arguments, self._body(call)

    def _arguments(self, call: Call) -> Arguments:
        values: dict[str, tuple[str, ...]] = {}
        for name, given in call.query:
            parameter = self.parameters.get(name) or COMMON.get(name)
            if parameter is None:
                raise errors.unknown_parameter(name)
            if name in values and not parameter.is_repeated:
                raise errors.bad_request(f"Invalid value at '{name}': it is given more than once", name)
            parts = given.split(",") if parameter.is_repeated else [given]
            values[name] = (*values.get(name, ()), *(_checked(name, parameter, part.strip()) for part in parts))
        arguments = Arguments(values)
        for name, parameter in self.parameters.items():
            if parameter.is_required and not arguments.many(name):
                raise errors.missing(name)
        return arguments

    def _body(self, call: Call) -> Mapping[str, object]:
        if not self.body:
            if call.body:
                raise errors.bad_request(
                    'Invalid JSON payload received. Unknown name "": Root element must be a message.', ""
                )
            return {}
        is_json = call.headers.get("content-type", "").partition(";")[0].strip() == "application/json"
        try:
            document = json.loads(call.body) if is_json else None
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise errors.bad_request("Invalid JSON payload received. Expected an object.", "")
        _check_fields(document, self.body, "")
        return document


def text_at(body: Mapping[str, object], *path: str) -> str:
    """The text at a place of a checked body; empty where it is left out."""
    found: object = body
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def _checked(name: str, parameter: Parameter, value: str) -> str:
    if parameter.values and value not in parameter.values:
        raise errors.wrong_value(name, "TYPE_ENUM", value)
    if parameter.kind == "boolean" and value not in {"true", "false"}:
        raise errors.wrong_value(name, "TYPE_BOOL", value)
    if parameter.kind == "integer":
        if not (value.isascii() and value.isdecimal() and len(value) <= 10):
            raise errors.wrong_value(name, "TYPE_UINT32", value)
        least, most = parameter.least, parameter.most
        if least is not None and most is not None and not least <= int(value) <= most:
            raise errors.out_of_range(name, int(value), least, most)
    return value


def _check_fields(given: Mapping[str, object], known: Fields, path: str) -> None:
    for name, value in given.items():
        place = f"{path}.{name}" if path else name
        if name not in known:
            where = f" at '{path}'" if path else ""
            raise errors.bad_request(
                f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.', path
            )
        kind = known[name]
        if isinstance(kind, Mapping):
            if not isinstance(value, dict):
                raise errors.wrong_value(place, "TYPE_MESSAGE", str(value))
            _check_fields(value, kind, place)
        elif type(value) is not kind:
            raise errors.wrong_value(place, f"TYPE_{kind.__name__.upper()}", str(value))
