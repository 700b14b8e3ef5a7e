"""The table of Graph errors, code by code as the contract lists them."""

from datetime import timedelta
from typing import Any

import pytest

from app.connectors.meta.failures import REST_AFTER_ABUSE, DuplicateError, GoneError, failure
from app.errors import (
    ConnectorError,
    NotPermittedError,
    OutcomeUnknownError,
    PlatformRefusedError,
    PlatformUnavailableError,
    TokenRejectedError,
)
from app.messages import PlatformName

WAIT = timedelta(minutes=7)


def failed(code: Any, subcode: Any = None, *, is_speech: bool = False, **fields: Any) -> ConnectorError:
    error = {"code": code, "error_subcode": subcode, "message": "(#1) bir şey", **fields}
    return failure(PlatformName("facebook"), "reply", error, is_speech=is_speech, wait=WAIT)


@pytest.mark.parametrize("is_speech", [False, True])
@pytest.mark.parametrize("code", [4, 17, 32, 613, 80000, 80001, 80002, 80006, 80008, 80009, 80014, "80001"])
def test_a_limit_is_waited_for_since_nothing_was_done(code: Any, is_speech: bool) -> None:
    error = failed(code, is_speech=is_speech)

    assert type(error) is PlatformUnavailableError
    assert error.retry_after == WAIT


@pytest.mark.parametrize(("code", "subcode"), [(1, None), (2, None), (1, 99), (2, 2), (1, 0)])
def test_a_passing_trouble_is_retried_except_for_speech(code: int, subcode: int | None) -> None:
    assert type(failed(code, subcode)) is PlatformUnavailableError
    assert type(failed(code, subcode, is_speech=True)) is OutcomeUnknownError


def test_an_unknown_error_with_a_reason_of_its_own_is_refused() -> None:
    assert type(failed(1, 1965014, is_transient=False)) is PlatformRefusedError
    assert type(failed(1, 1965014, is_transient=True)) is PlatformUnavailableError
    assert type(failed(1, is_transient=False)) is PlatformUnavailableError


@pytest.mark.parametrize(
    ("code", "subcode"),
    [
        (10, None),
        (10, 2018278),
        (10, 2534022),
        (10, 2018065),
        (10, 2018108),
        (10, 1893063),
        (10, 2534077),
        (100, None),
        (100, 2018001),
        (100, 1893061),
        (100, 2534025),
        (100, 2534037),
        (200, None),
        (200, 1545041),
        (200, 2534041),
        (230, None),
        (283, None),
        (299, None),
        (551, 1545041),
        (2018300, None),
        (36103, None),
        (2500, None),
        (424242, None),
        (None, None),
        ({}, []),
    ],
)
def test_what_will_never_be_done_is_refused(code: Any, subcode: Any) -> None:
    assert type(failed(code, subcode)) is PlatformRefusedError
    assert type(failed(code, subcode, is_speech=True)) is PlatformRefusedError


def test_what_the_app_lacks_is_no_matter_of_one_message() -> None:
    assert type(failed(3, None)) is NotPermittedError


@pytest.mark.parametrize("subcode", [None, 458, 459, 460, 463, 464, 467])
def test_a_dead_token_stops_the_account(subcode: int | None) -> None:
    assert type(failed(190, subcode)) is TokenRejectedError


@pytest.mark.parametrize(("code", "subcode"), [(100, 33), ("100", "33"), (9000001, None)])
def test_what_is_gone_is_told_apart(code: Any, subcode: Any) -> None:
    assert type(failed(code, subcode)) is GoneError


def test_a_duplicate_is_told_apart() -> None:
    assert type(failed(506, is_speech=True)) is DuplicateError


def test_after_abuse_the_account_rests_for_hours() -> None:
    error = failed(368)

    assert isinstance(error, PlatformUnavailableError)
    assert error.retry_after == REST_AFTER_ABUSE


def test_an_unlisted_code_passes_only_where_the_platform_says_so() -> None:
    assert type(failed(424242, is_transient=True)) is PlatformUnavailableError
    assert type(failed(424242, is_transient="true", is_speech=True)) is OutcomeUnknownError


def test_an_error_carries_code_and_sentence_for_operators() -> None:
    error = failed(10, 2018278, message="outside the window " * 100)

    assert error.code == "10/2018278"
    assert error.detail.startswith("outside the window")
    assert len(error.detail) <= 300
