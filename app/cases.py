"""Decided messages kept as test cases, names removed; every policy version is run against all of them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.anonymous import Anonymous, PrivatePlace, anonymous
from app.clock import Clock
from app.decisions.decide import decide
from app.decisions.model import Decision, Disposition
from app.decisions.policy import Policy
from app.decisions.safeguards import ALWAYS_ACT
from app.messages import Account, AccountId, Channel, ExternalId, Message, MessageId, PlatformName
from app.records import cases, judgements, messages
from app.records.cases import Expected, StoredCase
from app.records.database import Sessions
from app.rules import privacy
from app.rules.engine import evaluate
from app.rules.model import Label, Scored, Signals
from app.rules.text import read
from app.signals.gather import Classify, DetectLanguage
from app.signals.policies import PolicyStore

AT_ONCE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A case before a person has confirmed its words.

    `replaced`: what we took out, by kind, or, of words that a person wrote, what would still have to go.
    `keeps_judgement`: the active policy decides on it as on the message itself.
    """

    case: StoredCase
    replaced: Mapping[str, int]
    keeps_judgement: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A case that a version gets wrong. `missed`: labels it had to find."""

    case_id: int
    expects: Expected
    disposition: Disposition
    labels: tuple[Label, ...]
    missed: tuple[Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRun:
    """How a version fared on all cases."""

    total: int
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Makes cases and runs versions against them."""

    sessions: Sessions
    policies: PolicyStore
    detect_language: DetectLanguage
    classify: Classify
    clock: Clock

    async def draft(self, message_id: MessageId, *, text: str | None = None) -> Draft:
        """What a decided message would be as a case, `text` instead of what we would make of it.

        Raises NoResultFound for an unknown message.
        """
        policy = (await self.policies.current()).policy
        async with self.sessions() as session:
            loaded = await messages.load(session, message_id)
            parent = await messages.parent_of(session, loaded.message)
            person = (await judgements.of_messages(session, [message_id])).get(message_id)
        message = loaded.message
        names = (message.author_name,) if message.author_name else ()
        if text is None:
            made = _without_names(message, policy, names)
        else:
            still = _without_names(replace(message, text=text), policy, names, guesses=False)
            made = Anonymous(text=text, replaced=still.replaced)
        answered = parent.text if parent is not None else None
        as_it_was = StoredCase(
            message_id=message_id,
            text=message.text,
            channel=message.channel,
            platform=message.platform,
            account_kind=message.account.kind,
            in_dialogue=message.is_public and parent is not None and not parent.is_ours,
            parent_text=answered,
            expects="left",
            must_find=frozenset(),
        )
        case = replace(
            as_it_was,
            text=made.text,
            parent_text=_without_names(replace(message, text=answered), policy, names).text if answered else None,
        )
        before, after = await self._judge([as_it_was, case], policy)
        is_taken_down = before.disposition.takes_down if person is None else person == "taken_down"
        return Draft(
            case=replace(
                case,
                expects="taken_down" if is_taken_down else "left",
                must_find=frozenset(before.labels) & ALWAYS_ACT,
            ),
            replaced=made.replaced,
            keeps_judgement=(before.labels, before.disposition) == (after.labels, after.disposition),
        )

    async def run(self, policy: Policy) -> CaseRun:
        """Run a version against all cases and put on record how it fared."""
        async with self.sessions() as session:
            stored = await cases.load_all(session)
        decided = await self._judge(list(stored.values()), policy)
        failures = tuple(
            failure
            for (number, case), decision in zip(stored.items(), decided, strict=True)
            if (failure := _failure(number, case, decision)) is not None
        )
        async with self.sessions.begin() as session:
            await cases.store_run(
                session,
                policy.version,
                total=len(stored),
                failed=[_as_json(failure) for failure in failures],
                at=self.clock(),
            )
        return CaseRun(total=len(stored), failures=failures)

    async def _judge(self, given: Sequence[StoredCase], policy: Policy) -> list[Decision]:
        decided: list[Decision] = []
        for first in range(0, len(given), AT_ONCE):
            decided += await asyncio.to_thread(self._judge_some, given[first : first + AT_ONCE], policy)
        return decided

    def _judge_some(self, given: Sequence[StoredCase], policy: Policy) -> list[Decision]:
        scores = self.classify([(case.text, case.parent_text) for case in given])
        return [
            _judged(case, self.detect_language(case.text), score, policy)
            for case, score in zip(given, scores, strict=True)
        ]


def _judged(case: StoredCase, language: str | None, scores: Mapping[Label, Scored], policy: Policy) -> Decision:
    message = _message_of(case)
    signals = Signals(
        forms=read(case.text),
        language=language,
        in_dialogue=case.in_dialogue,
        parent_text=case.parent_text,
        account_kind=case.account_kind,
        allowed_contacts=policy.allowed_contacts,
        scores=scores,
    )
    return decide(message, signals, evaluate(message, signals), policy)


def _failure(number: int, case: StoredCase, decision: Decision) -> Failure | None:
    missed = tuple(sorted(case.must_find - set(decision.labels)))
    # A direct message is never taken down; that a person looks at it is as much as can be.
    is_right = decision.disposition.takes_down == (case.expects == "taken_down")
    if case.channel is Channel.DM and case.expects == "taken_down":
        is_right = decision.disposition is Disposition.REVIEW
    if is_right and not missed:
        return None
    return Failure(
        case_id=number,
        expects=case.expects,
        disposition=decision.disposition,
        labels=decision.labels,
        missed=missed,
    )


def _as_json(failure: Failure) -> dict[str, Any]:
    return {
        "case_id": failure.case_id,
        "expects": failure.expects,
        "disposition": failure.disposition,
        "labels": failure.labels,
        "missed": failure.missed,
    }


def _message_of(case: StoredCase) -> Message:
    account = Account(
        id=AccountId(0),
        platform=PlatformName(case.platform),
        external_id=ExternalId("0"),
        handle="",
        kind=case.account_kind,
    )
    return Message(
        id=case.message_id,
        platform=account.platform,
        account=account,
        channel=case.channel,
        external_id=ExternalId("0"),
        text=case.text,
    )


def _without_names(message: Message, policy: Policy, names: tuple[str, ...], *, guesses: bool = True) -> Anonymous:
    """The message's text as a case has it. Private data in a direct message is as private."""
    public = replace(message, channel=Channel.COMMENT)
    signals = Signals(forms=read(message.text), allowed_contacts=policy.allowed_contacts)
    private = tuple(
        PrivatePlace(start=match.start, end=match.end, kind=match.kind)
        for finding in evaluate(public, signals, privacy.RULES).findings
        for match in finding.matches
    )
    return anonymous(message.text, private, known_names=names, guesses=guesses)
