"""What undoing does with each act, by its state and that of the message."""

import pytest

from app.actions.steps import steps_of
from app.actions.undo import Way, sentence_of, way_of
from app.decisions.model import ActionKind


@pytest.mark.parametrize(
    ("kind", "state", "message_state", "way"),
    [
        ("hide", "done", "hidden", "unhide"),
        ("hide", "done", "deleted", "deleted"),
        ("hide", "done", "visible", "other_state"),  # somebody showed it again on the platform
        ("hide", "done", "removed_by_author", "removed_by_author"),
        ("hide", "planned", "visible", "cancel"),
        ("hide", "task", "visible", "cancel"),
        ("hide", "running", "visible", "running"),
        ("hide", "refused", "visible", "nothing"),
        ("unhide", "done", "visible", "hide"),
        ("unhide", "done", "deleted", "deleted"),
        ("delete", "done", "deleted", "deleted"),
        ("delete", "planned", "hidden", "cancel"),
        ("reply", "done", "visible", "said"),
        ("reply", "withheld", "visible", "cancel"),
        ("private_message", "done", "deleted", "said"),
        ("private_message", "cancelled", "visible", "nothing"),
        ("block", "done", "visible", "unblock"),
        ("block", "done", "deleted", "unblock"),
        ("unblock", "done", "visible", "lifted"),
        ("unblock", "task", "visible", "cancel"),
        ("evidence", "done", "visible", "stands"),
        ("notify", "planned", "visible", "stands"),
        ("report_to_platform", "task", "visible", "stands"),
    ],
)
def test_each_act_is_taken_back_in_its_own_way_or_not_at_all(
    kind: str, state: str, message_state: str, way: str
) -> None:
    assert way_of(ActionKind(kind), state, message_state) == way


@pytest.mark.parametrize("way", [Way.UNBLOCK, Way.BY_HAND, Way.BLOCKED_FOR_ANOTHER])
def test_what_becomes_of_a_block_depends_on_the_platform_and_on_what_else_its_author_wrote(way: Way) -> None:
    assert way_of(ActionKind.BLOCK, "done", "visible", of_block=way) is way
    assert way_of(ActionKind.BLOCK, "planned", "visible", of_block=way) is Way.CANCEL


def test_every_way_is_told_in_both_languages() -> None:
    assert all(sentence_of(way)["tr"] and sentence_of(way)["en"] for way in Way)


@pytest.mark.parametrize("platform", ["facebook", "youtube", None])
def test_a_block_is_lifted_by_hand_step_by_step(platform: str | None) -> None:
    steps = steps_of(ActionKind.UNBLOCK, platform)

    assert len(steps.tr) == len(steps.en) == 3
