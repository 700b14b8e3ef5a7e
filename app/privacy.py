"""What a person may ask of us under KVKK (article 11): see what is stored of them, have it handed over, have it erased.

What must be kept is kept, and said, item by item and with its reason: `app/privacy.toml`.
"""

import io
import json
import tomllib
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import Clock
from app.decisions.policy import Policy
from app.decisions.retention import RetentionPolicy
from app.evidence.objects import ObjectStore
from app.messages import EvidenceId, PersonId
from app.records import audit, expiry, persons, privacy_requests
from app.records.database import Sessions
from app.records.persons import Left, Theirs
from app.records.privacy_requests import PrivacyRequest
from app.records.pseudonyms import pseudonyms, remember
from app.retention import certify_destruction
from app.rules.model import Label
from app.signals.policies import PolicyStore

REASONS: dict[str, dict[str, str]] = tomllib.loads(
    (resources.files("app") / "privacy.toml").read_text(encoding="utf-8")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Something that is not erased, and why, in Turkish; `until`: when its time is over, where that is known."""

    what: str
    reason: str
    ids: tuple[int, ...] = ()
    rows: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What is stored of a person: how many of what, what of it has to stay, and where else their words stand."""

    found: dict[str, int]
    messages: tuple[int, ...]
    kept: tuple[Kept, ...]
    elsewhere: tuple[Kept, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What was erased, and what is left."""

    erased: dict[str, int]
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """Carries out the requests of persons."""

    sessions: Sessions
    objects: ObjectStore
    policies: PolicyStore
    clock: Clock

    async def survey(self, request: PrivacyRequest, *, by: PersonId) -> Survey:
        """Look what there is, and put on record that somebody looked."""
        policy = (await self.policies.current()).policy
        async with self.sessions.begin() as session:
            theirs = await persons.messages_of(session, request.person)
            rows = await persons.rows_of(session, theirs)
            words = await persons.words_of(session, request.person, theirs)
            duties = await self._duties(session, theirs, policy)
            left = await persons.search(session, words)
            await privacy_requests.previewed(session, request.id, at=self.clock())
            await _note(session, request, "preview", by, {"messages": len(theirs)})
        return Survey(
            found={place: len(entries) for place, entries in rows.items()},
            messages=tuple(message.id for message in theirs),
            kept=(*_kept_messages(theirs), *duties.kept),
            elsewhere=tuple(_kept_column(one) for one in left),
        )

    async def export(self, request: PrivacyRequest, *, by: PersonId) -> bytes:
        """All of it as a ZIP of JSON files, one a kind, with what it is in words."""
        async with self.sessions.begin() as session:
            theirs = await persons.messages_of(session, request.person)
            rows = await persons.rows_of(session, theirs)
            await privacy_requests.exported(session, request.id, at=self.clock())
            await _note(session, request, "export", by, {"messages": len(theirs)})
        return _zip(request, rows, at=self.clock())

    async def erase(self, request: PrivacyRequest, *, by: PersonId, reason: str) -> Erasure:
        """Erase what may go, in one transaction; what stays is said. Objects go first, as in `app.retention`."""
        policy, now = (await self.policies.current()).policy, self.clock()
        async with self.sessions.begin() as session:
            theirs = await persons.messages_of(session, request.person, locked=True)
            words = await persons.words_of(session, request.person, theirs)
            going = [message for message in theirs if message.because is None]
            staying = [message for message in theirs if message.because is not None]
            duties = await self._duties(session, going, policy)
            await self._destroy(session, request, duties.free, now=now)
            bodies, unread = await persons.erase_bodies(session, going, at=now)
            erased = await persons.erase_words(session, [message.id for message in going], at=now)
            made = await pseudonyms(session)
            await remember(session, await persons.replace_ids(session, going, staying, made), at=now)
            await persons.forget_quotes(session, [message.id for message in going], words)
            left = await persons.search(session, words)
            kept = (
                *_kept_messages(staying),
                *duties.kept,
                *([Kept(what="deliveries", reason=REASONS["because"]["unread"], ids=tuple(unread))] if unread else ()),
                *(_kept_column(one) for one in left),
            )
            outcome = Erasure(
                erased=erased | {"evidence": len(duties.free), "deliveries": bodies},
                kept=kept,
            )
            await privacy_requests.erased(
                session,
                request,
                by=by,
                reason=reason,
                outcome={"erased": outcome.erased, "kept": [as_json(one) for one in kept]},
                is_whole=not staying,
                pseudonyms=made,
                at=now,
            )
            await _note(session, request, "erase", by, {"reason": reason, "erased": outcome.erased})
        return outcome

    async def _duties(self, session: AsyncSession, theirs: Sequence[Theirs], policy: Policy) -> "_Duties":
        """Which evidence the rule still keeps, since a right may be claimed by it, and which is free to go."""
        now, rules = self.clock(), policy.retention
        free, kept = [], []
        records = await persons.labels_of(session, [message.id for message in theirs])
        for record, (sealed_at, labels) in records.items():
            rule = _longest(rules, labels)
            until = sealed_at + rules.evidence[rule].time
            if not rules.evidence[rule].labels or until <= now:
                free.append(record)
            else:
                keeping = rules.evidence[rule]
                reason = f"{keeping.reason} {keeping.ground}."
                kept.append(Kept(what="evidence", reason=reason, ids=(record,), until=until))
        return _Duties(free=tuple(free), kept=tuple(kept))

    async def _destroy(
        self, session: AsyncSession, request: PrivacyRequest, ids: Sequence[EvidenceId], *, now: datetime
    ) -> None:
        gone = await expiry.objects_of(session, ids)
        for key in sorted({key for keys in gone.values() for key in keys}):
            await self.objects.delete(key)
        await expiry.erase_evidence(session, ids, at=now)
        rule = f"privacy request {request.id} (KVKK article 7)"
        await certify_destruction(session, ids, rule=rule, objects=gone, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Duties:
    free: tuple[EvidenceId, ...]
    kept: tuple[Kept, ...]


def _longest(rules: RetentionPolicy, labels: Sequence[str]) -> str:
    keys = [rules.evidence_rule(Label(label)) for label in labels] or [rules.evidence_rule(None)]
    return max(keys, key=lambda key: rules.evidence[key].days)


def _kept_messages(theirs: Sequence[Theirs]) -> list[Kept]:
    """Messages whose words must stay for now, by the reason."""
    by_reason: dict[str, list[int]] = {}
    for message in theirs:
        if message.because is not None:
            by_reason.setdefault(message.because, []).append(message.id)
    return [
        Kept(what="messages", reason=REASONS["because"][because], ids=tuple(ids)) for because, ids in by_reason.items()
    ]


def _kept_column(left: Left) -> Kept:
    """Why a word of theirs stands in a column; where nobody thought of it, a person has to look."""
    reason = REASONS["columns"].get(left.table, REASONS["because"]["elsewhere"])
    return Kept(what=f"{left.table}.{left.column}", reason=reason, rows=left.rows)


def as_json(kept: Kept) -> dict[str, Any]:
    """Something kept, as it is stored with the request and shown."""
    until = kept.until.isoformat() if kept.until else None
    return {"what": kept.what, "reason": kept.reason, "ids": list(kept.ids), "rows": kept.rows, "until": until}


def _zip(request: PrivacyRequest, rows: dict[str, list[dict[str, Any]]], *, at: datetime) -> bytes:
    about = {
        "request": request.id,
        "made_at": at.isoformat(),
        "counts": Counter({place: len(entries) for place, entries in rows.items()}),
        "contents": REASONS["contents"],
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ({"about": about} | rows).items():
            archive.writestr(f"{name}.json", json.dumps(content, ensure_ascii=False, indent=2))
    return packed.getvalue()


async def _note(session: AsyncSession, request: PrivacyRequest, act: str, by: PersonId, detail: dict[str, Any]) -> None:
    await audit.note(session, by=by, act=f"privacy.{act}", subject=f"privacy_request/{request.id}", detail=detail)
