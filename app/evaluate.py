"""`nobet evaluate`: messages in, judgements out, without a database; the same rules and policy as the service."""

import datetime
import json
import sys
from collections.abc import Callable, Iterable
from typing import Any, TextIO

from pydantic import BaseModel, ConfigDict, ValidationError

from app.decisions.decide import decide
from app.decisions.explain import explained
from app.decisions.model import ActionKind, Decision, PlannedAction, PlanningContext
from app.decisions.plan import plan
from app.decisions.policy import Policy
from app.messages import Account, AccountId, AccountKind, Channel, ExternalId, Message, MessageId, PlatformName
from app.rules.engine import evaluate
from app.rules.model import Signals
from app.rules.text import read
from app.signals.gather import Classify, DetectLanguage


class Context(BaseModel):
    """What is known beside the text; all of it optional."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    in_dialogue: bool = False
    parent_text: str | None = None
    date: datetime.date | None = None
    admission_period: bool | None = None
    account_kind: AccountKind = AccountKind.OFFICIAL
    allowed_contacts: tuple[str, ...] = ()


class Case(BaseModel):
    """One line of input."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str | int
    channel: Channel = Channel.COMMENT
    platform: str = "facebook"
    text: str
    context: Context = Context()


def evaluate_case(case: Case, policy: Policy, detect_language: DetectLanguage, classify: Classify) -> dict[str, Any]:
    """Judge one case and return it as the output line says it."""
    account = Account(
        id=AccountId(0),
        platform=PlatformName(case.platform),
        external_id=ExternalId("0"),
        handle="",
        kind=case.context.account_kind,
    )
    message = Message(
        id=MessageId(0),
        platform=account.platform,
        account=account,
        channel=case.channel,
        external_id=ExternalId(str(case.id)),
        text=case.text,
    )
    signals = _signals(case, policy, detect_language, classify)
    decision = decide(message, signals, evaluate(message, signals), policy)
    planned = plan(
        decision,
        PlanningContext(
            text=case.text,
            is_dm=case.channel is Channel.DM,
            in_dialogue=signals.in_dialogue,
            admission_period=signals.admission_period,
        ),
        policy,
    )
    return _as_output(case, decision, planned, policy)


def evaluate_lines(
    lines: Iterable[str],
    out: TextIO,
    policy: Policy,
    detect_language: DetectLanguage,
    classify: Classify,
    offence: Callable[[str], float],
) -> int:
    """Judge JSON lines. A line that cannot be read is told on standard error; the exit code is then 2.

    `offence`: how likely strangers would call a text offensive; told beside the judgement, decides nothing.
    """
    status = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case = Case.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            sys.stderr.write(f"nobet evaluate: line {number}: {where} {first['msg']}\n")
            status = 2
            continue
        judged = evaluate_case(case, policy, detect_language, classify)
        out.write(json.dumps(judged | {"offensive": round(offence(case.text), 4)}, ensure_ascii=False) + "\n")
    return status


def _signals(case: Case, policy: Policy, detect_language: DetectLanguage, classify: Classify) -> Signals:
    context = case.context
    in_period = context.admission_period
    if in_period is None:
        in_period = context.date is not None and policy.is_admission_period(context.date)
    return Signals(
        forms=read(case.text),
        language=detect_language(case.text),
        in_dialogue=context.in_dialogue,
        parent_text=context.parent_text,
        today=context.date,
        admission_period=in_period,
        account_kind=context.account_kind,
        allowed_contacts=(*policy.allowed_contacts, *context.allowed_contacts),
        scores=classify([(case.text, context.parent_text)])[0],
    )


def _as_output(case: Case, decision: Decision, planned: Iterable[PlannedAction], policy: Policy) -> dict[str, Any]:
    return {
        "id": case.id,
        "labels": list(decision.labels),
        "disposition": decision.disposition,
        "language": decision.language,
        "actions": [
            _action(action)
            for action in planned
            if action.kind is not ActionKind.EVIDENCE and action.held_because is None
        ],
        "findings": [
            {
                "label": finding.label,
                "article": finding.article,
                "rule": finding.rule,
                "tier": finding.tier,
                "score": finding.score,
                "spans": [[match.start, match.end] for match in finding.matches],
                "explanation": explained(policy, finding, case.text),
            }
            for finding in decision.findings
        ],
        "policy_version": decision.policy_version,
    }


def _action(action: PlannedAction) -> dict[str, str]:
    shown: dict[str, str] = {"kind": action.kind}
    if action.template is not None:
        shown["template"] = action.template
    if action.to is not None:
        shown["to"] = action.to
    return shown
