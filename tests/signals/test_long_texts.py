"""A very long text holds nothing else up."""

import asyncio
from datetime import timedelta
from itertools import pairwise

from app.sandbox.meta.seed import ACCOUNTS
from tests.flow import Flow

LONG = "1 " * 50_000


async def test_a_worker_goes_on_while_it_judges_a_very_long_text(flow: Flow) -> None:
    loop = asyncio.get_running_loop()
    beats = [loop.time()]

    async def beat() -> None:
        while True:
            await asyncio.sleep(0.02)
            beats.append(loop.time())

    page = next(account for account in ACCOUNTS if account.platform == "facebook").external_id
    comment = {
        "item": "comment",
        "verb": "add",
        "from": {"id": "501", "name": "Ayşe Deneme"},
        "comment_id": "700_1",
        "post_id": f"{page}_700",
        "parent_id": f"{page}_700",
        "created_time": 1_780_000_000,
        "message": LONG,
    }
    changes = [{"field": "feed", "value": comment}]
    delivery = {"object": "page", "entry": [{"id": page, "time": 1_780_000_100, "changes": changes}]}

    beating = asyncio.create_task(beat())
    await flow.deliver("facebook", delivery)
    await flow.until(lambda: flow.rows("select id from decisions"), within=timedelta(minutes=1))
    beating.cancel()

    silences = [after - before for before, after in pairwise(beats)]
    assert max(silences) < (beats[-1] - beats[0]) / 2
