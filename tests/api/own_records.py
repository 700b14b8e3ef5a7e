"""Records of two kinds: those that are a role's own, and one that is nobody's but the directorate's."""

from datetime import UTC, datetime

from sqlalchemy import insert, update

from app.evidence.objects import ObjectStore
from app.messages import Account, ActionId
from app.records import evidence, tasks
from app.records.database import Sessions
from app.records.tables import api_tokens, people
from app.settings import Settings
from tests.api.builders import (
    a_notification,
    a_picture,
    a_review,
    a_seal,
    a_stored_message,
    a_wish,
    an_action,
    an_appeal,
)
from tests.world import ROLES, World

# The unit whose notifications are theirs.
UNITS = {
    "top_management": "direktor",
    "security": "guvenlik",
    "sks": "sks",
    "service_unit": "yemek_hizmetleri",
}
# On the world's page, and told to a unit that is none of the above.
NOBODYS = "kutuphane"

Ids = dict[str, int | None]


async def own_records(sessions: Sessions, settings: Settings, world: World) -> dict[str, Ids]:
    """The ids by kind of record, for each role, and under ``foreign`` those that are theirs by nothing but the role.

    Only roles whose sight is narrow have messages of their own, and what hangs on them.
    """
    async with sessions.begin() as session:
        await session.execute(
            update(people).where(people.c.role == "top_management").values(unit=UNITS["top_management"])
        )
    records = {
        "responsible": await _records(sessions, settings, world.unit_page, NOBODYS, person=world.people["responsible"]),
        "foreign": await _records(sessions, settings, world.page, NOBODYS),
        **{role: await _records(sessions, settings, world.page, unit) for role, unit in UNITS.items()},
    }
    async with sessions.begin() as session:
        for role in ROLES:
            token = insert(api_tokens).values(
                person_id=world.people[role], digest=f"second of {role}".encode(), label="second"
            )
            records.setdefault(role, {})["tokens"] = await session.scalar(token.returning(api_tokens.c.id))
    records["foreign"]["tokens"] = records["director"]["tokens"]
    return records


async def _records(
    sessions: Sessions, settings: Settings, account: Account, unit: str, *, person: int | None = None
) -> Ids:
    """A message on an account, told to a unit or to one person of it, with everything that hangs on it."""
    message = await a_stored_message(sessions, account)
    action = await an_action(sessions, message)
    sealed = await a_seal(sessions, message)
    image = await ObjectStore(settings.evidence_store_url).put(a_picture(), "image/png")
    async with sessions.begin() as session:
        await evidence.add_image(
            session,
            sealed.id,
            kind="card",
            object_key=image.key,
            sha256=image.sha256,
            media_type=image.media_type,
            size=image.size,
            taken_at=datetime.now(UTC),
        )
        task = await tasks.open_task(
            session,
            kind="delete",
            reason="refused",
            message_id=message,
            action_id=ActionId(action),
            urgency="normal",
            due_at=datetime.now(UTC),
            detail={},
        )
    notification = await a_notification(sessions, unit, message, person_id=person)
    appeal = await an_appeal(sessions, message)
    return {
        "accounts": account.id,
        "messages": message,
        "reviews": await a_review(sessions, message),
        "approvals": await a_wish(sessions, message, state="lapsed"),
        "actions": action,
        "evidence": sealed.id,
        "tasks": task,
        "notifications": notification,
        "complaints": notification,
        "appeals": appeal,
    }
