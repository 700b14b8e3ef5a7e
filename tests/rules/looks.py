"""Builders for the tests of the rules: a message with good defaults, and what the rules see in it."""

from typing import Any

from app.messages import Account, AccountId, Channel, ExternalId, Message, MessageId, PlatformName
from app.rules.engine import evaluate
from app.rules.model import Evaluation, Label, Signals
from app.rules.text import read

ACCOUNT = Account(id=AccountId(1), platform=PlatformName("instagram"), external_id=ExternalId("17"), handle="ieu")
OUR_CONTACTS = ("+90 232 111 22 33", "bilgi@ieu.edu.tr", "Portakal Caddesi No:7, Balçova / İzmir")


def a_message(text: str, *, channel: Channel = Channel.COMMENT) -> Message:
    """A comment on a post of ours."""
    return Message(
        id=MessageId(1),
        platform=ACCOUNT.platform,
        account=ACCOUNT,
        channel=channel,
        external_id=ExternalId("c1"),
        text=text,
    )


def seen(text: str, *, channel: Channel = Channel.COMMENT, **known: Any) -> Evaluation:
    """What all rules see; `known` are fields of the signals."""
    return evaluate(a_message(text, channel=channel), Signals(forms=read(text), **known))


def labels(text: str, **known: Any) -> set[Label]:
    """The labels of all findings."""
    return {finding.label for finding in seen(text, **known).findings}


def spans(text: str, rule: str, **known: Any) -> list[str]:
    """The texts that a rule points to."""
    return [text[m.start : m.end] for f in seen(text, **known).findings if f.rule == rule for m in f.matches]


def rules(text: str, **known: Any) -> set[str]:
    """The names of the rules that saw something."""
    return {finding.rule for finding in seen(text, **known).findings}
