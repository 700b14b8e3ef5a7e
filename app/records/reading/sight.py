"""Whose eyes look: which messages a list may hold for them, and which of those stay closed."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, case, cast, false, func, literal, null, select, true
from sqlalchemy.dialects.postgresql import array

from app.decisions.model import UnitKey
from app.messages import AccountId, PersonId
from app.records.months import Span, in_month_of
from app.records.tables import decisions, message_marks, messages, openings, revisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """What somebody may see, and who they are (None: nobody who opens anything).

    `accounts` None means all. `unit`: only messages behind this unit's notifications and the person's own.
    `opens_self_harm`: nothing stays closed to them.
    """

    accounts: frozenset[AccountId] | None = frozenset()
    unit: UnitKey | None = None
    opens_self_harm: bool = False
    person: PersonId | None = None

    @property
    def sees_all(self) -> bool:
        """Whether no message is kept from their lists."""
        return self.unit is None and self.accounts is None


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on `messages` for what this viewer may know of at all."""
    if viewer.sees_all:
        return true()
    if viewer.unit is not None:
        return messages.c.id.in_(
            select(message_marks.c.message_id).where(message_marks.c.mark.in_(marks_that_show(viewer)))
        )
    return messages.c.account_id.in_(sorted(viewer.accounts)) if viewer.accounts else false()


def marks_that_show(viewer: Viewer) -> tuple[str, ...]:
    """The marks of messages, one of which one must have to be seen by a viewer who sees what they are told of alone."""
    return (f"unit:{viewer.unit}", f"person:{viewer.person}")


def seen_by(mark: str) -> ColumnElement[bool]:
    """The condition on `messages` for those with this mark; over it they are read in their order."""
    return messages.c.id.in_(select(message_marks.c.message_id).where(message_marks.c.mark == mark))


def closed(viewer: Viewer, span: Span | None = None) -> ColumnElement[Any]:
    """Why a message's content is closed to this viewer: ``self_harm``, ``not_judged``; null where it is open.

    What nobody has judged yet may be self-harm: it stays closed until every revision is judged (a matter of a second).
    `span`: where all the messages lie.
    """
    why: ColumnElement[Any] = cast(null(), Text) if viewer.opens_self_harm else _why_closed(span)
    return why.label("closed")


def is_opened(viewer: Viewer) -> ColumnElement[Any]:
    """Whether this viewer has opened what the message says now; until then grave content is shown blurred."""
    found = (
        select(openings.c.id)
        .where(
            openings.c.message_id == messages.c.id,
            openings.c.revision == messages.c.revision,
            openings.c.person_id == viewer.person,
            openings.c.what == "content",
        )
        .correlate(messages)
        .exists()
    )
    return (found if viewer.person is not None else false()).label("is_opened")


def open_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on `messages` for what this viewer may read."""
    return true() if viewer.opens_self_harm else _why_closed().is_(None)


def _why_closed(span: Span | None = None) -> ColumnElement[Any]:
    # An aggregate, not EXISTS: the planner turns that into a hash over every decision there ever was.
    tagged = func.bool_or(decisions.c.labels.bool_op("@>")(cast(array(["self_harm"]), ARRAY(Text))))
    # The machine decides once on each revision.
    judged = func.count().filter(decisions.c.made_by == "machine")
    said = select(func.count()).where(revisions.c.message_id == messages.c.id).correlate(messages)
    there = said.where(span.has(revisions.c.message_id)) if span else said
    return case(
        (messages.c.id.is_(None), null()),  # what is about no message has nothing to close
        (_of_decisions(func.coalesce(tagged, false()), span), literal("self_harm")),
        (_of_decisions(judged, span) < func.greatest(there.scalar_subquery(), 1), literal("not_judged")),
        else_=null(),
    )


def _of_decisions(aggregate: ColumnElement[Any], span: Span | None) -> ColumnElement[Any]:
    found = select(aggregate).where(decisions.c.message_id == messages.c.id, in_month_of(decisions.c.id, messages.c.id))
    if span is not None:
        found = found.where(span.has(decisions.c.id))
    return found.correlate(messages).scalar_subquery()
