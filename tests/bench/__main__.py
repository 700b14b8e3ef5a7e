"""`make bench`: prints ratios. A slow or busy machine slows both sides of each."""

import asyncio
import sys
import tempfile
from pathlib import Path

from app.embedded import start_postgres
from tests.bench.accepting import bench_accepting
from tests.bench.hiding import bench_hiding
from tests.bench.whole_way import bench_whole_way


def main() -> int:
    """Run the benchmarks named on the command line, or all."""
    wanted = set(sys.argv[1:]) or {"accept", "way", "hide"}
    with tempfile.TemporaryDirectory(prefix="nobet-bench-") as name:
        folder = Path(name)
        url, server = start_postgres(folder / "pg")
        if "accept" in wanted:
            asyncio.run(bench_accepting(url, folder))
        if "way" in wanted:
            asyncio.run(bench_whole_way(url, folder))
        if "hide" in wanted:
            asyncio.run(bench_hiding(url, folder))
        del server
    return 0


if __name__ == "__main__":
    sys.exit(main())
