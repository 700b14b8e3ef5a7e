"""What would a version have made of what came? Judged anew in small pieces, from what the rules saw at the time."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import structlog

from app.clock import Clock
from app.decisions.decide import decide
from app.decisions.model import Decision, PolicyVersion
from app.decisions.policy import Policy
from app.messages import Message, MessageId, PersonId
from app.records import backtests, judgements, messages, policies
from app.records.backtests import Result
from app.records.database import Sessions
from app.records.jobs import Job, enqueue
from app.records.messages import Loaded, Parent
from app.rules.engine import evaluate
from app.rules.model import Label, Scored, Signals
from app.rules.text import read
from app.signals.gather import Classify

log = structlog.get_logger(__name__)

# So much at a time: jobs that act on new messages go before the next piece.
PIECE = 50
AT_MOST = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtests:
    """Starts backtests, and carries them on piece by piece; what a stop interrupts is taken up where it was."""

    sessions: Sessions
    classify: Classify
    clock: Clock

    async def start(self, version: PolicyVersion, *, against: PolicyVersion, days: int, by: PersonId) -> int:
        """Begin a backtest over the last `days` days; returns its number."""
        now = self.clock()
        async with self.sessions.begin() as session:
            backtest_id = await backtests.start(
                session,
                version,
                against=against,
                days=days,
                since=now - timedelta(days=days),
                at_most=AT_MOST,
                by=by,
                at=now,
            )
            await enqueue(session, Job.BACKTEST, backtest_id)
        return backtest_id

    async def carry_on(self, backtest_id: int) -> None:
        """Judge the next piece and queue the one after it. Running it twice finds the first one's results."""
        async with self.sessions() as session:
            backtest = await backtests.load(session, backtest_id)
            if backtest is None or backtest.is_finished:
                return
            policy = await policies.load(session, backtest.version)
            ids = await backtests.next_ids(session, backtest, limit=PIECE)
            loaded = await messages.load_many(session, ids)
            decided = await backtests.decided_of(session, ids)
            people = await judgements.of_messages(session, ids)
            parents = {one.message.id: await messages.parent_of(session, one.message) for one in loaded}
        results = await asyncio.to_thread(self._judge, loaded, decided, parents, policy, people)
        async with self.sessions.begin() as session:
            standing = await backtests.load(session, backtest_id, lock=True)
            if standing is None or standing.position != backtest.position:
                return
            is_last = len(ids) < PIECE
            await backtests.record(
                session,
                backtest,
                results,
                position=min(ids, default=backtest.first_id),
                at=self.clock(),
                is_last=is_last,
            )
            if not is_last:
                await enqueue(session, Job.BACKTEST, backtest_id)
        if is_last:
            log.info("backtest_finished", backtest_id=backtest_id, policy_version=backtest.version)

    def _judge(
        self,
        loaded: list[Loaded],
        decided: Mapping[tuple[MessageId, int], Any],
        parents: Mapping[MessageId, Parent | None],
        policy: Policy,
        people: Mapping[MessageId, judgements.Judgement],
    ) -> list[Result]:
        results = []
        for one in loaded:
            message = one.message
            then = decided.get((message.id, message.revision))
            if then is None:
                continue  # not judged yet: it has no "then" to be compared with
            would = self._would(message, then, parents[message.id], policy)
            results.append(
                Result(
                    message_id=message.id,
                    account_id=message.account.id,
                    was=then.disposition,
                    was_labels=then.labels,
                    would=would.disposition,
                    would_labels=would.labels,
                    person=people.get(message.id),
                )
            )
        return results

    def _would(self, message: Message, then: Any, parent: Parent | None, policy: Policy) -> Decision:
        """What the version would decide, given what was known then; its own periods and contacts hold."""
        context: Mapping[str, Any] = then.context
        text = parent.text if parent is not None else None
        today = date.fromisoformat(context["date"]) if context.get("date") else then.decided_at.date()
        signals = Signals(
            forms=read(message.text),
            language=then.language,
            in_dialogue=bool(context.get("in_dialogue")),
            parent_text=text,
            today=today,
            admission_period=policy.is_admission_period(today),
            account_kind=message.account.kind,
            allowed_contacts=policy.allowed_contacts,
            scores=self._scores(message, text, context),
            missing=frozenset(context.get("missing", ())),
        )
        return decide(message, signals, evaluate(message, signals), policy)

    def _scores(self, message: Message, parent_text: str | None, context: Mapping[str, Any]) -> Mapping[Label, Scored]:
        if "scores" not in context:
            return self.classify([(message.text, parent_text)])[0]
        return {Label(label): Scored(log_odds=log_odds) for label, log_odds in context["scores"].items()}
