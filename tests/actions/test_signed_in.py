from datetime import UTC, datetime

import pytest

from app.actions.signed_in import end_of

SESSION = ("c_user", "xs")


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(
    ("cookies", "end"),
    [
        ({"c_user": 5000, "xs": 4000, "theme": 100}, at(4000)),
        ({"c_user": -1, "xs": 4000}, at(4000)),
        ({"theme": 100, "other": 900}, at(900)),
        ({"c_user": -1, "xs": -1}, None),
        ({}, None),
    ],
)
def test_a_state_ends_with_the_first_cookie_that_keeps_one_signed_in(
    cookies: dict[str, float], end: datetime | None
) -> None:
    given = [{"name": name, "value": "x", "expires": expires} for name, expires in cookies.items()]

    assert end_of(given, SESSION) == end
