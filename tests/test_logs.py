"""One id follows a message through the logs; no text, name, token or contact is in any line."""

import json
import logging
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import StringIO

import pytest
import structlog
from sqlalchemy import text

from app.logs import configure_logs
from app.sandbox.meta.seed import ACCOUNTS
from tests.flow import COMPLAINT, INSULT, PRIVATE_DATA, SELF_HARM, THREAT, Flow

MARKER = "zumruduanka"


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """Everything that would go to standard error, as in production."""
    written = StringIO()
    before = structlog.get_config()
    handlers, level = logging.root.handlers[:], logging.root.level
    with redirect_stderr(written):
        configure_logs(level="debug", form="json", cached=False)
        yield written
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.configure(**before)


async def test_no_line_holds_a_text_a_name_or_a_token(lines: StringIO, flow: Flow) -> None:
    author = f"Marka {MARKER.title()}"
    for platform in ("facebook", "instagram"):
        for words in (COMPLAINT, INSULT, PRIVATE_DATA, SELF_HARM, THREAT):
            await flow.comment(f"{words} {MARKER}", platform=platform, author=author)
        await flow.faults("http_500", platform=platform, seconds=1)
        await flow.decided(await flow.dm(f"{SELF_HARM} {MARKER}", platform=platform, author=author))
    await flow.api.post("/webhooks/facebook", content=MARKER.encode())
    await flow.deliver("facebook", f"{{{MARKER}".encode())
    await flow.api.get("/v1/messages", headers={"Authorization": f"Bearer {MARKER}"})
    await flow.api.get(f"/v1/messages?author={MARKER}", headers={"Authorization": "Bearer director"})

    async def all_quiet() -> bool:
        undecided = await flow.rows(
            "select id from messages m where not exists (select from decisions d where d.message_id = m.id)"
        )
        due = await flow.rows("select id from actions where state = 'planned' and due_at < now()")
        return not undecided and not due and len(await flow.rows("select id from messages")) == 12

    await flow.until(all_quiet)
    written = lines.getvalue()
    assert "message_decided" in written
    assert MARKER not in written.casefold()
    # Of the number in PRIVATE_DATA; its first digits alone may stand in any time or id.
    assert "412 67 89" not in written
    assert "4126789" not in written
    assert not [account.handle for account in ACCOUNTS if account.access_token in written]
    assert "director@" not in written


async def test_one_id_follows_a_message_from_webhook_to_platform_call(lines: StringIO, flow: Flow) -> None:
    await flow.until_state(await flow.comment(PRIVATE_DATA), "deleted")

    async with flow.service.sessions() as session:
        followed = await session.scalar(text("select correlation_id from messages"))

    async def all_done() -> list[str]:
        # The platform shows the deletion before our own line tells of it.
        events = [
            entry["event"]
            for entry in map(json.loads, filter(None, lines.getvalue().splitlines()))
            if entry.get("correlation_id") == followed
        ]
        return events if events.count("action_done") >= 4 else []

    events = await flow.until(all_done)
    assert events[:3] == ["delivery_received", "delivery_parsed", "message_decided"]
    assert "evidence_sealed" in events
