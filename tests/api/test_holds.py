"""Content that expires with the platform's time limit, and a director's hold on it, as the API shows them."""

from datetime import UTC, datetime

from sqlalchemy import text

from app.messages import MessageId
from app.records.database import Sessions
from app.rules.model import Label
from tests.api.builders import a_stored_message
from tests.api.calling import Api
from tests.world import World

REASON = {"reason": "Savcılık soruşturması", "case_number": "2026/1234"}
SAID = "salaklar yönetiyor"


async def expired(sessions: Sessions, message: MessageId) -> None:
    """As the retention job leaves it."""
    async with sessions.begin() as session:
        given = {"id": message, "at": datetime.now(UTC)}
        await session.execute(
            text("update messages set text = '', author_name = null, expired_at = :at where id = :id"), given
        )
        await session.execute(text("update revisions set text = '', expired_at = :at where message_id = :id"), given)


async def test_expired_content_is_said_to_be_and_the_decision_stays(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_stored_message(sessions, world.page, SAID, labels=(Label.INSULT,), disposition="contain")
    await expired(sessions, message)

    shown = (await api.get("director", f"/v1/messages/{message}")).json()

    assert "silindi" in shown["text"]
    assert shown["expired_at"]
    assert shown["author"] == {"id": "501", "name": None, "kind": None, "kind_source": None}
    assert shown["link"]
    (revision,) = shown["revisions"]
    assert "silindi" in revision["text"]
    (finding,) = shown["decisions"][0]["findings"]
    assert finding["label"] == "insult"
    assert finding["explanation"] == {}


async def test_a_director_holds_and_releases(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_stored_message(sessions, world.page, SAID)
    made = await api.post("director", f"/v1/messages/{message}/hold", REASON)
    assert made.status_code == 201, made.text
    shown = (await api.get("specialist", f"/v1/messages/{message}")).json()
    assert shown["hold"]["case_number"] == "2026/1234"

    again = await api.post("director", f"/v1/messages/{message}/hold", REASON)
    assert again.status_code == 409
    released = await api.call("director", "DELETE", f"/v1/messages/{message}/hold")
    assert released.status_code == 204
    assert (await api.get("director", f"/v1/messages/{message}")).json()["hold"] is None
    assert (await api.call("director", "DELETE", f"/v1/messages/{message}/hold")).status_code == 409


async def test_what_has_expired_cannot_be_held(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_stored_message(sessions, world.page, SAID)
    await expired(sessions, message)
    refused = await api.post("director", f"/v1/messages/{message}/hold", REASON)
    assert refused.status_code == 409
    assert "silinmiş" in refused.json()["detail"]
