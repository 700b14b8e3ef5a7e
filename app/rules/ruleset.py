"""All rules, in the order of the policy table, which is the order of reading: every rule runs."""

from app.rules import insult
from app.rules.model import Rule

RULES: tuple[Rule, ...] = (*insult.RULES,)
