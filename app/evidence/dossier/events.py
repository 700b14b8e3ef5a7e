"""What happened to a message, and who did it: the lines of its timeline."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from app.evidence.dossier.content import words
from app.evidence.seal import AddendumKind
from app.records.reading.dossiers import MessageFile
from app.records.reading.pages import Row

Event = tuple[datetime, str, str]


def events(one: MessageFile, units: Mapping[str, str]) -> list[Event]:
    """Everything that happened, in its order: when, what, and who did it. `units`: their names by their keys."""
    found = [
        *_arrivals(one),
        *_approvals(one),
        *_decisions(one),
        *_evidence(one),
        *_pages(one),
        *_acts(one, units),
        *_notices(one, units),
        *_reviews(one),
        *_holds(one),
    ]
    # Of what happened in the same moment the order above stays.
    return sorted(found, key=lambda event: event[0])


def decider(decision: Row) -> str:
    """Who decided: a person, or the machine."""
    name: str = decision["person_name"] or words()["machine"]
    return name


def because(what: str, reason: str | None) -> str:
    """What happened, with the reason that was given for it."""
    return f"{what}: {reason}" if reason else what


def image_kind(kind: str) -> str:
    """What a picture is."""
    return str(words()["image_kinds"].get(kind, kind))


def _arrivals(one: MessageFile) -> Iterable[Event]:
    said = words()["events"]
    for revision in one.revisions:
        yield revision["received_at"], said["received" if revision["revision"] == 1 else "edited"], ""


def _decisions(one: MessageFile) -> Iterable[Event]:
    for decision in one.decisions:
        what = f"{words()['events']['decided']}: {words()['dispositions'][decision['disposition']]}"
        yield decision["decided_at"], what, decider(decision)


def _approvals(one: MessageFile) -> Iterable[Event]:
    """What one person wanted, and how a second one answered."""
    said = words()["events"]
    decided = {decision["id"]: decision["decided_at"] for decision in one.decisions}
    for wish in one.approvals:
        wanted = f"{said['wanted']} ({words()['wishes'][wish['wanted']]})"
        yield wish["wanted_at"], because(wanted, wish["reason"]), wish["wanted_by_name"] or ""
        if wish["answered_at"] is not None:
            answer = because(words()["answers"][wish["state"]], wish["answer_reason"])
            # What was approved was decided by that, in one transaction.
            at = min(wish["answered_at"], decided.get(wish["decision_id"], wish["answered_at"]))
            yield at, answer, wish["answered_by_name"] or words()["machine"]


def _evidence(one: MessageFile) -> Iterable[Event]:
    said = words()["events"]
    takers = {row["taken_by"]: row["taken_by_name"] for row in one.images}
    for row in one.records:
        yield row["sealed_at"], said["sealed"], words()["machine"]
    for row in one.addenda:
        what, who = said[row["kind"]], words()["machine"]
        if row["kind"] == AddendumKind.IMAGE:
            what = f"{what}: {image_kind(str(row['content'].get('kind')))}"
            who = takers.get(row["content"].get("taken_by")) or who
        yield row["sealed_at"], what, who


def _pages(one: MessageFile) -> Iterable[Event]:
    said = words()["events"]
    for page in one.pages:
        if page["problem"] is not None and page["ended_at"] is not None:
            why = words()["page_problems"].get(page["problem"], page["problem"])
            yield page["ended_at"], f"{said['page_not_captured']}: {why}", words()["machine"]
        if page["waived_at"] is not None:
            yield page["waived_at"], because(said["waived"], page["waived_because"]), page["waived_by_name"] or ""


def _acts(one: MessageFile, units: Mapping[str, str]) -> Iterable[Event]:
    said = words()
    for action in one.actions:
        if action["kind"] == "evidence" and action["state"] in ("done", "cancelled"):
            continue  # what was sealed has lines of its own
        act = said["acts"][action["kind"]]
        if action["recipient"]:
            act = f"{act} ({units.get(action['recipient'], action['recipient'])})"
        at = action["finished_at"] or action["started_at"] or action["created_at"]
        yield at, f"{act}: {said['act_states'][action['state']]}", _doer(action)


def _doer(action: Row) -> str:
    machine: str = words()["machine"]
    by = action["requested_by_name"]
    return f"{machine}, {words()['wanted_by']} {by}" if by else machine


def _notices(one: MessageFile, units: Mapping[str, str]) -> Iterable[Event]:
    """Who read what they were told. That they were told is an act."""
    said = words()["events"]
    for notice in one.notices:
        if notice["acknowledged_at"] is not None:
            what = f"{said['acknowledged']} ({units.get(notice['unit'], notice['unit'])})"
            yield notice["acknowledged_at"], what, notice["acknowledged_by_name"] or ""


def _reviews(one: MessageFile) -> Iterable[Event]:
    for review in one.reviews:
        if review["decided_at"] is not None:
            yield review["decided_at"], words()["events"]["reviewed"], review["decided_by_name"] or ""


def _holds(one: MessageFile) -> Iterable[Event]:
    said = words()["events"]
    for hold in one.holds:
        number = f" ({hold['case_number']})" if hold["case_number"] else ""
        yield hold["opened_at"], because(f"{said['held']}{number}", hold["reason"]), hold["opened_by_name"] or ""
        if hold["released_at"] is not None:
            yield hold["released_at"], said["hold_released"], hold["released_by_name"] or ""
