"""Runs the HTTP service under uvicorn."""

import uvicorn

from app.api.app import create_app
from app.api.connection import BoundedConnection
from app.evidence.objects import ObjectStore
from app.logs import configure_logs
from app.main import lasting_service
from app.settings import Settings


def serve(*, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; requests in hand are finished first."""
    settings = Settings()
    settings.require_database_url()
    # Opened once before the server starts: what is wrong with it is told in a sentence.
    ObjectStore(settings.evidence_store_url)
    configure_logs(level=settings.log_level, form=settings.log_format)
    uvicorn.run(
        create_app(lambda: lasting_service(settings)),
        host=host,
        port=port,
        http=BoundedConnection,
        # Nothing here speaks WebSocket.
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        # Who called is told by the header that the settings trust, and by no other (`app.api.guesses`).
        proxy_headers=False,
        timeout_graceful_shutdown=int(settings.shutdown_grace.total_seconds()),
    )
