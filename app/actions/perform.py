"""One attempt at one action: the platform call that each kind stands for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.connectors.base import Capability, Outbound, Sent
from app.decisions.model import SPEECH, ActionKind
from app.errors import OutcomeUnknownError, PlatformRefusedError, PlatformUnavailableError
from app.messages import Channel, ExternalId, Message
from app.records.actions import Action

# What a platform has just been told may take a moment to be found there.
SETTLING = timedelta(seconds=10)
SLACK = timedelta(minutes=2)

CAPABILITY_OF = {
    ActionKind.HIDE: Capability.HIDE,
    ActionKind.UNHIDE: Capability.UNHIDE,
    ActionKind.DELETE: Capability.DELETE,
    ActionKind.REPLY: Capability.REPLY,
    ActionKind.PRIVATE_MESSAGE: Capability.PRIVATE_MESSAGE,
    ActionKind.BLOCK: Capability.BLOCK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The outside world is as intended; `external_id` names what was said."""

    external_id: ExternalId | None = None


async def perform(action: Action, message: Message, outbound: Outbound, *, now: datetime) -> Done:
    """Carry out one action. Raises ConnectorError's children; see `app.errors`."""
    if (wanted := _capability(action, message)) not in outbound.capabilities:
        raise PlatformRefusedError(message.platform, action.kind, "unsupported", f"the platform offers no {wanted}")
    match action.kind:
        case ActionKind.HIDE:
            await outbound.hide(message)
        case ActionKind.UNHIDE:
            await outbound.unhide(message)
        case ActionKind.DELETE:
            await outbound.delete(message)
        case ActionKind.BLOCK:
            await outbound.block(message)
        case ActionKind.REPLY | ActionKind.PRIVATE_MESSAGE:
            sent = await _say(action, message, outbound, now=now)
            return Done(external_id=sent.external_id)
        case ActionKind.REPORT_TO_PLATFORM | ActionKind.EVIDENCE | ActionKind.NOTIFY:
            raise PlatformRefusedError(message.platform, action.kind, "unsupported", "no platform call stands for it")
    return Done()


def _capability(action: Action, message: Message) -> Capability:
    """What the platform must offer: a public answer to a DM is an answer in its thread."""
    if action.kind is ActionKind.REPLY and message.channel is Channel.DM:
        return Capability.PRIVATE_MESSAGE
    return CAPABILITY_OF.get(action.kind, Capability.REPORT_TO_PLATFORM)


async def _say(action: Action, message: Message, outbound: Outbound, *, now: datetime) -> Sent:
    """Say it, but look first where an earlier attempt may have said it already (I4)."""
    text = action.text or ""
    how = _capability(action, message)
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
        if _capability(action, message) is Capability.PRIVATE_MESSAGE:
            return await outbound.find_private_message(message, text, since=since)
        return await outbound.find_reply(message, text, since=since)
    except OutcomeUnknownError as error:
        raise PlatformUnavailableError(message.platform, "find", error.code, error.detail) from error
    except PlatformRefusedError as error:
        raise PlatformRefusedError(message.platform, action.kind, "cannot_look", error.detail) from error


def is_speech(action: Action) -> bool:
    """Whether it says something; such an act is never blindly repeated."""
    return action.kind in SPEECH
