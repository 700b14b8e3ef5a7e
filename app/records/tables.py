"""The tables, as the migrations make them (a test compares the two). Constraints and triggers live there alone."""

from sqlalchemy import (
    ARRAY,
    DATE,
    DOUBLE_PRECISION,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    FetchedValue,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def _id_in_month() -> Column[int]:
    """An id that carries its month: see `app.records.months`."""
    return Column("id", BigInteger, FetchedValue(), primary_key=True)


def _at(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True))


units = Table(
    "units",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name_tr", Text),
    Column("name_en", Text),
    Column("email", Text),
    Column("hook_url", Text),
)

people = Table(
    "people",
    metadata,
    _id(),
    Column("name", Text),
    Column("email", Text),
    Column("role", Text),
    Column("unit", Text),
    Column("is_active", Boolean),
    _at("created_at"),
)

accounts = Table(
    "accounts",
    metadata,
    _id(),
    Column("platform", Text),
    Column("external_id", Text),
    Column("page_id", Text),
    Column("handle", Text),
    Column("kind", Text),
    Column("unit", Text),
    Column("is_active", Boolean),
    _at("created_at"),
)

responsibilities = Table(
    "responsibilities",
    metadata,
    Column("person_id", BigInteger, primary_key=True),
    Column("account_id", BigInteger, primary_key=True),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    _id(),
    Column("person_id", BigInteger),
    Column("digest", LargeBinary),
    Column("label", Text),
    Column("scope", Text),
    Column("made_by_token", BigInteger),
    Column("last_used_on", DATE),
    _at("created_at"),
    _at("expires_at"),
    _at("revoked_at"),
)

sign_in_subjects = Table(
    "sign_in_subjects",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("person_id", BigInteger),
    _at("created_at"),
)

browser_sessions = Table(
    "browser_sessions",
    metadata,
    _id(),
    Column("person_id", BigInteger),
    Column("digest", LargeBinary),
    Column("method", Text),
    _at("created_at"),
    _at("last_seen_at"),
    _at("ends_at"),
    _at("ended_at"),
)

passwords = Table(
    "passwords",
    metadata,
    Column("person_id", BigInteger, primary_key=True),
    Column("hash", Text),
    _at("changed_at"),
)

policies = Table(
    "policies",
    metadata,
    Column("version", Text, primary_key=True),
    Column("document", JSONB),
    _at("created_at"),
    Column("created_by", BigInteger),
)

policy_activations = Table(
    "policy_activations",
    metadata,
    _id(),
    Column("version", Text),
    _at("activated_at"),
    Column("activated_by", BigInteger),
)

policy_proposals = Table(
    "policy_proposals",
    metadata,
    Column("version", Text, primary_key=True),
    Column("base_version", Text),
    Column("reason", Text),
    Column("proposed_by", BigInteger),
    _at("proposed_at"),
)

policy_cases = Table(
    "policy_cases",
    metadata,
    _id(),
    Column("message_id", BigInteger),
    Column("text", Text),
    Column("channel", Text),
    Column("platform", Text),
    Column("account_kind", Text),
    Column("in_dialogue", Boolean),
    Column("parent_text", Text),
    Column("expects", Text),
    Column("must_find", ARRAY(Text)),
    Column("note", Text),
    Column("created_by", BigInteger),
    _at("created_at"),
    _at("retired_at"),
    Column("retired_by", BigInteger),
    Column("retired_because", Text),
)

policy_case_runs = Table(
    "policy_case_runs",
    metadata,
    _id(),
    Column("version", Text),
    _at("ran_at"),
    Column("total", Integer),
    Column("failed", JSONB),
)

backtests = Table(
    "backtests",
    metadata,
    _id(),
    Column("version", Text),
    Column("against", Text),
    Column("days", Integer),
    Column("first_id", BigInteger),
    Column("position", BigInteger),
    Column("total", Integer),
    Column("done", Integer),
    Column("started_by", BigInteger),
    _at("started_at"),
    _at("finished_at"),
)

backtest_results = Table(
    "backtest_results",
    metadata,
    Column("backtest_id", BigInteger, primary_key=True),
    Column("message_id", BigInteger, primary_key=True),
    Column("account_id", BigInteger),
    Column("was", Text),
    Column("was_labels", ARRAY(Text)),
    Column("would", Text),
    Column("would_labels", ARRAY(Text)),
    Column("person", Text),
)

policy_wishes = Table(
    "policy_wishes",
    metadata,
    _id(),
    Column("version", Text),
    Column("from_version", Text),
    Column("is_roll_back", Boolean),
    Column("reason", Text),
    Column("wished_by", BigInteger),
    _at("wished_at"),
    Column("approved_by", BigInteger),
    _at("approved_at"),
    _at("withdrawn_at"),
)

workers = Table(
    "workers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("policy_version", Text),
    _at("started_at"),
    _at("policy_since"),
    _at("seen_at"),
)

template_texts = Table(
    "template_texts",
    metadata,
    _id(),
    Column("template", Text),
    Column("language", Text),
    Column("season", Text),
    Column("hours", Text),
    Column("text", Text),
    Column("state", Text),
    Column("reason", Text),
    Column("saved_by", BigInteger),
    _at("saved_at"),
    Column("approved_by", BigInteger),
    _at("approved_at"),
    Column("retired_by", BigInteger),
    _at("retired_at"),
    Column("retired_because", Text),
)

appeals = Table(
    "appeals",
    metadata,
    _id(),
    Column("message_id", BigInteger),
    Column("removed_message_id", BigInteger),
    Column("decision_id", BigInteger),
    Column("state", Text),
    _at("opened_at"),
    Column("decided_by", BigInteger),
    _at("decided_at"),
    Column("reason", Text),
    Column("outcome_decision_id", BigInteger),
)

template_approvals = Table(
    "template_approvals",
    metadata,
    Column("template", Text, primary_key=True),
    Column("texts_digest", Text, primary_key=True),
    Column("approved_by", BigInteger),
    _at("approved_at"),
)

silences = Table(
    "silences",
    metadata,
    _id(),
    Column("reason", Text),
    Column("includes_support", Boolean),
    _at("started_at"),
    Column("started_by", BigInteger),
    _at("until_at"),
    _at("ended_at"),
    Column("ended_by", BigInteger),
)

calendars = Table(
    "calendars",
    metadata,
    _id(),
    Column("document", JSONB),
    Column("changed_by", BigInteger),
    _at("changed_at"),
    Column("reason", Text),
)

crises = Table(
    "crises",
    metadata,
    _id(),
    Column("title", Text),
    Column("reason", Text),
    Column("accounts", ARRAY(BigInteger)),
    Column("labels", ARRAY(Text)),
    Column("keywords", ARRAY(Text)),
    _at("since_at"),
    _at("until_at"),
    _at("opened_at"),
    Column("opened_by", BigInteger),
    _at("closed_at"),
    Column("closed_by", BigInteger),
    Column("summary", Text),
)

crisis_messages = Table(
    "crisis_messages",
    metadata,
    Column("crisis_id", BigInteger, primary_key=True),
    Column("message_id", BigInteger, primary_key=True),
    Column("added_by", BigInteger),
    _at("added_at"),
)

crisis_notes = Table(
    "crisis_notes",
    metadata,
    _id(),
    Column("crisis_id", BigInteger),
    Column("person_id", BigInteger),
    Column("text", Text),
    _at("at"),
)

crisis_approvals = Table(
    "crisis_approvals",
    metadata,
    Column("action_id", BigInteger, primary_key=True),
    Column("crisis_id", BigInteger),
    Column("person_id", BigInteger),
    _at("at"),
)

suggestions = Table(
    "suggestions",
    metadata,
    _id(),
    Column("kind", Text),
    Column("account_id", BigInteger),
    Column("counted", Integer),
    Column("usual", DOUBLE_PRECISION),
    Column("allowed", Integer),
    _at("since_at"),
    _at("made_at"),
    _at("decided_at"),
    Column("decided_by", BigInteger),
    Column("is_accepted", Boolean),
    Column("reason", Text),
    Column("silence_id", BigInteger),
    Column("crisis_id", BigInteger),
)

rise_hours = Table(
    "rise_hours",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("hour", DateTime(timezone=True), primary_key=True),
    Column("authors", Integer),
)

deliveries = Table(
    "deliveries",
    metadata,
    _id_in_month(),
    Column("platform", Text),
    _at("received_at"),
    Column("correlation_id", Text),
    Column("headers", JSONB),
    Column("body", LargeBinary),
    Column("digest", LargeBinary),
    Column("state", Text),
    Column("problem", Text),
    Column("summary", JSONB),
    _at("parsed_at"),
    Column("account_id", BigInteger),
    _at("expired_at"),
)

delivery_keys = Table(
    "delivery_keys",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    Column("delivery_id", BigInteger),
)

account_tokens = Table(
    "account_tokens",
    metadata,
    Column("account_id", BigInteger, primary_key=True),
    Column("access", LargeBinary),
    Column("refresh", LargeBinary),
    _at("expires_at"),
    _at("refresh_expires_at"),
    _at("stored_at"),
    _at("rejected_at"),
)

quota_usage = Table(
    "quota_usage",
    metadata,
    Column("project", Text, primary_key=True),
    Column("day", DATE, primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("units", Integer),
    Column("is_closed", Boolean),
)

account_lacks = Table(
    "account_lacks",
    metadata,
    Column("account_id", BigInteger, primary_key=True),
    Column("capability", Text, primary_key=True),
    Column("because", Text),
    Column("code", Text),
    _at("since_at"),
    _at("until_at"),
    Column("noted_by", BigInteger),
)

polls = Table(
    "polls",
    metadata,
    Column("account_id", BigInteger, primary_key=True),
    Column("position", JSONB),
    _at("due_at"),
    _at("polled_at"),
    Column("failures", Integer),
    Column("problem", Text),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("state_digest", LargeBinary, primary_key=True),
    Column("account_id", BigInteger),
    Column("person_id", BigInteger),
    Column("verifier", LargeBinary),
    _at("created_at"),
    _at("expires_at"),
    _at("used_at"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("account_id", BigInteger, primary_key=True),
    Column("state", Text),
    Column("problem", Text),
    _at("broken_since"),
    _at("checked_at"),
    _at("stood_at"),
    _at("asked_at"),
    _at("ends_at"),
    _at("renew_at"),
    Column("failures", Integer),
    _at("due_at"),
)

event_keys = Table(
    "event_keys",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("account_external_id", Text, primary_key=True),
    Column("key", Text, primary_key=True),
)

echoes = Table(
    "echoes",
    metadata,
    Column("account_id", BigInteger, primary_key=True),
    Column("external_id", Text, primary_key=True),
)

messages = Table(
    "messages",
    metadata,
    _id_in_month(),
    Column("account_id", BigInteger),
    Column("platform", Text),
    Column("channel", Text),
    Column("external_id", Text),
    Column("parent_external_id", Text),
    Column("post_external_id", Text),
    Column("author_external_id", Text),
    Column("author_name", Text),
    Column("text", Text),
    Column("media", JSONB),
    Column("link", Text),
    _at("sent_at"),
    _at("received_at"),
    Column("revision", Integer),
    Column("state", Text),
    Column("kept_by_person", Boolean),
    Column("delivery_id", BigInteger),
    Column("correlation_id", Text),
    _at("changed_at"),
    Column("edit_number", Integer),
    _at("busy_until"),
    Column("busy_with", Text),
    _at("expired_at"),
)

message_keys = Table(
    "message_keys",
    metadata,
    Column("account_id", BigInteger, primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("message_id", BigInteger),
)

revisions = Table(
    "revisions",
    metadata,
    Column("message_id", BigInteger, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("text", Text),
    Column("media", JSONB),
    Column("delivery_id", BigInteger),
    _at("received_at"),
    _at("changed_at"),
    _at("expired_at"),
)

message_marks = Table(
    "message_marks",
    metadata,
    Column("mark", Text, primary_key=True),
    Column("message_id", BigInteger, primary_key=True),
)

content_holds = Table(
    "content_holds",
    metadata,
    _id(),
    Column("message_id", BigInteger),
    Column("reason", Text),
    Column("case_number", Text),
    _at("opened_at"),
    Column("opened_by", BigInteger),
    _at("released_at"),
    Column("released_by", BigInteger),
)

decisions = Table(
    "decisions",
    metadata,
    _id_in_month(),
    Column("message_id", BigInteger),
    Column("revision", Integer),
    Column("made_by", Text),
    Column("person_id", BigInteger),
    Column("disposition", Text),
    Column("labels", ARRAY(Text)),
    Column("articles", ARRAY(Text)),
    Column("language", Text),
    Column("findings", JSONB),
    Column("context", JSONB),
    Column("incomplete", ARRAY(Text)),
    Column("review_reason", Text),
    Column("explanation", JSONB),
    Column("reason", Text),
    Column("policy_version", Text),
    _at("decided_at"),
)

evidence = Table(
    "evidence",
    metadata,
    _id(),
    Column("message_id", BigInteger),
    Column("revision", Integer),
    Column("sequence", BigInteger),
    Column("digests", JSONB),
    Column("previous_hash", Text),
    Column("hash", Text),
    Column("version", Integer),
    _at("sealed_at"),
)

evidence_contents = Table(
    "evidence_contents",
    metadata,
    Column("evidence_id", BigInteger, primary_key=True),
    Column("fields", JSONB),
    Column("salts", JSONB),
    _at("erased_at"),
)

evidence_images = Table(
    "evidence_images",
    metadata,
    _id(),
    Column("evidence_id", BigInteger),
    Column("kind", Text),
    Column("object_key", Text),
    Column("sha256", Text),
    Column("media_type", Text),
    Column("size", BigInteger),
    _at("taken_at"),
    Column("taken_by", BigInteger),
)

evidence_addenda = Table(
    "evidence_addenda",
    metadata,
    _id(),
    Column("evidence_id", BigInteger),
    Column("kind", Text),
    Column("content", JSONB),
    Column("sequence", BigInteger),
    Column("previous_hash", Text),
    Column("hash", Text),
    Column("version", Integer),
    _at("sealed_at"),
)

evidence_roots = Table(
    "evidence_roots",
    metadata,
    Column("day", DATE, primary_key=True),
    Column("first_sequence", BigInteger),
    Column("last_sequence", BigInteger),
    Column("previous_hash", Text),
    Column("hash", Text),
    Column("version", Integer),
    _at("closed_at"),
)

evidence_stamps = Table(
    "evidence_stamps",
    metadata,
    Column("day", DATE, primary_key=True),
    Column("authority", Text),
    Column("response", LargeBinary),
    _at("stamped_at"),
)

evidence_stamp_tries = Table(
    "evidence_stamp_tries",
    metadata,
    Column("day", DATE, primary_key=True),
    Column("tries", Integer),
    Column("problem", Text),
    _at("tried_at"),
)

page_captures = Table(
    "page_captures",
    metadata,
    Column("evidence_id", BigInteger, primary_key=True),
    Column("state", Text),
    Column("need", Text),
    Column("problem", Text),
    Column("detail", Text),
    Column("address", Text),
    Column("is_whole", Boolean),
    _at("wanted_at"),
    Column("wanted_by", BigInteger),
    _at("hide_by"),
    _at("started_at"),
    _at("ended_at"),
    _at("waived_at"),
    Column("waived_by", BigInteger),
    Column("waived_because", Text),
)

browser_states = Table(
    "browser_states",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("state", LargeBinary),
    _at("expires_at"),
    _at("stored_at"),
    Column("stored_by", BigInteger),
    _at("rejected_at"),
)

actions = Table(
    "actions",
    metadata,
    _id_in_month(),
    Column("message_id", BigInteger),
    Column("revision", Integer),
    Column("decision_id", BigInteger),
    Column("position", Integer),
    Column("kind", Text),
    Column("purpose", Text),
    Column("label", Text),
    Column("template", Text),
    Column("language", Text),
    Column("text", Text),
    Column("recipient", Text),
    Column("urgency", Text),
    Column("needs_image", Boolean),
    Column("state", Text),
    Column("held_because", Text),
    Column("requested_by", BigInteger),
    _at("due_at"),
    _at("expires_at"),
    Column("attempts", Integer),
    _at("started_at"),
    _at("finished_at"),
    Column("external_id", Text),
    Column("problem", Text),
    _at("created_at"),
)

attempts = Table(
    "attempts",
    metadata,
    _id(),
    Column("action_id", BigInteger),
    Column("number", Integer),
    _at("started_at"),
    _at("ended_at"),
    Column("outcome", Text),
    Column("code", Text),
    Column("detail", Text),
    Column("counts", Boolean),
)

reviews = Table(
    "reviews",
    metadata,
    _id(),
    Column("message_id", BigInteger),
    Column("revision", Integer),
    Column("reason", Text),
    Column("labels", ARRAY(Text)),
    Column("priority", Integer),
    Column("state", Text),
    _at("opened_at"),
    _at("decided_at"),
    Column("decided_by", BigInteger),
    Column("decision_id", BigInteger),
    Column("version", Integer),
    Column("decided_as", Text),
    Column("claimed_by", BigInteger),
    _at("claimed_until"),
    _at("parked_until"),
    Column("parked_by", BigInteger),
    Column("parked_because", Text),
    Column("asked_person", BigInteger),
    Column("asked_unit", Text),
)

review_notes = Table(
    "review_notes",
    metadata,
    _id(),
    Column("message_id", BigInteger),
    Column("person_id", BigInteger),
    Column("text", Text),
    _at("written_at"),
)

approvals = Table(
    "approvals",
    metadata,
    _id(),
    Column("message_id", BigInteger),
    Column("revision", Integer),
    Column("wanted", Text),
    Column("text", Text),
    Column("reason", Text),
    Column("wanted_by", BigInteger),
    _at("wanted_at"),
    Column("state", Text),
    Column("answered_by", BigInteger),
    _at("answered_at"),
    Column("answer_reason", Text),
    Column("decision_id", BigInteger),
)

openings = Table(
    "openings",
    metadata,
    _id(),
    Column("message_id", BigInteger),
    Column("revision", Integer),
    Column("person_id", BigInteger),
    Column("what", Text),
    Column("is_grave", Boolean),
    _at("opened_at"),
)

author_attributes = Table(
    "author_attributes",
    metadata,
    _id(),
    Column("platform", Text),
    Column("author_external_id", Text),
    Column("kind", Text),
    Column("source", Text),
    Column("noted_by", BigInteger),
    _at("noted_at"),
)

rule_hours = Table(
    "rule_hours",
    metadata,
    Column("account_id", BigInteger, primary_key=True),
    Column("label", Text, primary_key=True),
    Column("hour", DateTime(timezone=True), primary_key=True),
    Column("authors", Integer),
)

rule_hour_authors = Table(
    "rule_hour_authors",
    metadata,
    Column("account_id", BigInteger, primary_key=True),
    Column("label", Text, primary_key=True),
    Column("hour", DateTime(timezone=True), primary_key=True),
    Column("author", Text, primary_key=True),
)

quota_hours = Table(
    "quota_hours",
    metadata,
    Column("account_id", BigInteger, primary_key=True),
    Column("label", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("hour", DateTime(timezone=True), primary_key=True),
    Column("begun", Integer),
)

limits = Table(
    "limits",
    metadata,
    _id(),
    Column("account_id", BigInteger),
    Column("label", Text),
    Column("kind", Text),
    Column("cause", Text),
    _at("hour"),
    Column("counted", Integer),
    Column("allowed", Integer),
    _at("reached_at"),
    _at("ends_at"),
    _at("lifted_at"),
    Column("lifted_by", BigInteger),
    _at("lifted_until"),
    Column("reason", Text),
)

circuits = Table(
    "circuits",
    metadata,
    Column("account_id", BigInteger, primary_key=True),
    Column("failures", Integer),
    _at("opened_at"),
    _at("probe_at"),
    Column("is_probing", Boolean),
    Column("problem", Text),
)

tasks = Table(
    "tasks",
    metadata,
    _id(),
    Column("message_id", BigInteger),
    Column("action_id", BigInteger),
    Column("kind", Text),
    Column("urgency", Text),
    Column("reason", Text),
    Column("detail", JSONB),
    Column("state", Text),
    _at("created_at"),
    _at("due_at"),
    _at("confirmed_at"),
    Column("confirmed_by", BigInteger),
    Column("note", Text),
)

notifications = Table(
    "notifications",
    metadata,
    _id(),
    Column("key", Text),
    Column("message_id", BigInteger),
    Column("action_id", BigInteger),
    Column("decision_id", BigInteger),
    Column("kind", Text),
    Column("unit", Text),
    Column("urgency", Text),
    Column("state", Text),
    Column("channel", Text),
    Column("attempts", Integer),
    Column("problem", Text),
    _at("created_at"),
    _at("sent_at"),
    _at("acknowledged_at"),
    Column("acknowledged_by", BigInteger),
    Column("account_id", BigInteger),
    Column("step", Integer),
    _at("escalate_at"),
    _at("handled_at"),
    Column("handled_by", BigInteger),
    Column("in_digest", Boolean),
    Column("digest_id", BigInteger),
    _at("snoozed_until"),
    Column("snoozed_by", BigInteger),
    Column("person_id", BigInteger),
)

digests = Table(
    "digests",
    metadata,
    _id(),
    Column("unit", Text),
    Column("person_id", BigInteger),
    Column("day", DATE),
    _at("since_at"),
    _at("until_at"),
    Column("lines", JSONB),
    Column("state", Text),
    Column("channel", Text),
    Column("attempts", Integer),
    _at("started_at"),
    _at("finished_at"),
    Column("problem", Text),
)

notification_steps = Table(
    "notification_steps",
    metadata,
    _id(),
    Column("notification_id", BigInteger),
    Column("number", Integer),
    Column("recipient", Text),
    Column("unit", Text),
    Column("person_id", BigInteger),
    Column("channel", Text),
    Column("state", Text),
    Column("attempts", Integer),
    _at("planned_at"),
    _at("started_at"),
    _at("finished_at"),
    Column("problem", Text),
)

notification_reports = Table(
    "notification_reports",
    metadata,
    _id(),
    Column("notification_id", BigInteger),
    Column("person_id", BigInteger),
    Column("text", Text),
    Column("is_done", Boolean),
    _at("at"),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    _at("at"),
    Column("person_id", BigInteger),
    Column("act", Text),
    Column("subject", Text),
    Column("detail", JSONB),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("person_id", BigInteger, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_digest", LargeBinary),
    Column("status", Integer),
    Column("body", JSONB),
    _at("created_at"),
)

privacy_requests = Table(
    "privacy_requests",
    metadata,
    _id(),
    Column("note", Text),
    Column("authors", JSONB),
    Column("identifiers", ARRAY(Text)),
    _at("opened_at"),
    Column("opened_by", BigInteger),
    _at("previewed_at"),
    _at("exported_at"),
    _at("erased_at"),
    Column("erased_by", BigInteger),
    Column("reason", Text),
    Column("outcome", JSONB),
)

pseudonym_keys = Table(
    "pseudonym_keys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", LargeBinary),
)

erased_ids = Table(
    "erased_ids",
    metadata,
    Column("pseudonym", Text, primary_key=True),
    _at("erased_at"),
)
