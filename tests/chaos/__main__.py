"""`make chaos`: breaks everything for some minutes and tells what did not survive it."""

import argparse
import asyncio
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from tests.chaos.report import failed, report
from tests.chaos.run import Wanted, run


def main() -> int:
    """Run once; 1 where anything does not hold. What was logged is kept then."""
    asked = _asked()
    seed = asked.seed if asked.seed is not None else secrets.randbelow(100_000)
    wanted = Wanted(
        seed=seed,
        messages=asked.messages,
        seconds=asked.minutes * 60,
        settle_seconds=asked.settle * 60,
        workers=asked.workers,
        services=asked.services,
    )
    folder = Path(tempfile.mkdtemp(prefix=f"nobet-chaos-{seed}-"))
    # A database server of another user must get in; nothing here is anyone's secret.
    folder.chmod(0o755)
    print(f"seed {seed}, logs in {folder}", flush=True)
    result = asyncio.run(run(wanted, folder, tell=lambda words: print(words, flush=True)))
    print(report(result), flush=True)
    if failed(result) or asked.keep:
        print(f"\nlogs and database are kept in {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed(result) else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="the same seed, the same stream and faults (default: any)")
    parser.add_argument("--messages", type=int, default=2_000, help="how many comments and messages")
    parser.add_argument("--minutes", type=float, default=5, help="for how long people write and things go wrong")
    parser.add_argument("--settle", type=float, default=15, help="minutes that it may take to come to rest")
    parser.add_argument("--workers", type=int, default=3, help="worker processes")
    parser.add_argument("--services", type=int, default=2, help="service processes")
    parser.add_argument("--keep", action="store_true", help="keep logs and database in any case")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
