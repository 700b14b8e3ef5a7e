"""Gathers what rules may know beside a message, within a time limit. What is not had in time is named, not guessed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.decisions.policy import Policy
from app.messages import Message
from app.records import messages
from app.records.database import Sessions
from app.rules.model import Signals
from app.rules.text import read

log = structlog.get_logger(__name__)

TIME_LIMIT = timedelta(seconds=2)
DetectLanguage = Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatherer:
    """Where signals come from."""

    sessions: Sessions
    detect_language: DetectLanguage
    zone: ZoneInfo
    time_limit: timedelta = TIME_LIMIT

    async def gather(
        self, message: Message, policy: Policy, *, now: datetime, missing: frozenset[str] = frozenset()
    ) -> Signals:
        """Return the signals; those that failed or took too long join what is `missing` already."""
        lacking = set(missing)
        parent: messages.Parent | None = None
        if message.parent_id is not None:
            try:
                async with asyncio.timeout(self.time_limit.total_seconds()), self.sessions() as session:
                    parent = await messages.parent_of(session, message)
            except (TimeoutError, SQLAlchemyError, OSError) as error:
                lacking.add("parent")
                log.warning("signal_missing", signal="parent", message_id=message.id, error=type(error).__name__)
        today = now.astimezone(self.zone).date()
        return Signals(
            forms=read(message.text),
            language=self.detect_language(message.text),
            in_dialogue=message.is_public and parent is not None and not parent.is_ours,
            parent_text=parent.text if parent else None,
            today=today,
            admission_period=policy.is_admission_period(today),
            account_kind=message.account.kind,
            allowed_contacts=policy.allowed_contacts,
            missing=frozenset(lacking),
        )
