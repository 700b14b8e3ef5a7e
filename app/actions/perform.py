"""One attempt at one action: the platform call that each kind stands for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.connectors.base import Capability, Outbound, Sent
from app.decisions.by_platform import capability_of
from app.decisions.capabilities import Lack
from app.decisions.model import SPEECH, ActionKind
from app.errors import OutcomeUnknownError, PlatformRefusedError, PlatformUnavailableError
from app.messages import ExternalId, Message
from app.records.actions import Action

# What a platform has just been told may take a moment to be found there.
SETTLING = timedelta(seconds=10)
SLACK = timedelta(minutes=2)

STATE_AFTER = {ActionKind.HIDE: "hidden", ActionKind.UNHIDE: "visible", ActionKind.DELETE: "deleted"}


# A report to a platform is a person's task; evidence and notices are our own.
CALLS = frozenset(
    {
        ActionKind.HIDE,
        ActionKind.UNHIDE,
        ActionKind.DELETE,
        ActionKind.REPLY,
        ActionKind.PRIVATE_MESSAGE,
        ActionKind.BLOCK,
        ActionKind.UNBLOCK,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The outside world is as intended.

    `external_id` names what was said. `state` is what the message has come to by it, where it has. `note` says what
    was done in place of what was asked for.
    """

    external_id: ExternalId | None = None
    state: str | None = None
    note: str | None = None


async def perform(action: Action, message: Message, outbound: Outbound, *, now: datetime, state: str) -> Done:
    """Carry out one action on a message that stands in `state`. Raises ConnectorError's children; see `app.errors`."""
    if (lack := lack_of(action, message, outbound)) is Lack.HIDING_INSTEAD:
        return await _hide_instead(message, outbound, state)
    if lack is not None:
        raise PlatformRefusedError(message.platform, action.kind, lack, "the account cannot do it through the API")
    match action.kind:
        case ActionKind.HIDE:
            await outbound.hide(message)
        case ActionKind.UNHIDE:
            await outbound.unhide(message)
        case ActionKind.DELETE:
            await outbound.delete(message)
        case ActionKind.BLOCK:
            await outbound.block(message)
            return Done(state="deleted" if outbound.block_removes else None)
        case ActionKind.UNBLOCK:
            await outbound.unblock(message)
        case ActionKind.REPLY | ActionKind.PRIVATE_MESSAGE:
            sent = await _say(action, message, outbound, now=now)
            return Done(external_id=sent.external_id)
        case ActionKind.REPORT_TO_PLATFORM | ActionKind.EVIDENCE | ActionKind.NOTIFY:
            raise PlatformRefusedError(message.platform, action.kind, "unsupported", "no platform call stands for it")
    return Done(state=STATE_AFTER.get(action.kind))


def lack_of(action: Action, message: Message, outbound: Outbound) -> Lack | None:
    """Why the connector cannot do it; None where it can be tried, and for our own steps."""
    wanted = capability_of(action.kind, message.channel)
    return outbound.lacks(message.channel, message).get(wanted) if wanted is not None else None


async def _hide_instead(message: Message, outbound: Outbound, state: str) -> Done:
    """Nothing of others can be deleted there: hidden it is as far gone as it can be, and the record says so."""
    if state != "hidden":
        await outbound.hide(message)
    return Done(state="hidden", note=str(Lack.HIDING_INSTEAD))


async def _say(action: Action, message: Message, outbound: Outbound, *, now: datetime) -> Sent:
    """Say it, but look first where an earlier attempt may have said it already (I4)."""
    text = action.text or ""
    how = capability_of(action.kind, message.channel) or Capability.REPLY
    limit = outbound.message_length_limit(how)
    if limit is not None and outbound.message_length(how, text) > limit:
        raise PlatformRefusedError(message.platform, action.kind, "too_long", f"the text is longer than {limit}")
    if action.unknown_since is not None:
        if now < (action.started_at or now) + SETTLING:
            raise PlatformUnavailableError(message.platform, action.kind, "settling", retry_after=SETTLING)
        found = await _find(action, message, outbound, text, since=action.unknown_since - SLACK)
        if found is not None:
            return found
    if how is Capability.PRIVATE_MESSAGE:
        return await outbound.private_message(message, text, metadata=f"nobet:{action.id}")
    return await outbound.reply(message, text)


async def _find(action: Action, message: Message, outbound: Outbound, text: str, *, since: datetime) -> Sent | None:
    """Look for it on the platform. An answer that is not to be had leaves the outcome unknown."""
    try:
        if capability_of(action.kind, message.channel) is Capability.PRIVATE_MESSAGE:
            return await outbound.find_private_message(message, text, since=since)
        return await outbound.find_reply(message, text, since=since)
    except OutcomeUnknownError as error:
        raise PlatformUnavailableError(message.platform, "find", error.code, error.detail) from error
    except PlatformRefusedError as error:
        raise PlatformRefusedError(message.platform, action.kind, "cannot_look", error.detail) from error


def calls_platform(action: Action) -> bool:
    """Whether its outcome hangs on a platform's answer."""
    return action.kind in CALLS


def is_speech(action: Action) -> bool:
    """Whether it says something; such an act is never blindly repeated."""
    return action.kind in SPEECH
