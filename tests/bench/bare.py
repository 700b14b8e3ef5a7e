"""The baselines: as little as the same work could take with the same parts."""

import hashlib
import hmac
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
import uvicorn
import uvloop
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgPoolDriver
from pgqueuer.models import Job
from pgqueuer.types import QueueExecutionMode
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

DSN = os.environ["BENCH_DSN"]
SECRET = os.environ.get("BENCH_SECRET", "").encode()


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    async with asyncpg.create_pool(DSN, min_size=10, max_size=20) as pool:
        app.state.pool = pool
        yield


async def accept(request: Request) -> Response:
    """Check the signature, do one INSERT."""
    body = await request.body()
    expected = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers.get("x-hub-signature-256", "")):
        return Response(status_code=401)
    await request.app.state.pool.execute("insert into bare (body) values ($1)", body)
    return Response(status_code=200)


async def work() -> None:
    """Run jobs that do one INSERT each, until there are none."""
    async with asyncpg.create_pool(DSN, min_size=2, max_size=20) as pool:
        queue = PgQueuer(AsyncpgPoolDriver(pool))

        @queue.entrypoint("bare", on_failure="hold", accepts_context=False)
        async def bare(job: Job) -> None:
            await pool.execute("insert into bare (body) values ($1)", job.payload)

        await queue.run(
            batch_size=10,
            max_concurrent_tasks=20,
            mode=QueueExecutionMode.drain,
            heartbeat_timeout=timedelta(seconds=12),
            log_aggregation_interval=timedelta(0),
        )


if __name__ == "__main__":
    if sys.argv[1] == "accept":
        uvicorn.run(
            Starlette(routes=[Route("/accept", accept, methods=["POST"])], lifespan=lifespan),
            port=int(sys.argv[2]),
            log_config=None,
            access_log=False,
        )
    else:
        uvloop.run(work())
