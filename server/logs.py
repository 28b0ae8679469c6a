"""Logs: event names and ids. What people wrote never gets here, and what slips through is dropped."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

NEVER = frozenset(
    {"name", "mail", "phone", "token", "password", "reason", "text", "note", "address", "cookie", "body", "ticket"}
)


def drop_content(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Remove fields that could hold a person's words or a secret."""
    for key in NEVER.intersection(event):
        del event[key]
    return event


def set_up(level: str, form: str) -> None:
    """Send every log line to standard error, as JSON or for a console."""
    renderer: Any = (
        structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            drop_content,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
