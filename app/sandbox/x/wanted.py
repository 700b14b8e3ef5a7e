"""What a reading call asks for beside the data."""

from collections.abc import Mapping
from typing import Any, Final

from app.sandbox.x.parameters import Check, a_list
from app.sandbox.x.problems import invalid
from app.sandbox.x.render import (
    EXPANSIONS,
    FIELDS,
    MEDIA_FIELDS,
    PLACE_FIELDS,
    POLL_FIELDS,
    USER_FIELDS,
    Naming,
    Wanted,
)

USER_EXPANSIONS: Final = frozenset({"affiliation", "most_recent_post_id", "pinned_post_id"})
POST_PARAMETERS: Final[Mapping[str, Check]] = {
    Naming.POST: a_list(FIELDS[Naming.POST]),
    Naming.TWEET: a_list(FIELDS[Naming.TWEET]),
    "expansions": a_list(EXPANSIONS[Naming.POST] | EXPANSIONS[Naming.TWEET]),
    "user.fields": a_list(USER_FIELDS),
    "media.fields": a_list(MEDIA_FIELDS),
    "poll.fields": a_list(POLL_FIELDS),
    "place.fields": a_list(PLACE_FIELDS),
}
USER_PARAMETERS: Final[Mapping[str, Check]] = {
    Naming.POST: a_list(FIELDS[Naming.POST]),
    Naming.TWEET: a_list(FIELDS[Naming.TWEET]),
    "expansions": a_list(USER_EXPANSIONS),
    "user.fields": a_list(USER_FIELDS),
}


def wanted_of(query: Mapping[str, Any]) -> Wanted:
    """Read it. The new names and the old ones do not go together."""
    expansions: frozenset[str] = query.get("expansions", frozenset())
    namings = {naming for naming in Naming if naming in query}
    namings |= {
        naming
        for naming, other in ((Naming.POST, Naming.TWEET), (Naming.TWEET, Naming.POST))
        if expansions & (EXPANSIONS[naming] - EXPANSIONS[other])
    }
    if len(namings) > 1:
        raise invalid(f"{Naming.POST} and {Naming.TWEET}, and the expansions of one and the other, exclude each other")
    naming = namings.pop() if namings else Naming.TWEET
    return Wanted(
        naming=naming,
        fields=query.get(naming, frozenset()),
        expansions=expansions,
        user_fields=query.get("user.fields", frozenset()),
        media_fields=query.get("media.fields", frozenset()),
    )
