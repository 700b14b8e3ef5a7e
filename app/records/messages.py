"""Messages as they stand: loading them, and the right to act on them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ScalarSelect,
    any_,
    bindparam,
    column,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import (
    Account,
    Channel,
    DeliveryId,
    ExternalId,
    Media,
    Message,
    MessageId,
    PlatformName,
)
from app.records.accounts import as_account
from app.records.months import first_id, with_months
from app.records.tables import accounts, echoes, message_keys, messages, revisions


def as_message(row: Any, account: Account) -> Message:
    """A Message of a row of `messages`."""
    return Message(
        id=MessageId(row.id),
        platform=PlatformName(row.platform),
        account=account,
        channel=Channel(row.channel),
        external_id=ExternalId(row.external_id),
        text=row.text,
        revision=row.revision,
        parent_id=row.parent_external_id,
        post_id=row.post_external_id,
        author_id=row.author_external_id,
        author_name=row.author_name,
        link=row.link,
        sent_at=row.sent_at,
        media=tuple(Media(**item) for item in row.media),
    )


class Loaded:
    """A message with what our records know beside it.

    `superseded`: it is loaded as it was before an edit; text, media, delivery and time are those of then.
    `order_unknown`: another edit was made at the same time as the present one, as far as the platform tells: only the
    platform knows which of them stands there.
    """

    __slots__ = (
        "correlation_id",
        "delivery_id",
        "kept_by_person",
        "message",
        "order_unknown",
        "received_at",
        "state",
        "superseded",
    )

    def __init__(self, row: Any, account: Account) -> None:
        self.superseded = self.order_unknown = False
        self.message = as_message(row, account)
        self.state: str = row.state
        self.kept_by_person: bool = row.kept_by_person
        self.received_at: datetime = row.received_at
        self.correlation_id: str = row.correlation_id
        self.delivery_id: DeliveryId | None = row.delivery_id

    def as_it_was(self, revision: Any) -> None:
        """Turn into what the message was at a revision, given as a row of `revisions`."""
        if revision.revision == self.message.revision:
            return
        self.message = replace(
            self.message,
            revision=revision.revision,
            text=revision.text,
            media=tuple(Media(**item) for item in revision.media),
        )
        self.delivery_id, self.received_at = revision.delivery_id, revision.received_at
        self.superseded = True


# A lost job is missed within minutes; what is older was looked after.
LOOKED_BACK = timedelta(days=2)

_WITH_ACCOUNT = select(messages, *(column.label(f"of_account_{column.name}") for column in accounts.c)).join(
    accounts, accounts.c.id == messages.c.account_id
)


_MANY_WITH_ACCOUNT = _WITH_ACCOUNT.where(
    messages.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger))),
    messages.c.id.between(bindparam("first", type_=BigInteger), bindparam("last", type_=BigInteger)),
)


async def load(session: AsyncSession, message_id: MessageId, *, lock: bool = False) -> Loaded:
    """Load a message, on request locked until the transaction ends. Raises NoResultFound."""
    statement = _WITH_ACCOUNT.where(messages.c.id == message_id)
    if lock:
        statement = statement.with_for_update(of=messages)
    row = (await session.execute(statement)).one()
    return Loaded(row, as_account(_AccountOf(row)))


async def load_many(session: AsyncSession, ids: Sequence[MessageId]) -> list[Loaded]:
    """Load these messages as they stand, in no order; without those that are not there."""
    rows = await session.execute(_MANY_WITH_ACCOUNT, with_months(ids))
    return [Loaded(row, as_account(_AccountOf(row))) for row in rows]


async def load_revision(session: AsyncSession, message_id: MessageId, revision: int) -> Loaded:
    """Load a message as it was at a revision. Raises NoResultFound."""
    loaded = await load(session, message_id)
    statement = select(revisions).where(revisions.c.message_id == message_id, revisions.c.revision == revision)
    loaded.as_it_was((await session.execute(statement)).one())
    return loaded


_UNDECIDED = text(
    "select distinct on (r.message_id) r.message_id, r.revision, r.text, r.media, r.delivery_id, r.received_at, "
    "r.changed_at is not null and exists (select from revisions o where o.message_id = r.message_id "
    "and o.message_id between :first and :last and o.revision <> r.revision and o.changed_at = r.changed_at "
    "and (o.text, o.media) is distinct from (r.text, r.media)) as order_unknown "
    "from unnest(cast(:ids as bigint[])) as m(id) "
    "join messages n on n.id = m.id and n.id between :first and :last "
    "join revisions r on r.message_id = m.id and r.message_id between :first and :last where not exists ("
    "select from decisions d where d.message_id = r.message_id and d.revision = r.revision and d.made_by = 'machine' "
    "and d.id between :first and :last) "
    "order by r.message_id, r.revision = n.revision, r.revision"
).columns(
    *(revisions.c[name] for name in ("message_id", "revision", "text", "media", "delivery_id", "received_at")),
    column("order_unknown", Boolean),
)


async def load_undecided(session: AsyncSession, ids: Sequence[MessageId]) -> list[Loaded]:
    """Load those of these messages that the machine has yet to decide on, each at its first such revision.

    The present one comes last, so that what is decided last is about what stands there now.

    What was edited away before it was judged may have been a cry for help (6.4.15) or a threat (6.4.12).
    """
    wanted = {row.message_id: row for row in await session.execute(_UNDECIDED, with_months(ids))}
    if not wanted:
        return []
    rows = await session.execute(_MANY_WITH_ACCOUNT, with_months(list(wanted)))
    undecided = [Loaded(row, as_account(_AccountOf(row))) for row in rows]
    for loaded in undecided:
        revision = wanted[loaded.message.id]
        loaded.as_it_was(revision)
        loaded.order_unknown = revision.order_unknown and not loaded.superseded
    return undecided


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What may have changed since a message was loaded."""

    revision: int
    state: str


async def lock_many(session: AsyncSession, ids: Sequence[MessageId]) -> dict[MessageId, Standing]:
    """Lock these messages, in one order everywhere, and return how they stand now."""
    rows = await session.execute(
        text(
            "select id, revision, state from messages where id = any(:ids) and id between :first and :last "
            "order by id for update"
        ),
        with_months(ids),
    )
    return {MessageId(row.id): Standing(revision=row.revision, state=row.state) for row in rows}


_CRY_BENEATH = text(
    """
    with recursive beneath as (
        select m.id, m.parent_external_id
        from message_marks k join messages m on m.id = k.message_id
        where k.mark = 'label:self_harm' and m.account_id = :account and m.state in ('visible', 'hidden')
        union
        select m.id, m.parent_external_id
        from beneath b
        join message_keys k on k.account_id = :account and k.external_id = b.parent_external_id
        join messages m on m.id = k.message_id
    )
    select exists (select from beneath where parent_external_id = :external_id)
    """
)


async def is_cry_beneath(session: AsyncSession, message: Message) -> bool:
    """Whether somebody speaks of harming themself in what answers this message, or in answers to those.

    Asked from the cries upwards, which are few.
    """
    given = {"account": message.account.id, "external_id": message.external_id}
    return bool(await session.scalar(_CRY_BENEATH, given))


def known_as(account_id: int, external_id: str) -> ScalarSelect[Any]:
    """Our id of a message that the platform names; null where it does not lie here."""
    return (
        select(message_keys.c.message_id)
        .where(message_keys.c.account_id == account_id, message_keys.c.external_id == external_id)
        .scalar_subquery()
    )


class _AccountOf:
    """The account's columns of a joined row, under their own names."""

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, f"of_account_{name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The message that another one answers; its text is None where it was there before we were, or has expired."""

    text: str | None
    is_ours: bool


async def parent_of(session: AsyncSession, message: Message) -> Parent | None:
    """What a message answers; None where it answers nothing."""
    if message.parent_id is None:
        return None
    same = messages.c.id == known_as(message.account.id, message.parent_id)
    ours = (echoes.c.account_id == message.account.id) & (echoes.c.external_id == message.parent_id)
    row = (
        await session.execute(
            select(
                select(messages.c.text).where(same, messages.c.expired_at.is_(None)).scalar_subquery().label("text"),
                exists(select(echoes.c.external_id).where(ours)).label("is_ours"),
            )
        )
    ).one()
    return Parent(text=row.text, is_ours=row.is_ours)


async def claim(session: AsyncSession, message_id: MessageId, *, holder: str, for_: timedelta) -> bool:
    """Take the right to act on this message for a while; False where another worker holds it (I9)."""
    taken = await session.scalar(
        update(messages)
        .where(
            messages.c.id == message_id,
            or_(messages.c.busy_until.is_(None), messages.c.busy_until < func.now(), messages.c.busy_with == holder),
        )
        .values(busy_until=func.now() + for_, busy_with=holder)
        .returning(messages.c.id)
    )
    return taken is not None


async def release(session: AsyncSession, message_id: MessageId, *, holder: str) -> None:
    """Give the right back."""
    await session.execute(
        update(messages)
        .where(messages.c.id == message_id, messages.c.busy_with == holder)
        .values(busy_until=None, busy_with=None)
    )


async def end_dead_claim(session: AsyncSession, message_id: MessageId) -> timedelta | None:
    """End a claim whose time is over: its holder died with nothing left to do. Returns how long one may still live."""
    left: timedelta | None = await session.scalar(
        select(messages.c.busy_until - func.now()).where(
            messages.c.id == message_id, messages.c.busy_until.is_not(None)
        )
    )
    if left is not None and left < timedelta(0):
        await session.execute(
            update(messages)
            .where(messages.c.id == message_id, messages.c.busy_until < func.now())
            .values(busy_until=None, busy_with=None)
        )
        return None
    return left


async def set_state(session: AsyncSession, message_id: MessageId, state: str) -> None:
    """Record what the platform shows of the message now; what its author removed stays so."""
    await session.execute(
        update(messages)
        .where(messages.c.id == message_id, messages.c.state.not_in(("removed_by_author",)))
        .values(state=state)
    )


async def set_kept(session: AsyncSession, message_id: MessageId, kept: bool) -> None:
    """Whether a person decided to keep this message (I7)."""
    await session.execute(update(messages).where(messages.c.id == message_id).values(kept_by_person=kept))


async def find(session: AsyncSession, account: Account, external_id: ExternalId) -> MessageId | None:
    """Our id of a message that the platform names."""
    found = await session.scalar(
        select(message_keys.c.message_id).where(
            message_keys.c.account_id == account.id, message_keys.c.external_id == external_id
        )
    )
    return MessageId(found) if found is not None else None


async def known(session: AsyncSession, account: Account, ids: Sequence[ExternalId]) -> set[ExternalId]:
    """Which of these came to us already."""
    rows = await session.scalars(
        select(message_keys.c.external_id).where(
            message_keys.c.account_id == account.id, message_keys.c.external_id.in_(list(ids))
        )
    )
    return {ExternalId(row) for row in rows}


async def open_dms_of(session: AsyncSession, account: Account, author_id: ExternalId) -> list[MessageId]:
    """The DMs of an author to an account, newest first: what a hand-written answer in their thread may settle."""
    rows = await session.scalars(
        select(messages.c.id)
        .where(
            messages.c.account_id == account.id,
            messages.c.author_external_id == author_id,
            messages.c.channel == Channel.DM,
        )
        .order_by(messages.c.id.desc())
        .limit(50)
    )
    return [MessageId(row) for row in rows]


async def of_deliveries(session: AsyncSession, ids: Sequence[DeliveryId]) -> dict[DeliveryId, list[MessageId]]:
    """The messages that each of these deliveries brought or changed."""
    found: dict[DeliveryId, list[MessageId]] = {delivery: [] for delivery in ids}
    if ids:
        rows = await session.execute(
            select(revisions.c.delivery_id, revisions.c.message_id)
            .where(revisions.c.delivery_id.in_(ids))
            .distinct()
            .order_by(revisions.c.message_id)
        )
        for row in rows:
            found[DeliveryId(row.delivery_id)].append(MessageId(row.message_id))
    return found


async def undecided(session: AsyncSession, *, before: datetime, limit: int = 500) -> list[MessageId]:
    """Messages that arrived before then with a revision that the machine has not judged: a net for lost jobs."""
    rows = await session.scalars(
        text(
            "select m.id from messages m where m.revision > 0 and m.received_at < :before "
            "and m.received_at > :since and m.id >= :first and exists ("
            "select from revisions r where r.message_id = m.id and r.message_id >= :first and not exists ("
            "select from decisions d where d.message_id = m.id and d.revision = r.revision and d.made_by = 'machine' "
            "and d.id >= :first)) order by m.id limit :limit"
        ),
        {"before": before, "since": before - LOOKED_BACK, "first": first_id(before - LOOKED_BACK), "limit": limit},
    )
    return [MessageId(row) for row in rows]
