"""`make bench`: prints ratios. A slow or busy machine slows both sides of each."""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from app.embedded import start_postgres
from tests.bench.accepting import bench_accepting
from tests.bench.burst import bench_burst
from tests.bench.captures import bench_captures
from tests.bench.growth import bench_growth
from tests.bench.hiding import bench_hiding
from tests.bench.page import Section, conditions, write
from tests.bench.whole_way import bench_whole_way
from tests.bench.workers import bench_workers

BENCHMARKS: Mapping[str, Callable[[str, Path], Awaitable[Section]]] = {
    "accept": bench_accepting,
    "way": bench_whole_way,
    "hide": bench_hiding,
    "captures": bench_captures,
    "burst": bench_burst,
    "workers": bench_workers,
    "growth": bench_growth,
}


def main() -> int:
    """Run the benchmarks named on the command line, or all; with ``--write`` the page is written too."""
    writes = "--write" in sys.argv
    wanted = [word for word in sys.argv[1:] if word != "--write"] or list(BENCHMARKS)
    if unknown := sorted(set(wanted) - set(BENCHMARKS)):
        sys.stderr.write(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="nobet-bench-") as name:
        folder = Path(name)
        url, server = start_postgres(folder / "pg")
        with server:
            for word in wanted:
                measured_on = conditions()
                section = asyncio.run(_measured(BENCHMARKS[word], url, folder))
                print(section.lines(), flush=True)
                if writes:
                    write([(section, measured_on)])
    return 0


async def _measured(bench: Callable[[str, Path], Awaitable[Section]], url: str, folder: Path) -> Section:
    return await bench(url, folder)


if __name__ == "__main__":
    sys.exit(main())
