"""Who may do what, and whose messages they see: policy section 6 as data. The only place that knows."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """The roles of policy section 6."""

    RESPONSIBLE = "responsible"
    SPECIALIST = "specialist"
    DIRECTOR = "director"
    TOP_MANAGEMENT = "top_management"
    SECURITY = "security"
    SKS = "sks"
    SERVICE_UNIT = "service_unit"
    AGENCY = "agency"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """One thing that can be allowed."""

    MESSAGES_READ = "messages.read"
    MESSAGES_DECIDE = "messages.decide"
    MESSAGES_HOLD = "messages.hold"
    MESSAGES_OPEN = "messages.open"
    MESSAGES_NOTE = "messages.note"
    REVIEWS_READ = "reviews.read"
    REVIEWS_RELEASE_OTHERS = "reviews.release_others"
    REVIEWS_LET_URGENT_WAIT = "reviews.let_urgent_wait"
    REVIEWERS_LOAD = "reviewers.load"
    ACTIONS_READ = "actions.read"
    ACTIONS_DECIDE = "actions.decide"
    TASKS_READ = "tasks.read"
    TASKS_CONFIRM = "tasks.confirm"
    EVIDENCE_READ = "evidence.read"
    EVIDENCE_EXPORT = "evidence.export"
    EVIDENCE_UPLOAD = "evidence.upload"
    EVIDENCE_WAIVE = "evidence.waive"
    DELIVERIES_READ = "deliveries.read"
    DELIVERIES_OPEN = "deliveries.open"
    DELIVERIES_REPLAY = "deliveries.replay"
    ACCOUNTS_READ = "accounts.read"
    ACCOUNTS_CONNECT = "accounts.connect"
    UNITS_READ = "units.read"
    UNITS_CHANGE = "units.change"
    PEOPLE_READ = "people.read"
    PEOPLE_CHANGE = "people.change"
    NOTIFICATIONS_READ = "notifications.read"
    NOTIFICATIONS_ACKNOWLEDGE = "notifications.acknowledge"
    COMPLAINTS_READ = "complaints.read"
    LIMITS_READ = "limits.read"
    LIMITS_LIFT = "limits.lift"
    SILENCE_READ = "silence.read"
    SILENCE_SWITCH = "silence.switch"
    CRISES_READ = "crises.read"
    CRISES_NOTE = "crises.note"
    CRISES_CHANGE = "crises.change"
    SUGGESTIONS_READ = "suggestions.read"
    SUGGESTIONS_DECIDE = "suggestions.decide"
    CALENDARS_READ = "calendars.read"
    CALENDARS_CHANGE = "calendars.change"
    TEMPLATES_READ = "templates.read"
    TEMPLATES_APPROVE = "templates.approve"
    TEMPLATES_SAVE = "templates.save"
    APPEALS_READ = "appeals.read"
    APPEALS_DECIDE = "appeals.decide"
    POLICIES_READ = "policies.read"
    POLICIES_EVALUATE = "policies.evaluate"
    POLICIES_PROPOSE = "policies.propose"
    POLICIES_BACKTEST = "policies.backtest"
    POLICIES_ACTIVATE = "policies.activate"
    POLICIES_APPROVE = "policies.approve"
    CASES_READ = "cases.read"
    CASES_SAVE = "cases.save"
    AUDIT_READ = "audit.read"
    # What is everybody's: knowing who one is, one's own tokens.
    SELF = "self"
    TOKENS_READ_ALL = "tokens.read_all"
    TOKENS_REVOKE_ALL = "tokens.revoke_all"
    PRIVACY_READ = "privacy.read"
    PRIVACY_CHANGE = "privacy.change"


class Sight(StrEnum):
    """Whose messages a role sees, and all that hangs on them."""

    ALL = "all"
    OWN_ACCOUNTS = "own_accounts"
    # The messages behind the notifications of the person's unit, no others.
    OWN_NOTIFICATIONS = "own_notifications"
    NONE = "none"


_DIRECTORATE = frozenset({Role.SPECIALIST, Role.DIRECTOR})
_DECIDERS = _DIRECTORATE | {Role.RESPONSIBLE}
_NOTIFIED = frozenset({Role.SECURITY, Role.SKS, Role.SERVICE_UNIT})

ALLOWED: Mapping[Permission, frozenset[Role]] = MappingProxyType(
    {
        Permission.MESSAGES_READ: _DECIDERS | _NOTIFIED | {Role.AUDITOR},
        Permission.MESSAGES_DECIDE: _DECIDERS,
        Permission.MESSAGES_HOLD: frozenset({Role.DIRECTOR}),
        # It goes on record who bears what: whoever changes nothing reads the text beside it.
        Permission.MESSAGES_OPEN: _DECIDERS | _NOTIFIED,
        # Whoever is asked for advice writes it beside the message.
        Permission.MESSAGES_NOTE: _DECIDERS | _NOTIFIED,
        Permission.REVIEWS_READ: _DECIDERS | {Role.AUDITOR},
        Permission.REVIEWS_RELEASE_OTHERS: _DIRECTORATE,
        Permission.REVIEWS_LET_URGENT_WAIT: frozenset({Role.DIRECTOR}),
        # How much a person can bear is between them and the director.
        Permission.REVIEWERS_LOAD: frozenset({Role.DIRECTOR}),
        Permission.ACTIONS_READ: _DECIDERS | {Role.AUDITOR},
        Permission.ACTIONS_DECIDE: _DECIDERS,
        Permission.TASKS_READ: _DECIDERS | {Role.AUDITOR},
        Permission.TASKS_CONFIRM: _DECIDERS,
        # Security and SKS act on link and screenshot (6.4.12, 6.4.15); a service unit answers a complaint's words.
        Permission.EVIDENCE_READ: _DECIDERS | {Role.SECURITY, Role.SKS, Role.AUDITOR},
        # A file that leaves the house: the directorate answers for it.
        Permission.EVIDENCE_EXPORT: _DIRECTORATE,
        Permission.EVIDENCE_UPLOAD: _DECIDERS,
        Permission.EVIDENCE_WAIVE: _DIRECTORATE,
        Permission.DELIVERIES_READ: _DIRECTORATE | {Role.AUDITOR},
        # A raw body holds everything, also what 6.4.15 closes: to the directorate alone.
        Permission.DELIVERIES_OPEN: _DIRECTORATE,
        Permission.DELIVERIES_REPLAY: _DIRECTORATE,
        Permission.ACCOUNTS_READ: _DECIDERS | {Role.TOP_MANAGEMENT, Role.AUDITOR},
        Permission.UNITS_READ: _DIRECTORATE | {Role.TOP_MANAGEMENT, Role.AUDITOR},
        Permission.ACCOUNTS_CONNECT: _DIRECTORATE,
        Permission.UNITS_CHANGE: frozenset({Role.DIRECTOR}),
        Permission.PEOPLE_READ: frozenset({Role.DIRECTOR, Role.AUDITOR}),
        # A role is a mandate from the directorate; nobody gives it to themself.
        Permission.PEOPLE_CHANGE: frozenset({Role.DIRECTOR}),
        # Whoever runs an account has those that came to them by name.
        Permission.NOTIFICATIONS_READ: _DECIDERS | _NOTIFIED | {Role.TOP_MANAGEMENT, Role.AUDITOR},
        Permission.NOTIFICATIONS_ACKNOWLEDGE: _DECIDERS | _NOTIFIED | {Role.TOP_MANAGEMENT},
        Permission.COMPLAINTS_READ: _DIRECTORATE | _NOTIFIED | {Role.AUDITOR},
        Permission.LIMITS_READ: _DIRECTORATE | {Role.AUDITOR},
        Permission.LIMITS_LIFT: _DIRECTORATE,
        Permission.SILENCE_READ: _DECIDERS | {Role.TOP_MANAGEMENT, Role.AUDITOR},
        Permission.SILENCE_SWITCH: frozenset({Role.DIRECTOR, Role.TOP_MANAGEMENT}),
        Permission.CRISES_READ: _DIRECTORATE | {Role.AUDITOR},
        Permission.CRISES_NOTE: _DIRECTORATE,
        # Opening, closing, and approving what is said meanwhile.
        Permission.CRISES_CHANGE: frozenset({Role.DIRECTOR}),
        Permission.SUGGESTIONS_READ: _DIRECTORATE | {Role.TOP_MANAGEMENT, Role.AUDITOR},
        Permission.SUGGESTIONS_DECIDE: frozenset({Role.DIRECTOR}),
        Permission.CALENDARS_READ: _DECIDERS | {Role.TOP_MANAGEMENT, Role.AUDITOR},
        Permission.CALENDARS_CHANGE: frozenset({Role.DIRECTOR}),
        Permission.TEMPLATES_READ: _DECIDERS | {Role.AUDITOR},
        Permission.TEMPLATES_APPROVE: frozenset({Role.DIRECTOR}),
        Permission.TEMPLATES_SAVE: _DIRECTORATE,
        Permission.APPEALS_READ: _DECIDERS | {Role.AUDITOR},
        Permission.APPEALS_DECIDE: _DECIDERS,
        Permission.POLICIES_READ: _DIRECTORATE | {Role.AUDITOR},
        Permission.POLICIES_EVALUATE: _DIRECTORATE | {Role.AUDITOR},
        Permission.POLICIES_PROPOSE: _DIRECTORATE,
        Permission.POLICIES_BACKTEST: _DIRECTORATE,
        # A director wishes it; a second person of the directorate, who is not that director, approves.
        Permission.POLICIES_ACTIVATE: frozenset({Role.DIRECTOR}),
        Permission.POLICIES_APPROVE: _DIRECTORATE,
        Permission.CASES_READ: _DIRECTORATE | {Role.AUDITOR},
        Permission.CASES_SAVE: _DIRECTORATE,
        Permission.AUDIT_READ: frozenset({Role.DIRECTOR, Role.AUDITOR}),
        Permission.SELF: frozenset(Role),
        Permission.TOKENS_READ_ALL: frozenset({Role.DIRECTOR, Role.AUDITOR}),
        Permission.TOKENS_REVOKE_ALL: frozenset({Role.DIRECTOR}),
        Permission.PRIVACY_READ: frozenset({Role.DIRECTOR, Role.AUDITOR}),
        Permission.PRIVACY_CHANGE: frozenset({Role.DIRECTOR}),
    }
)

SIGHT: Mapping[Role, Sight] = MappingProxyType(
    {
        Role.RESPONSIBLE: Sight.OWN_ACCOUNTS,
        Role.SPECIALIST: Sight.ALL,
        Role.DIRECTOR: Sight.ALL,
        Role.TOP_MANAGEMENT: Sight.NONE,
        Role.SECURITY: Sight.OWN_NOTIFICATIONS,
        Role.SKS: Sight.OWN_NOTIFICATIONS,
        Role.SERVICE_UNIT: Sight.OWN_NOTIFICATIONS,
        Role.AGENCY: Sight.NONE,
        Role.AUDITOR: Sight.ALL,
    }
)

# Content of `self_harm` is open to SKS and the directorate alone; to security only behind a notification sent to it,
# which its sight sees to. The auditor checks that the duty was done by times, acts and acknowledgements: "alone" is
# the more special rule, and words about a person's health are not needed for that.
OPENS_SELF_HARM = frozenset({Role.SPECIALIST, Role.DIRECTOR, Role.SKS, Role.SECURITY})

# As people call them.
ROLE_NAMES: Mapping[Role, str] = MappingProxyType(
    {
        Role.RESPONSIBLE: "sosyal medya sorumlusu",
        Role.SPECIALIST: "sosyal medya uzmanı",
        Role.DIRECTOR: "direktör",
        Role.TOP_MANAGEMENT: "üst yönetim",
        Role.SECURITY: "güvenlik",
        Role.SKS: "SKS",
        Role.SERVICE_UNIT: "hizmet birimi",
        Role.AGENCY: "ajans",
        Role.AUDITOR: "denetçi",
    }
)
