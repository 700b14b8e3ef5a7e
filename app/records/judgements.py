"""What people decided on what the machine had decided: the measure of every rule."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import MessageId

Judgement = Literal["kept", "taken_down"]

# A reply or a block says nothing of whether the message should stay, nor does undoing a block.
_ON_THE_MESSAGE = (
    "p.made_by = 'person' and not exists (select from actions a where a.decision_id = p.id "
    "and (a.kind in ('reply', 'private_message', 'block') or a.kind = 'unblock' and a.purpose = 'undone') "
    "and not exists (select from actions b where b.decision_id = p.id and b.kind in ('hide', 'delete', 'unhide')))"
)

_OF_MESSAGES = text(
    "select distinct on (p.message_id) p.message_id, p.disposition from decisions p "  # noqa: S608  (constants alone)
    f"where p.message_id = any(:ids) and {_ON_THE_MESSAGE} order by p.message_id, p.id desc"
)

# A message counts once for a rule, at the newest decision of the machine in which the rule was heeded, or would have
# been: what is faint had no consequence to be right or wrong about.
_PRECISION = text(
    f"""
    with fired as (
        select distinct on (d.message_id, f.rule) d.message_id, d.id, f.rule, f.label
        from decisions d, jsonb_to_recordset(d.findings) as f (rule text, label text, tier text, stage text)
        where d.made_by = 'machine' and d.decided_at >= :since
        and f.tier in ('certain', 'likely') and coalesce(f.stage, 'act') <> 'off'
        order by d.message_id, f.rule, d.id desc),
    judged as (
        select f.rule, f.label, (
            select p.disposition from decisions p
            where p.message_id = f.message_id and p.id > f.id and {_ON_THE_MESSAGE}
            order by p.id desc limit 1) as person
        from fired f)
    select rule, label, count(*) as fired, count(person) as decided,
        count(*) filter (where person in ('contain', 'remove')) as confirmed
    from judged group by rule, label order by label, rule
    """  # noqa: S608  (constants alone)
)
_PRECISION_OF_LABELS = text(
    f"""
    with fired as (
        select distinct on (d.message_id, l.label) d.message_id, d.id, l.label
        from decisions d, unnest(d.labels) as l (label)
        where d.made_by = 'machine' and d.decided_at >= :since and d.labels <> '{{}}'
        order by d.message_id, l.label, d.id desc),
    judged as (
        select f.label, (
            select p.disposition from decisions p
            where p.message_id = f.message_id and p.id > f.id and {_ON_THE_MESSAGE}
            order by p.id desc limit 1) as person
        from fired f)
    select label, count(*) as fired, count(person) as decided,
        count(*) filter (where person in ('contain', 'remove')) as confirmed
    from judged group by label order by label
    """  # noqa: S608  (constants alone)
)


async def of_messages(session: AsyncSession, ids: Sequence[MessageId]) -> dict[MessageId, Judgement]:
    """What people decided last on these messages; without those on which none did."""
    rows = await session.execute(_OF_MESSAGES, {"ids": list(ids)})
    return {MessageId(row.message_id): _judgement(row.disposition) for row in rows}


async def precision_of_rules(session: AsyncSession, *, since: datetime) -> list[Mapping[str, Any]]:
    """For each rule: on how many messages it fired, on how many of them people decided, how often they took it down."""
    return [dict(row) for row in (await session.execute(_PRECISION, {"since": since})).mappings()]


async def precision_of_labels(session: AsyncSession, *, since: datetime) -> list[Mapping[str, Any]]:
    """The same for each label."""
    return [dict(row) for row in (await session.execute(_PRECISION_OF_LABELS, {"since": since})).mappings()]


def _judgement(disposition: str) -> Judgement:
    return "taken_down" if disposition in ("contain", "remove") else "kept"
