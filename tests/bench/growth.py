"""A million messages against none: every list over HTTP, accepting and deciding, in one run."""

import base64
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx

from tests.bench.accepting import signed, webhook
from tests.bench.filling import LISTS_DECIDE, fill, rate, service_environment
from tests.bench.load import send_all
from tests.bench.page import Figure, Section
from tests.processes import free_port, fresh_database, listening, process

A_MILLION = Path(__file__).with_name("a_million.sql")
ASKED = 60
ROUNDS = 5
REQUESTS = 1_500
MESSAGES = 1_200


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list as it is asked for, and the SQL that tells a place in the middle of it, part by part."""

    path: str
    deep: str
    role: str = "director"

    @property
    def name(self) -> str:
        """The list's name in its cursors."""
        return self.path.split("?", 1)[0].rsplit("/", 1)[-1]

    def cursor(self, place: Iterable[object]) -> str:
        """The cursor that leads there."""
        plain = ".".join([self.name, *map(str, place)])
        return base64.urlsafe_b64encode(plain.encode()).rstrip(b"=").decode()


def _middle(table: str) -> str:
    return f"select (min(id) + max(id)) / 2 from {table}"  # noqa: S608  (our own words)


LISTS = (
    *(
        Listed(path=f"/v1/messages{query}", deep=_middle("messages"))
        for query in (
            "",
            "?account=1",
            "?platform=instagram",
            "?channel=dm",
            "?state=hidden",
            "?disposition=contain",
            "?disposition=keep",
            "?label=threat",
            "?label=praise",
            "?author=author_7919",
            "?label=insult&platform=facebook&state=deleted",
        )
    ),
    Listed(path="/v1/messages", deep=_middle("messages"), role="responsible"),
    Listed(path="/v1/messages", deep=_middle("messages"), role="service_unit"),
    *(
        Listed(path=f"/v1/actions{query}", deep=_middle("actions"))
        for query in ("", "?state=held", "?state=held&state=withheld", "?kind=reply", "?state=task&kind=hide")
    ),
    *(
        Listed(path=f"/v1/deliveries{query}", deep=_middle("deliveries"))
        for query in ("", "?state=quarantined", "?platform=youtube", "?state=quarantined&platform=youtube")
    ),
    Listed(path="/v1/reviews", deep="select 40, (max(id) / 2) from reviews"),
    Listed(path="/v1/reviews?state=decided", deep="select 40, (max(id) / 2) from reviews"),
    *(
        Listed(
            path=f"/v1/tasks{query}",
            deep="select 2, (extract(epoch from due_at) * 1000000)::bigint, id from tasks "
            "where id = (select max(id) / 2 from tasks)",
        )
        for query in ("", "?state=open", "?state=done")
    ),
    *(
        Listed(path=f"/v1/notifications{query}", deep=_middle("notifications"))
        for query in ("", "?acknowledged=false", "?acknowledged=true", "?urgency=urgent", "?open=true")
    ),
    Listed(path="/v1/notifications", deep=_middle("notifications"), role="service_unit"),
    Listed(path="/v1/evidence", deep=_middle("evidence")),
    *(Listed(path=f"/v1/audit{query}", deep=_middle("audit")) for query in ("", "?by=3", "?subject=message/1")),
)


async def bench_growth(server_url: str, folder: Path) -> Section:
    """Fill one database, leave another empty, and measure both by turns."""
    empty, full = await fresh_database(server_url), await fresh_database(server_url)
    begun = time.perf_counter()
    await grow(full, number=1_000_000, months=36)
    filled_in = time.perf_counter() - begun
    lists = await _lists(full, folder)
    accepting = await _by_turns(empty, full, folder, _accepted)
    deciding = await _by_turns(empty, full, folder, _decided)
    size = await _one(full, "select pg_size_pretty(pg_database_size(current_database()))")
    for url in (empty, full):
        await _drop(server_url, url)
    slowest = max(lists, key=lambda one: one[2])
    return Section(
        name="growth",
        title="At a million messages",
        about=(
            "Three years of messages, with their deliveries, decisions, actions, evidence, reviews, tasks and notices, "
            f"in monthly partitions ({size}, filled in {filled_in:.0f} s). Each list is asked {ASKED} times for its "
            "first page and for one deep in it, over HTTP, one request after the other. Accepting and deciding are "
            "measured by turns there and in an empty database."
        ),
        figures=[
            Figure(
                what="slowest list, p99",
                measured=f"{slowest[2] * 1000:.0f} ms",
                aim="under 50 ms",
                numbers=f"{slowest[0]}, p50 {slowest[1] * 1000:.0f} ms",
            ),
            _ratio("accepting, full against empty", accepting, "deliveries/s"),
            _ratio("deciding, full against empty", deciding, "messages/s"),
            *(
                Figure(
                    what=name,
                    measured=f"{p99 * 1000:.1f} ms",
                    aim="p99 under 50 ms",
                    numbers=f"p50 {p50 * 1000:.1f} ms",
                )
                for name, p50, p99 in lists
            ),
        ],
    )


def _ratio(what: str, rates: tuple[Sequence[float], Sequence[float]], unit: str) -> Figure:
    empty, full = (statistics.median(each) for each in rates)
    return Figure(
        what=what,
        measured=f"{full / empty:.2f}",
        aim="at least 0.9",
        numbers=f"{full:.0f} {unit} against {empty:.0f}, medians of {len(rates[0])} turns",
    )


async def grow(url: str, *, number: int, months: int) -> None:
    """Fill a furnished database with so many messages over so many months, and let the planner know of them."""
    script = A_MILLION.read_text(encoding="utf-8")
    connection = await asyncpg.connect(_plain(url))
    await connection.execute(script.replace(":messages", str(number)).replace(":months", str(months)), timeout=3600)
    await connection.execute("vacuum analyze", timeout=3600)
    await connection.close()


async def _lists(url: str, folder: Path) -> list[tuple[str, float, float]]:
    """Of each list and place: what it is called, p50 and p99 in seconds."""
    port, log = free_port(), folder / "growth.log"
    connection = await asyncpg.connect(_plain(url))
    measured = []
    environment = service_environment(url, folder)
    async with (
        process("-m", "app", "serve", "--port", str(port), environment=environment, log=log),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http,
    ):
        await listening(port)
        for listed in LISTS:
            cursor = listed.cursor((await connection.fetch(listed.deep))[0])
            for where, more in (("", {}), (", deep", {"cursor": cursor})):
                url_ = httpx.URL(listed.path).copy_merge_params(more)
                times = [await _timed(http, url_, listed.role) for _ in range(ASKED)][1:]
                at_most = statistics.quantiles(times, n=100, method="inclusive")
                measured.append((f"{listed.role} `{listed.path}`{where}", at_most[49], at_most[98]))
    await connection.close()
    return measured


async def _timed(http: httpx.AsyncClient, url: httpx.URL, role: str) -> float:
    begun = time.perf_counter()
    (await http.get(url, headers={"Authorization": f"Bearer {role}"})).raise_for_status()
    return time.perf_counter() - begun


async def _by_turns(
    empty: str, full: str, folder: Path, measure: Callable[[str, Path, int], Awaitable[float]]
) -> tuple[list[float], list[float]]:
    """A round each that warms up and does not count, then round after round in both."""
    rates: tuple[list[float], list[float]] = ([], [])
    for round_ in range(ROUNDS + 1):
        for url, found in zip((empty, full), rates, strict=True):
            one = await measure(url, folder, round_)
            if round_:
                found.append(one)
    return rates


async def _accepted(url: str, folder: Path, round_: int) -> float:
    port = free_port()
    first = 1_000_000 + round_ * REQUESTS
    bodies = [signed("/webhooks/facebook", webhook(number)) for number in range(first, first + REQUESTS)]
    environment = service_environment(url, folder)
    async with process("-m", "app", "serve", "--port", str(port), environment=environment, log=folder / "growth.log"):
        await listening(port)
        await send_all(port, bodies[:200])
        load = await send_all(port, bodies[200:])
    connection = await asyncpg.connect(_plain(url))
    await connection.execute("delete from pgqueuer")
    await connection.close()
    return load.per_second


async def _decided(url: str, folder: Path, round_: int) -> float:
    first = 2_000_000 + round_ * MESSAGES
    await fill(url, folder, [LISTS_DECIDE], range(first, first + MESSAGES))
    connection = await asyncpg.connect(_plain(url))
    # Told by their numbers: to count a million rows again and again would slow what is measured.
    before = await connection.fetchval("select last_value - (not is_called)::int from decisions_numbers")
    decided = f"select last_value - {int(before)} from decisions_numbers"  # noqa: S608  (a number of the database's)
    async with process("-m", "app", "worker", environment=service_environment(url, folder), log=folder / "growth.log"):
        found = await rate(connection, decided, MESSAGES, MESSAGES)
    await connection.close()
    return found


async def _one(url: str, query: str) -> str:
    connection = await asyncpg.connect(_plain(url))
    found = await connection.fetchval(query)
    await connection.close()
    return str(found)


async def _drop(server_url: str, url: str) -> None:
    connection = await asyncpg.connect(_plain(server_url))
    await connection.execute(f'drop database "{url.split("?", 1)[0].rsplit("/", 1)[-1]}" with (force)')
    await connection.close()


def _plain(url: str) -> str:
    return url.replace("postgresql+asyncpg://", "postgresql://")
