"""What must hold when everything has come to rest. Pure: books in, violations out."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.chaos.books import Books, Key, Row
from tests.chaos.writing import Item

REASON_OF = {"held": "held_because", "withheld": "held_because", "refused": "problem", "cancelled": "problem"}
SPEECH = ("reply", "private_message")
REMOVALS_ARE_NOT_TOLD = frozenset({"instagram", "x", "youtube"})
# They tell of no comment by themselves: what was taken back before they were asked was never seen.
ONLY_ASKED = frozenset({"youtube"})
# They tell only whom a comment answers: what people answer to each other beneath a post of ours is to be asked for.
ANSWERS_ONLY_ASKED = frozenset({"x"})
LINK = re.compile(r"(?:https?://|www\.)\S+")
REST = ("done", "task", "held", "withheld", "refused", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """What does not hold, and of what."""

    subject: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """The end of a run: what was written, what the books say, where the evidence lies, which ends processes had.

    `closed` are platforms that refuse to be asked until their day is over.
    """

    items: Sequence[Item]
    books: Books
    evidence: Path
    own_ends: dict[str, list[int]]
    stops: dict[str, list[float]]
    grace: float
    closed: frozenset[str]


def is_only_asked(item: Item) -> bool:
    """Whether no webhook tells of it, so that it is known once its account was asked."""
    return item.platform in ONLY_ASKED or (item.platform in ANSWERS_ONLY_ASKED and item.parent is not None)


Check = Callable[[Evening], Iterator[Violation]]


def every_message_is_stored_once(evening: Evening) -> Iterator[Violation]:
    """A message whose webhook was lost is found by asking, unless it was gone before anyone could ask."""
    stored = Counter((row["platform"], row["external_id"]) for row in evening.books.messages)
    for item in evening.items:
        if is_only_asked(item) and _is_gone(evening, item):
            continue
        if item.was_lost and (_is_never_asked(evening, item) or _is_gone(evening, item)):
            continue
        if (count := stored[item.platform, item.id]) != 1:
            how = " (its webhook was lost)" if item.was_lost else ""
            yield Violation(subject=f"{item.platform} {item.id}", detail=f"stored {count} times{how}")


def every_message_is_judged_once(evening: Evening) -> Iterator[Violation]:
    """Every revision has the machine's decision; that it has no second one is the schema's business."""
    for row in evening.books.unjudged:
        yield Violation(subject=f"{row['platform']} {row['item']}", detail=f"revision {row['revision']} is not judged")
    lost = {(item.platform, item.id) for item in evening.items if item.was_lost}
    for row in evening.books.messages:
        if row["revision"] == 0 and (row["platform"], row["external_id"]) not in lost:
            yield Violation(subject=f"{row['platform']} {row['external_id']}", detail="its words never came")


def the_present_words_are_known(evening: Evening) -> Iterator[Violation]:
    """What an author changed last is what the service has, unless it was gone by then from what it can ask for."""
    text_of = {(row["platform"], row["external_id"]): row["text"] for row in evening.books.messages}
    for item in evening.items:
        if item.platform in ONLY_ASKED and (item.parent is not None or _deleted_by_us(evening, item)):
            continue  # not every answer comes along with its thread, and no list has what was rejected
        known = text_of.get((item.platform, item.id))
        # X puts before an answer the names of those whom it answers, and an address of its own in a link's place.
        if known is not None and not item.is_removed and not _without_links(known).endswith(_without_links(item.text)):
            yield Violation(
                subject=f"{item.platform} {item.id}", detail=f"known is {known!r}, there stands {item.text!r}"
            )


def every_action_rests(evening: Evening) -> Iterator[Violation]:
    """Done, or in a list that a person sees with its cause; or it waits for a time that a platform named."""
    for action in evening.books.actions:
        what = f"action {action['id']} {action['kind']} on {action['platform']} {action['item']}"
        state = action["state"]
        if state == "planned" and action["due_at"] > evening.books.now:
            late = action["due_at"] + timedelta(minutes=1)
            if action["next_job"] is None or action["next_job"] > late:
                yield Violation(subject=what, detail=f"waits until {action['due_at']}, and nobody will come")
        elif state not in REST:
            yield Violation(subject=what, detail=f"{state}, due {action['due_at']}, problem {action['problem']}")
        elif state == "task" and not action["has_task"]:
            yield Violation(subject=what, detail="handed over, and there is no task")
        elif not action[REASON_OF.get(state, "state")]:
            yield Violation(subject=what, detail=f"{state} without a reason")


def nothing_is_said_twice(evening: Evening) -> Iterator[Violation]:
    """There are no more answers of ours on a platform than actions of ours that gave or may have given one."""
    author_of = {(row["platform"], row["external_id"]): row["author_external_id"] for row in evening.books.messages}
    said: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for (platform, item_id), shown in evening.books.shown.items():
        for reply in shown["replies"]:
            if reply.get("is_ours", True):
                said[platform, "public", item_id, reply["text"]].add(reply["id"])
        if (author := author_of.get((platform, item_id))) is not None:
            for sent in shown["private_messages"]:
                said[platform, "private", author, sent["text"]].add(sent["id"])
    # Not every platform tells us what a comment answers; whoever wrote it knows.
    parents: dict[Key, str | None] = {(item.platform, item.id): item.parent for item in evening.items}
    for (platform, how, where, words), ids in said.items():
        mine = [
            action
            for action in evening.books.actions
            if action["platform"] == platform and action["kind"] in SPEECH and action["text"] == words
            if _may_have_said(action, how, where, parents.get((platform, action["item"])))
        ]
        # Of two of the same words in one thread either may have been taken for the other's.
        speaking = [action for action in mine if action["state"] == "done" or action["attempts"] > 0]
        if len(ids) > len(speaking):
            actions = [(action["id"], action["state"], action["external_id"]) for action in mine]
            yield Violation(
                subject=f"{platform} {how} {where}", detail=f"{words[:40]!r} stands there as {sorted(ids)}: {actions}"
            )


def _may_have_said(action: Row, how: str, where: str, parent: str | None) -> bool:
    if how == "private":
        is_private = action["kind"] == "private_message" or action["channel"] == "dm"
        return is_private and bool(action["author"] == where)
    return bool(action["kind"] == "reply") and where in (action["item"], parent)


def what_is_done_is_seen(evening: Evening) -> Iterator[Violation]:
    """Where the records say hidden or deleted, the platform says so too; and the other way round."""
    state_of = {(row["platform"], row["external_id"]): row for row in evening.books.messages}
    handed_over = {
        action["message_id"] for action in evening.books.actions if action["state"] in ("task", "planned", "running")
    }
    # Whose removal it was nobody can tell where a deletion of ours may have been carried out before.
    tried = {
        action["message_id"] for action in evening.books.actions if action["kind"] == "delete" and action["attempts"]
    }
    for item in evening.items:
        message = state_of.get((item.platform, item.id))
        if message is None or item.was_lost or message["id"] in handed_over or _ancestor_is_gone(evening, item):
            continue
        if item.is_removed and not item.is_dm and item.platform in REMOVALS_ARE_NOT_TOLD:
            continue
        shown = evening.books.shown[item.platform, item.id]["state"]
        recorded = message["state"]
        if shown == "hidden" and message["is_asked_about"]:
            continue  # hidden without our hearing of it, then edited into harmless words: a person lets it back in
        expected = {"removed_by_author": "deleted"}.get(recorded, recorded)
        if shown != expected:
            yield Violation(
                subject=f"{item.platform} {item.id}",
                detail=f"recorded as {recorded}, and the platform shows it {shown}",
            )
        if item.is_removed and recorded == "deleted" and message["id"] not in tried:
            yield Violation(subject=f"{item.platform} {item.id}", detail="its author's removal is recorded as ours")


def nothing_is_deleted_without_evidence(evening: Evening) -> Iterator[Violation]:
    """Sealed before it is hidden, sealed and pictured before it is deleted; by the records and by the platform."""
    of_item: dict[Key, list[Row]] = defaultdict(list)
    for action in evening.books.actions:
        of_item[action["platform"], action["item"]].append(action)
        if action["kind"] not in ("hide", "delete") or action["first_attempt"] is None:
            continue
        what = f"action {action['id']} {action['kind']} on {action['platform']} {action['item']}"
        if action["sealed_at"] is None or action["sealed_at"] > action["first_attempt"]:
            yield Violation(subject=what, detail=f"sealed {action['sealed_at']}, begun {action['first_attempt']}")
        pictured = action["pictured_at"]
        if action["kind"] == "delete" and (pictured is None or pictured > action["first_attempt"]):
            yield Violation(subject=what, detail=f"pictured {pictured}, begun {action['first_attempt']}")
    for item in evening.items:
        if not _deleted_by_us(evening, item):
            continue
        ours = [action for action in of_item[item.platform, item.id] if action["kind"] == "delete"]
        if not any(action["pictured_at"] is not None for action in ours):
            yield Violation(subject=f"{item.platform} {item.id}", detail="we deleted it, and there is no picture of it")


def pictures_are_whole(evening: Evening) -> Iterator[Violation]:
    """Each picture in the records lies in the store, byte for byte."""
    for image in evening.books.images:
        path = evening.evidence / image["object_key"]
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != image["sha256"]:
            yield Violation(subject=image["object_key"], detail="missing or damaged in the store")


def cries_for_help_are_left_alone(evening: Evening) -> Iterator[Violation]:
    """No machine hides, deletes or blocks on a message that speaks of self-harm."""
    alone = {(item.platform, item.id) for item in evening.items if set(item.labels) == {"self_harm"}}
    for item in evening.items:
        if (item.platform, item.id) in alone and (acts := _acts(evening, item) & {"hide", "delete"}):
            yield Violation(subject=f"{item.platform} {item.id}", detail=f"met with {sorted(acts)}")
    for action in evening.books.actions:
        is_ours = action["kind"] in ("hide", "delete", "block") and action["attempts"] > 0
        if is_ours and (action["platform"], action["item"]) in alone:
            yield Violation(subject=f"{action['platform']} {action['item']}", detail=f"{action['kind']} was tried")


def nothing_is_claimed_by_the_dead(evening: Evening) -> Iterator[Violation]:
    """Nobody holds a message or a job any more."""
    for row in evening.books.messages:
        if row["busy_with"] is not None:
            yield Violation(subject=f"message {row['id']}", detail=f"held until {row['busy_until']}")
    for job in evening.books.jobs:
        if job["status"] == "picked":
            yield Violation(subject=f"job {job['id']}", detail=f"{job['entrypoint']} {job['subject']} is still picked")


def no_job_is_lost(evening: Evening) -> Iterator[Violation]:
    """Every delivery was read, every notice left, and no job failed for good: all that went wrong went by."""
    for delivery in evening.books.deliveries:
        yield Violation(
            subject=f"delivery {delivery['id']} of {delivery['platform']}",
            detail=f"{delivery['state']} {delivery['problem'] or ''}",
        )
    for notice in evening.books.notifications:
        yield Violation(
            subject=f"notice {notice['id']} {notice['kind']}", detail=f"{notice['state']} {notice['problem']}"
        )
    for job in evening.books.jobs:
        if job["status"] == "failed":
            yield Violation(subject=f"job {job['id']}", detail=f"{job['entrypoint']} {job['subject']} is held")


def processes_end_when_told_and_not_before(evening: Evening) -> Iterator[Violation]:
    """None falls over by itself; one that is told to stop does so in its time."""
    for name, codes in evening.own_ends.items():
        for code in codes:
            yield Violation(subject=name, detail=f"ended by itself with {code}")
    for name, stops in evening.stops.items():
        for seconds in stops:
            if seconds > evening.grace + 2:
                yield Violation(subject=name, detail=f"took {seconds:.1f} s to stop, and has {evening.grace} s")


INVARIANTS: Sequence[Check] = (
    every_message_is_stored_once,
    every_message_is_judged_once,
    the_present_words_are_known,
    every_action_rests,
    nothing_is_said_twice,
    what_is_done_is_seen,
    nothing_is_deleted_without_evidence,
    pictures_are_whole,
    cries_for_help_are_left_alone,
    nothing_is_claimed_by_the_dead,
    no_job_is_lost,
    processes_end_when_told_and_not_before,
)


def check_all(evening: Evening) -> dict[str, list[Violation]]:
    """All violations, by the invariant's name."""
    return {check.__name__: list(check(evening)) for check in INVARIANTS}


def _without_links(text: str) -> str:
    return LINK.sub("…", text)


def _acts(evening: Evening, item: Item) -> set[str]:
    """What the platform carried out on an item at our request."""
    history: Iterable[Row] = evening.books.shown[item.platform, item.id]["history"]
    return {str(call["call"]) for call in history if 200 <= call["status"] < 300}


def _is_never_asked(evening: Evening, item: Item) -> bool:
    return item.platform in evening.closed


def _is_gone(evening: Evening, item: Item) -> bool:
    return bool(evening.books.shown[item.platform, item.id]["state"] == "deleted")


def _deleted_by_us(evening: Evening, item: Item) -> bool:
    return _is_gone(evening, item) and "delete" in _acts(evening, item)


def _ancestor_is_gone(evening: Evening, item: Item) -> bool:
    """Whatever stood above it took it along."""
    above = {(other.platform, other.id): other for other in evening.items}
    parent = above.get((item.platform, item.parent)) if item.parent else None
    while parent is not None:
        if _is_gone(evening, parent):
            return True
        parent = above.get((parent.platform, parent.parent)) if parent.parent else None
    return False
