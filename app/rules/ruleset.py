"""All rules, in the order of the policy table, which is the order of reading: every rule runs."""

from app.rules import (
    admission_question,
    advertisement,
    classified,
    complaint,
    criticism,
    disaster,
    graduate_question,
    harassment,
    hate,
    insult,
    job_application,
    litigation,
    misinformation,
    praise,
    privacy,
    question_other,
    self_harm,
    sensitive_topic,
    threat,
    violence_drugs,
)
from app.rules.model import Rule

RULES: tuple[Rule, ...] = (
    # People in danger first: these outrank all else.
    *self_harm.RULES,
    *threat.RULES,
    # What is taken down.
    *violence_drugs.RULES,
    *hate.RULES,
    *harassment.RULES,
    *privacy.RULES,
    *insult.RULES,
    *litigation.RULES,
    *advertisement.RULES,
    # What a person looks at.
    *misinformation.RULES,
    *criticism.RULES,
    # What is passed on or answered.
    *complaint.RULES,
    *admission_question.RULES,
    *graduate_question.RULES,
    *job_application.RULES,
    *praise.RULES,
    *question_other.RULES,
    # What forbids an automatic answer.
    *sensitive_topic.RULES,
    *disaster.RULES,
    # What lists cannot carry, one rule a label.
    *classified.RULES,
)
