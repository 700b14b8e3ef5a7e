"""The embedded PostgreSQL is waited for, however busy the machine."""

import subprocess
from collections.abc import Callable

import pytest

from app import embedded
from app.embedded import patiently

TOO_SLOW = subprocess.TimeoutExpired("pg_ctl", 10)


def failing(*errors: Exception) -> Callable[[], str]:
    """Fails once with each of these, then starts."""
    left = list(errors)

    def start() -> str:
        if left:
            raise left.pop(0)
        return "started"

    return start


def test_a_server_that_needs_longer_than_the_package_waits_is_waited_for() -> None:
    pauses: list[float] = []

    assert patiently(failing(TOO_SLOW, AssertionError(), AssertionError()), sleep=pauses.append) == "started"
    assert len(pauses) == 3


def test_one_that_never_starts_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "START_SECONDS", -1.0)

    with pytest.raises(subprocess.TimeoutExpired):
        patiently(failing(TOO_SLOW), sleep=lambda _: None)


def test_what_is_wrong_with_it_is_told_at_once() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        patiently(failing(subprocess.CalledProcessError(1, "pg_ctl")), sleep=lambda _: None)
