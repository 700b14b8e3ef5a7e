"""The ``fields`` parameter: ``id,from{id,name},comments.filter(stream).limit(5){message}``."""

import re
from dataclasses import dataclass, field

from app.sandbox.graph.errors import GraphError

_TOKEN = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*|[{}(),.]|[^\s{}(),.]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One asked field, its modifiers (``limit``: ``5``) and, in braces, the fields asked of what it holds."""

    name: str
    modifiers: dict[str, str] = field(default_factory=dict)
    fields: tuple["Field", ...] | None = None


def parse_fields(text: str) -> tuple[Field, ...]:
    """Read the parameter; an unbalanced or empty one is refused as the platform does."""
    reader = _Reader([match[1] for match in _TOKEN.finditer(text)])
    fields = reader.fields()
    if reader.peek() is not None:
        raise _syntax_error(reader.peek())
    return fields


def _syntax_error(token: str | None) -> GraphError:
    return GraphError(2500, f'Syntax error "Expected name instead of {token or "end of string"}." in fields')


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def take(self, *, expected: str | None = None) -> str:
        token = self.peek()
        if token is None or (expected is not None and token != expected):
            raise _syntax_error(token)
        self._at += 1
        return token

    def fields(self) -> tuple[Field, ...]:
        found = [self.field()]
        while self.peek() == ",":
            self.take()
            found.append(self.field())
        return tuple(found)

    def field(self) -> Field:
        name = self.take()
        if not name.isidentifier():
            raise _syntax_error(name)
        modifiers: dict[str, str] = {}
        while self.peek() == ".":
            self.take()
            modifier = self.take()
            modifiers[modifier] = self._argument()
        nested = None
        if self.peek() == "{":
            self.take()
            nested = self.fields()
            self.take(expected="}")
        return Field(name=name, modifiers=modifiers, fields=nested)

    def _argument(self) -> str:
        self.take(expected="(")
        parts = []
        while self.peek() not in {")", None}:
            parts.append(self.take())
        self.take(expected=")")
        return "".join(parts)
