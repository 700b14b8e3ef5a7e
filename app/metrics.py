"""What Prometheus reads. Labels are few and never personal."""

from prometheus_client import Counter, Gauge, Histogram

deliveries_total = Counter(
    "nobet_deliveries_total", "Webhook deliveries by what became of them", ["platform", "outcome"]
)
messages_decided_total = Counter(
    "nobet_messages_decided_total", "Messages decided, by disposition", ["platform", "disposition"]
)
actions_total = Counter("nobet_actions_total", "Attempts at actions, by outcome", ["platform", "kind", "outcome"])
polls_total = Counter("nobet_polls_total", "Polls of accounts, by outcome", ["platform", "outcome"])
polled_pages_total = Counter("nobet_polled_pages_total", "Pages that polls brought and that were new", ["platform"])
notifications_total = Counter("nobet_notifications_total", "Notifications, by outcome", ["urgency", "outcome"])
accept_seconds = Histogram(
    "nobet_accept_seconds",
    "From the first byte of a webhook to its commit",
    ["platform"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
takedown_seconds = Histogram(
    "nobet_takedown_seconds",
    "From the arrival of a message to its hiding",
    ["platform"],
    buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 2, 5, 15, 60, 300),
)
captures_total = Counter("nobet_captures_total", "Pictures of pages, by what became of them", ["outcome"])
capture_seconds = Histogram(
    "nobet_capture_seconds",
    "From the beginning of a page's capture to its end",
    buckets=(0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 12),
)
media_total = Counter("nobet_media_total", "Files that came with messages, by what became of them", ["outcome"])
limits_reached_total = Counter(
    "nobet_limits_reached_total",
    "Limits of the machine that were reached, and acts left to people",
    ["platform", "label", "kind", "cause"],
)
circuit_changes_total = Counter(
    "nobet_circuit_changes_total", "Circuits of accounts that opened or closed", ["platform", "state"]
)
circuits_open = Gauge("nobet_circuits_open", "Accounts whose platform fails, so that no calls are made", ["platform"])
calls_put_off_total = Counter(
    "nobet_calls_put_off_total",
    "Actions put off without a call, because of an open circuit or full lanes",
    ["platform", "because"],
)
held_jobs_waiting = Gauge("nobet_held_jobs", "Jobs that failed for good and wait for a person", ["kind"])
quota_units = Gauge(
    "nobet_quota_units",
    "Units of a platform's quota: used, its limit, and those kept for acts still to come",
    ["platform", "of"],
)
quota_poll_pause_seconds = Gauge(
    "nobet_quota_poll_pause_seconds", "How far apart polls of an account are, so that the quota lasts", ["platform"]
)
quota_resets_at_seconds = Gauge(
    "nobet_quota_resets_at_seconds", "When the quota is given anew, in seconds since 1970", ["platform"]
)
quota_closed = Gauge("nobet_quota_closed", "Whether the platform said that nothing is left of the quota", ["platform"])
queue_lag_seconds = Gauge("nobet_queue_lag_seconds", "Age of the oldest due job")
http_requests_total = Counter("nobet_http_requests_total", "Requests to the API", ["route", "method", "status"])
http_seconds = Histogram(
    "nobet_http_seconds",
    "From a request to its answer",
    ["route"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
subscription_checks_total = Counter(
    "nobet_subscription_checks_total", "Looks at subscriptions, by how they came out", ["platform", "outcome"]
)
