"""What an account can do through its platform's API, and why it cannot do the rest. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class Capability(StrEnum):
    """One thing that a platform may let an account do."""

    HIDE = "hide"
    UNHIDE = "unhide"
    DELETE = "delete"
    REPLY = "reply"
    PRIVATE_MESSAGE = "private_message"
    BLOCK = "block"
    UNBLOCK = "unblock"
    REPORT_TO_PLATFORM = "report_to_platform"


class Lack(StrEnum):
    """Why something cannot be done."""

    # The platform has no call for it.
    NOT_OFFERED = "not_offered"
    # The access level that was bought does not have it.
    TIER = "tier"
    # Whoever connected the account did not grant it.
    NOT_GRANTED = "not_granted"
    # The Facebook Page that an Instagram account is linked to is not known.
    NO_PAGE = "no_page"
    # The message stands in a place that is not the account's.
    NOT_OURS = "not_ours"
    # The platform does not tell who wrote it.
    UNKNOWN_AUTHOR = "unknown_author"
    # Only where a person asks for it with a click.
    BY_PERSON = "by_person"
    # Nothing of others can be deleted; hiding it is the nearest there is, and whoever wants to still reads it.
    HIDING_INSTEAD = "hiding_instead"
    # The platform refused it to the account lately; it is tried again after a while.
    REFUSED_LATELY = "refused_lately"
    # A person switched it off for the account.
    SWITCHED_OFF = "switched_off"


Lacks = Mapping[Capability, Lack]


def lacking(reason: Lack, *capabilities: Capability) -> dict[Capability, Lack]:
    """These, each lacking for one reason."""
    return dict.fromkeys(capabilities, reason)
