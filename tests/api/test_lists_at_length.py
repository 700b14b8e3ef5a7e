"""Every list, with each of its filters, is read from an index in the list's order, however much there is and however
rare what is asked for: the database looks at few rows and sorts none."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from app.api.app import create_app
from app.main import Service, running_service
from app.settings import Settings
from tests.api.calling import open_app
from tests.bench.growth import LISTS, grow
from tests.flow import by
from tests.processes import furnish
from tests.world import no_scores

MESSAGES, MONTHS = 4000, 4
BIG = ("messages", "decisions", "actions", "deliveries", "revisions", "reviews", "notifications", "audit", "evidence")
# A page, with what stands beside each row, in each month; a walk through everything would see thousands.
AT_MOST = 700
# Few rows are soon read and sorted; what is asked here is whether many would have to be.
AS_IF_MANY = "set enable_seqscan = off; set enable_sort = off; set enable_hashjoin = off; set enable_mergejoin = off"


@pytest.fixture
async def service(settings: Settings) -> AsyncIterator[Service]:
    async with running_service(settings, detect_language=lambda text: "tr", classify=no_scores) as running:
        yield running


@asynccontextmanager
async def _as_it_is(service: Service) -> AsyncIterator[Service]:
    yield service


@contextmanager
def _overheard(engine: AsyncEngine) -> Iterator[list[tuple[str, Any]]]:
    """The statements that the service makes meanwhile."""
    said: list[tuple[str, Any]] = []

    def hear(_: Any, __: Any, statement: str, parameters: Any, ___: Any, ____: Any) -> None:
        said.append((statement, parameters))

    event.listen(engine.sync_engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", hear)


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _is_big(node: Mapping[str, Any]) -> bool:
    return any(str(node.get("Relation Name", "")).startswith(name) for name in BIG)


def _wrong(plan: Mapping[str, Any]) -> list[str]:
    """What is wrong with a plan that was carried out."""
    nodes = [node for node in _nodes(plan) if node["Actual Loops"]]
    found = [
        f"reads all of {node['Relation Name']}" for node in nodes if node["Node Type"] == "Seq Scan" and _is_big(node)
    ]
    found += [
        f"sorts {node['Actual Rows']:.0f} rows"
        for node in nodes
        if node["Node Type"] == "Sort" and node["Actual Rows"] * node["Actual Loops"] > AT_MOST
    ]
    looked_at = sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0))
        * node["Actual Loops"]
        for node in nodes
        if "Scan" in node["Node Type"] and _is_big(node)
    )
    return found + ([f"looks at {looked_at:.0f} rows"] if looked_at > AT_MOST else [])


async def test_every_list_looks_at_few_rows(service: Service, database_url: str, tmp_path: Path) -> None:
    await furnish(database_url)
    await grow(database_url, number=MESSAGES, months=MONTHS)
    wrong: dict[str, list[str]] = {}

    async with open_app(create_app(lambda: _as_it_is(service))) as http, service.engine.connect() as connection:
        await connection.exec_driver_sql("set enable_seqscan = off")
        for setting in ("sort", "hashjoin", "mergejoin"):
            await connection.exec_driver_sql(f"set enable_{setting} = off")
        for listed in LISTS:
            middle = (await connection.exec_driver_sql(listed.deep)).one()
            with _overheard(service.engine) as said:
                for place in ({}, {"cursor": listed.cursor(middle)}):
                    path = httpx.URL(listed.path).copy_merge_params(place)
                    answer = await http.get(path, headers=by(listed.role))
                    assert answer.status_code == 200, answer.text
            for statement, parameters in said:
                if not statement.lstrip().lower().startswith("select") or " limit " not in statement.lower().replace(
                    "\n", " "
                ):
                    continue
                explained = await connection.exec_driver_sql(
                    f"explain (analyze, costs off, timing off, format json) {statement}", parameters
                )
                plan = explained.scalar_one()
                plan = json.loads(plan) if isinstance(plan, str) else plan
                if found := _wrong(plan[0]["Plan"]):
                    wrong[f"{listed.role} {listed.path}"] = found

    assert wrong == {}
