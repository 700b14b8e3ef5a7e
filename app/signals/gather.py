"""Gathers what rules may know beside a message, within a time limit. What is not had in time is named, not guessed."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.batching import Batcher
from app.decisions.policy import Policy
from app.messages import Message
from app.records import messages
from app.records.database import Sessions
from app.rules.model import Label, Scored, Signals
from app.rules.text import read

log = structlog.get_logger(__name__)

TIME_LIMIT = timedelta(seconds=2)
# The classifier reads what waits together, and a machine may be busy: it is late only after this.
CLASSIFY_LIMIT = timedelta(seconds=10)
# Rules take some 0.05 ms a character. A longer text is read beside the loop: a worker whose heartbeat stops is taken
# for dead, and the next one would stumble over the same text.
LONG_TEXT = 10_000
T = TypeVar("T")
DetectLanguage = Callable[[str], str | None]
# Texts, each with what it answers, to a score per label.
Classify = Callable[[Sequence[tuple[str, str | None]]], Sequence[Mapping[Label, Scored]]]


async def beside(text: str, work: Callable[[], T]) -> T:
    """Do what is to be done with a text; where it is long, in a thread, while everything else goes on."""
    return await asyncio.to_thread(work) if len(text) > LONG_TEXT else work()


class Gatherer:
    """Where signals come from."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        detect_language: DetectLanguage,
        classify: Classify,
        zone: ZoneInfo,
        time_limit: timedelta = TIME_LIMIT,
    ) -> None:
        self.detect_language = detect_language
        self.classify = classify
        self._sessions = sessions
        self.zone = zone
        self._time_limit = time_limit
        self._scores = Batcher(self._score_many, at_most=32)

    async def gather(
        self, message: Message, policy: Policy, *, now: datetime, missing: frozenset[str] = frozenset()
    ) -> Signals:
        """Return the signals; those that failed or took too long join what is `missing` already."""
        lacking = set(missing)
        scores: Mapping[Label, Scored] | None = None
        parent: messages.Parent | None = None
        if message.parent_id is not None:
            try:
                async with asyncio.timeout(self._time_limit.total_seconds()), self._sessions() as session:
                    parent = await messages.parent_of(session, message)
            except (TimeoutError, SQLAlchemyError, OSError) as error:
                lacking.add("parent")
                log.warning("signal_missing", signal="parent", message_id=message.id, error=type(error).__name__)
        try:
            async with asyncio.timeout(CLASSIFY_LIMIT.total_seconds()):
                scores = await self._scores.ask((message.text, parent.text if parent else None))
        except TimeoutError:
            lacking.add("classifier")
            log.warning("signal_missing", signal="classifier", message_id=message.id, error="TimeoutError")
        today = now.astimezone(self.zone).date()
        return Signals(
            forms=await beside(message.text, lambda: read(message.text)),
            language=self.detect_language(message.text),
            in_dialogue=message.is_public and parent is not None and not parent.is_ours,
            parent_text=parent.text if parent else None,
            today=today,
            admission_period=policy.is_admission_period(today),
            account_kind=message.account.kind,
            allowed_contacts=policy.allowed_contacts,
            scores=scores,
            missing=frozenset(lacking),
        )

    async def _score_many(self, texts: Sequence[tuple[str, str | None]]) -> Sequence[Mapping[Label, Scored]]:
        return await asyncio.to_thread(self.classify, texts)
