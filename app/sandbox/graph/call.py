"""One API call as it came: parameters from the query, a form, or JSON, as Graph takes them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from starlette.requests import Request

from app.sandbox.graph.errors import GraphError, parameter

_SECRET = frozenset({"access_token", "appsecret_proof", "input_token", "verify_token"})
_FORM, _JSON, _MULTIPART = "application/x-www-form-urlencoded", "application/json", "multipart/form-data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call: `path` are its segments after the version, `parameters` text or JSON values by name."""

    method: str
    version: str
    path: tuple[str, ...]
    parameters: dict[str, object]
    token: str | None
    url: str = ""

    @property
    def shown_path(self) -> str:
        """The path as the platform's documentation writes it."""
        return "/".join(("", self.version, *self.path))

    def shown_parameters(self) -> dict[str, object]:
        """The parameters without what must not be shown."""
        return {name: "***" if name in _SECRET else value for name, value in self.parameters.items()}

    def text(self, name: str) -> str | None:
        """A parameter as text; None if it was not given."""
        value = self.parameters.get(name)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, bool | int | float):
            return json.dumps(value)
        raise parameter(f"Param {name} must be a string")

    def required_text(self, name: str) -> str:
        """As `text`, refused if it is missing."""
        value = self.text(name)
        if value is None:
            raise parameter(f"The parameter {name} is required")
        return value

    def boolean(self, name: str) -> bool | None:
        """A parameter as a boolean; None if it was not given."""
        value = self.parameters.get(name)
        if value is None or isinstance(value, bool):
            return value
        match str(value).lower():
            case "true" | "1":
                return True
            case "false" | "0":
                return False
        raise parameter(f"Param {name} must be a boolean")

    def mapping(self, name: str) -> dict[str, object] | None:
        """A parameter as an object, given as JSON or as JSON text."""
        value = self._structured(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise parameter(f"Param {name} must be a JSON object")
        return value

    def listing(self, name: str) -> list[object] | None:
        """A parameter as a list: JSON, or values with commas between."""
        value = self._structured(name)
        if value is None or isinstance(value, list):
            return value
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return [value]

    def moment(self, name: str) -> datetime | None:
        """A parameter as a time: seconds since 1970, or ISO 8601."""
        value = self.text(name)
        if value is None:
            return None
        try:
            if value.lstrip("-").isdecimal():
                return datetime.fromtimestamp(int(value), UTC)
            found = datetime.fromisoformat(value)
        except (ValueError, OverflowError, OSError):
            raise parameter(f"Param {name} must be a valid timestamp") from None
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def count(self, name: str, *, default: int, most: int) -> int:
        """A parameter as a number of items."""
        value = self.text(name)
        if value is None:
            return default
        if not value.isdecimal():
            raise parameter(f"Param {name} must be an integer greater or equal to 0")
        return min(int(value), most)

    def choice(self, name: str, choices: frozenset[str]) -> str | None:
        """A parameter that must be one of some words, whatever their case; returned in capitals."""
        value = self.text(name)
        if value is None:
            return None
        if value.upper() not in choices:
            raise parameter(f"Param {name} must be one of {{{', '.join(sorted(choices))}}}")
        return value.upper()

    def peek(self, name: str) -> object:
        """A parameter as JSON if it is any; None otherwise, never an error."""
        try:
            return self._structured(name)
        except GraphError:
            return None

    def _structured(self, name: str) -> object:
        value = self.parameters.get(name)
        if isinstance(value, str) and value.startswith(("[", "{")):
            try:
                return json.loads(value)
            except ValueError:
                raise parameter(f"Param {name} must be valid JSON") from None
        return value


async def read_call(request: Request) -> Call:
    """Read a request. Raises GraphError if its body is not what its type says."""
    parameters: dict[str, object] = dict(request.query_params)
    body = await request.body()
    if body:
        parameters |= await _body_parameters(request, body)
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    token = bearer.strip() if scheme.lower() in {"bearer", "oauth"} and bearer.strip() else None
    given = parameters.get("access_token")
    return Call(
        method=request.method,
        version=request.path_params["version"],
        path=tuple(part for part in request.path_params["path"].split("/") if part),
        parameters=parameters,
        token=given if isinstance(given, str) and given else token,
        url=str(request.url.replace(query="")),
    )


async def _body_parameters(request: Request, body: bytes) -> dict[str, object]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _JSON:
        try:
            value = json.loads(body)
        except ValueError:
            raise GraphError(100, "(#100) The request body is not valid JSON") from None
        if not isinstance(value, dict):
            raise GraphError(100, "(#100) The request body must be a JSON object")
        return value
    if kind == _MULTIPART:
        form = await request.form()
        return {name: value for name, value in form.items() if isinstance(value, str)}
    if kind in {_FORM, ""}:
        return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    raise GraphError(100, f"(#100) Unsupported content type {kind}")
