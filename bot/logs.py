"""Logging as text or JSON lines, with secrets taken out."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog
from aiohttp.http_exceptions import HttpProcessingError

# Tokens, the addresses by which an answer could be forged within minutes, and the row that PostgreSQL complains of.
_SECRETS = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|https://hooks\.slack\.com/\S+|wss?://\S+ticket=\S+|DETAIL: .*")
_HIDDEN = "[hidden]"
_NO_NEWS = ("will be ignored", "will be unused", "ConnectionClosedOK", "Failed to retrieve WSS URL")


def set_up_logging(level: str, format_: str) -> None:
    """Send everything, our own lines and the libraries', to standard error in one format."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_secrets,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if format_ == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # It warns of every ring that waits for the one before to end; health shows when rings stay away.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    for noisy in ("slack_bolt", "slack_sdk", "aiosqlite", "alembic", "websockets", "aiohttp.access"):
        logging.getLogger(noisy).setLevel(max(logging.getLevelName(level), logging.WARNING))
    logging.getLogger("slack_bolt").addFilter(_is_news)
    logging.getLogger("aiohttp.server").addFilter(_is_ours)


def _is_news(record: logging.LogRecord) -> bool:
    """Leave out what Bolt warns of though it is as it should be.

    It finds the token of the environment beside the client that was given it, takes a connection closed in good order
    for an error, and tells at length of one refused, which `bot.connection` says in a sentence.
    """
    message = record.getMessage()
    return not any(words in message for words in _NO_NEWS)


def _is_ours(record: logging.LogRecord) -> bool:
    """Leave out what is no HTTP: anybody may send that, and it is answered with 400."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError)


def hide_secrets(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Replace every token in every value of a log line (FAULTS.md, S20)."""
    return {key: _SECRETS.sub(_HIDDEN, value) if isinstance(value, str) else value for key, value in event.items()}
