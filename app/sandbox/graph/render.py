"""Nodes as JSON: exactly the asked fields, nested ones too, and the id.

Each kind of node has a table of its fields; the value may be plain, another node, or an edge (a list of nodes).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from app.sandbox.graph.call import Call
from app.sandbox.graph.errors import GraphError, parameter
from app.sandbox.graph.fields import Field
from app.sandbox.graph.paging import DEFAULT_PAGE, LONGEST_PAGE, Page, page_of
from app.sandbox.world.state import World

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class View:
    """What rendering may look at: the world, and the address of the public pages."""

    world: World
    base_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeKind(Generic[T]):
    """How nodes of one kind are shown. `defaults` are the fields shown when none are asked for."""

    name: str
    key: Callable[[T], str]
    defaults: tuple[str, ...]
    fields: Mapping[str, Callable[[View, T, Field], object]]


def show(view: View, kind: NodeKind[T], thing: T, fields: Sequence[Field] | None) -> dict[str, object]:
    """One node with the asked fields; a field without a value is left out, as the platform does."""
    wanted = fields or tuple(Field(name=name) for name in kind.defaults)
    shown: dict[str, object] = {}
    for field in wanted:
        if field.name == "id":
            continue
        if field.name not in kind.fields:
            raise parameter(f"Tried accessing nonexisting field ({field.name}) on node type ({kind.name})")
        value = kind.fields[field.name](view, thing, field)
        if value is not None:
            shown[field.name] = value
    shown["id"] = kind.key(thing)
    return shown


def show_list(
    view: View, kind: NodeKind[T], things: Sequence[T], call: Call, fields: Sequence[Field] | None
) -> dict[str, object]:
    """A list as the answer to a call, with its cursors."""
    page = page_of(
        things,
        kind.key,
        limit=call.count("limit", default=DEFAULT_PAGE, most=LONGEST_PAGE),
        after=call.text("after"),
        before=call.text("before"),
        call=call,
    )
    return _listed(view, kind, page, fields)


def show_edge(view: View, kind: NodeKind[T], things: Sequence[T], field: Field) -> dict[str, object]:
    """A list inside of a node, as asked for in the ``fields`` parameter."""
    limit = field.modifiers.get("limit", str(DEFAULT_PAGE))
    if not limit.isdecimal():
        raise parameter("Param limit must be an integer greater or equal to 0")
    page = page_of(things, kind.key, limit=min(int(limit), LONGEST_PAGE), after=field.modifiers.get("after"))
    listed = _listed(view, kind, page, field.fields)
    if field.modifiers.get("summary") in {"true", "1"}:
        listed["summary"] = {"total_count": len(things), "can_comment": True, "order": "chronological"}
    return listed


def pick(values: Mapping[str, object], field: Field, *, always: Sequence[str] = ()) -> dict[str, object]:
    """Of a small plain object the asked parts; all of it if none were named."""
    if field.fields is None:
        return {name: value for name, value in values.items() if value is not None}
    for nested in field.fields:
        if nested.name not in values:
            raise GraphError(100, f"(#100) Tried accessing nonexisting field ({nested.name}) on {field.name}")
    wanted = {nested.name for nested in field.fields} | set(always)
    return {name: value for name, value in values.items() if name in wanted and value is not None}


def graph_time(moment: datetime) -> str:
    """A time as the Graph API writes it: ``2026-01-16T14:03:36+0000``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _listed(view: View, kind: NodeKind[T], page: Page[T], fields: Sequence[Field] | None) -> dict[str, object]:
    listed: dict[str, object] = {"data": [show(view, kind, thing, fields) for thing in page.items]}
    if page.paging:
        listed["paging"] = page.paging
    return listed
