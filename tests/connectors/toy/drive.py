"""Run within a copy of the service that has the toy platform: one comment, from its webhook to being hidden."""

import asyncio
import json
import sys
from contextlib import nullcontext
from pathlib import Path

import httpx
from sqlalchemy import insert, text
from starlette.requests import Request
from starlette.responses import Response

from app.api.app import create_app
from app.main import running_service
from app.messages import DeliveryId, MessageId
from app.records.tables import accounts
from app.settings import Settings
from tests.connectors.loopback import listening
from tests.connectors.toy.toy import sign
from tests.flow import INSULT, activate, measured_policy
from tests.world import no_scores


async def main(database_url: str, folder: str) -> None:
    """Print the calls that the platform received."""
    calls: list[str] = []

    async def platform(request: Request) -> Response:
        calls.append(f"{request.method} {request.url.path}")
        return Response(status_code=204)

    async with listening(platform) as url:
        settings = Settings.model_validate(
            {
                "environment": "test",
                "captures_at_once": 0,
                "poll_every": {},
                "subscriptions_every": {},
                "database_url": database_url,
                "data_dir": Path(folder),
                "toy": {"secret": "s", "base_url": url, "access_tokens": {"page-1": "t"}},
            }
        )
        async with running_service(settings, detect_language=lambda _: "tr", classify=no_scores) as service:
            await activate(service.sessions, measured_policy())
            async with service.sessions.begin() as session:
                await session.execute(
                    insert(accounts).values(
                        platform="toy",
                        external_id="page-1",
                        page_id="page-1",
                        handle="ieu",
                        kind="official",
                        is_active=True,
                    )
                )
            app = create_app(lambda: nullcontext(service))
            async with app.router.lifespan_context(app):
                transport = httpx.ASGITransport(app=app)
                async with httpx.AsyncClient(transport=transport, base_url="http://nobet.test") as api:
                    comment = {"id": "c1", "author": "a1", "text": INSULT, "post": "p1"}
                    body = json.dumps({"page": "page-1", "comment": comment}).encode()
                    forged = await api.post("/webhooks/toy", content=body, headers={"x-toy-signature": "00"})
                    taken = await api.post("/webhooks/toy", content=body, headers={"x-toy-signature": sign("s", body)})
            async with service.sessions() as session:
                delivery = DeliveryId(await session.scalar(text("select id from deliveries")))
            await service.pipeline.handle_delivery(delivery)
            async with service.sessions() as session:
                message = MessageId(await session.scalar(text("select id from messages")))
            await service.pipeline.handle_message(message)
            async with service.sessions() as session:
                state = await session.scalar(text("select state from messages"))
    found = {"forged": forged.status_code, "taken": taken.status_code, "state": state, "calls": calls}
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
