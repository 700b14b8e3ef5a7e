"""A world in which whatever may hold words or names of people from outside holds some, to find where they are shown."""

from sqlalchemy import text

from app.decisions.retention import RecordKind
from app.records.database import Sessions
from app.records.expiry import BY_THEMSELVES, ENDINGS
from app.settings import Settings
from tests.api.builders import a_delivery
from tests.api.own_records import Ids, own_records
from tests.world import World

MARK = "isaretlioglu"
# What the builders write of a message, and whatever is marked below.
SAID = ("Kampüs çok güzel", "Deneme Kişi", MARK)
# Records with nobody's words but ours.
OURS = {RecordKind.DIGESTS, RecordKind.SIGN_INS, RecordKind.AUDIT, RecordKind.NOTIFICATIONS, RecordKind.OPENINGS}
# Columns that take words while their row is made alone, and those that stand empty in a row that still waits.
_MADE_WITH = (
    "insert into review_notes (message_id, person_id, text, written_at) values (:messages, :person, :mark, now())",
    "insert into decisions (id, message_id, revision, made_by, person_id, disposition, reason, policy_version) "
    "select nobet_id_beside('decisions_numbers', :messages), :messages, 1, 'person', :person, 'keep', :mark, "
    "policy_version from decisions where message_id = :messages limit 1",
    "insert into notification_reports (notification_id, person_id, text, is_done, at) "
    "values (:notifications, :person, :mark, false, now())",
    "insert into attempts (action_id, number, started_at, detail) values (:actions, 1, now(), :mark)",
    "insert into content_holds (message_id, reason, case_number, opened_at, opened_by) "
    "values (:messages, :mark, :mark, now(), :person)",
    "insert into author_attributes (platform, author_external_id, kind, source, noted_by, noted_at) "
    "select platform, author_external_id, 'student', :mark, :person, now() from messages where id = :messages",
    "insert into page_captures (evidence_id, state, need, address, detail, wanted_at, waived_at, waived_by, "
    "waived_because) values (:evidence, 'failed', 'asked', :mark, :mark, now(), now(), :person, :mark)",
    "update messages set author_external_id = :mark, link = :mark, "
    "media = jsonb_build_array(jsonb_build_object('kind', 'image', 'url', cast(:mark as text)))",
    "update revisions set media = jsonb_build_array(jsonb_build_object('kind', 'image', 'url', cast(:mark as text)))",
    "update approvals set text = :mark, reason = :mark, answer_reason = :mark where message_id = :messages",
    "update tasks set detail = jsonb_build_object('text', cast(:mark as text)), note = :mark where id = :tasks",
    "update actions set text = :mark, problem = :mark where id = :actions",
    "update reviews set parked_because = :mark, parked_until = now() + interval '1 day', parked_by = :person, "
    "asked_unit = 'sks' where id = :reviews",
)
_DECIDED_APPEAL = (
    "update appeals set state = 'upheld', decided_by = :person, decided_at = now(), reason = :mark, "
    "outcome_decision_id = 1 where id = :others_appeal"
)
_CRISIS = (
    "insert into crises (title, reason, keywords, since_at, opened_at, opened_by) "
    "values (:mark, :mark, array[cast(:mark as text)], now(), now(), :person) returning id"
)
_OF_CRISIS = (
    "insert into crisis_notes (crisis_id, person_id, text, at) values (:crises, :person, :mark, now())",
    "insert into crisis_messages (crisis_id, message_id, added_at) values (:crises, :messages, now())",
)
_CLOSED_CRISIS = (
    "insert into crises (title, reason, since_at, opened_at, opened_by, closed_at, closed_by, summary) "
    "values (:mark, :mark, now(), now(), :person, now(), :person, :mark)"
)
_REQUEST = (
    "insert into privacy_requests (note, authors, identifiers, opened_at, opened_by) values (:mark, "
    "jsonb_build_array(jsonb_build_object('platform', 'facebook', 'id', cast(:mark as text))), "
    "array[cast(:mark as text)], now(), :person) returning id"
)
_DONE_REQUEST = (
    "insert into privacy_requests (note, authors, identifiers, opened_at, opened_by, erased_at, erased_by, reason, "
    "outcome) values (:mark, '[]', '{}', now(), :person, now(), :person, :mark, "
    "jsonb_build_object('erased', '{}'::jsonb, 'kept', '[]'::jsonb, 'note', cast(:mark as text)))"
)


async def said_everywhere(sessions: Sessions, settings: Settings, world: World) -> list[Ids]:
    """Make the records; ids by kind, of the first with everything beside it, of others to try what can be done once."""
    made = await own_records(sessions, settings, world)
    records: Ids = made["foreign"]
    given = {
        **records,
        "others_appeal": made["responsible"]["appeals"],
        "person": world.people["specialist"],
        "mark": MARK,
    }
    async with sessions.begin() as session:

        async def do(statement: str) -> int | None:
            wanted = {name: value for name, value in given.items() if f":{name}" in statement}
            found = await session.execute(text(statement), wanted)
            return int(found.scalar_one()) if " returning " in statement else None

        for statement in _MADE_WITH:
            await do(statement)
        given["crises"] = records["crises"] = await do(_CRISIS)
        for statement in (*_OF_CRISIS, _CLOSED_CRISIS, _DECIDED_APPEAL, _DONE_REQUEST):
            await do(statement)
        records["privacy"] = await do(_REQUEST)
    records["deliveries"] = await a_delivery(sessions, MARK.encode())
    others = [made[role] for role in ("sks", "security", "service_unit", "top_management")]
    return [records, *({**records, **other} for other in others)]


def outsiders_words() -> set[tuple[str, str]]:
    """Every (table, column) in which words or names of people from outside may stand, as retention knows them."""
    found = {
        (ending.table, column)
        for kind, endings in ENDINGS.items()
        if kind not in OURS
        for ending in endings
        for column in ending.empties
    }
    return found | {
        (table, column) for tables in BY_THEMSELVES.values() for table, columns in tables.items() for column in columns
    }
