"""One line per event on standard error, and never the token."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

TOKEN = re.compile(r"\d{5,}:[\w-]{20,}")
_PLAIN = re.compile(r"[^\s\"=\\]+")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# They write every address they call at INFO, and the token is part of the address.
_TALKATIVE = ("httpx", "httpcore", "aiohttp.access")

logger = logging.getLogger(__name__)


def redact(text: str) -> str:
    """The text with everything that looks like a bot token taken out.

    >>> redact("https://api.telegram.org/bot123456:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K/getMe")
    'https://api.telegram.org/bot<token>/getMe'
    """
    return TOKEN.sub("<token>", text)


def as_text(event: Mapping[str, Any]) -> str:
    """One line of key=value; a value with spaces, quotes or line ends is quoted as in JSON.

    >>> as_text({"event": "cell done", "outcome": "ok"})
    'event="cell done" outcome=ok'
    """
    return " ".join(f"{key}={_quoted(str(value))}" for key, value in event.items())


def as_json(event: Mapping[str, Any]) -> str:
    """One JSON object on one line."""
    return json.dumps(event, ensure_ascii=False, default=str)


def start(level: str, form: str) -> None:
    """Send every logger's events, and exceptions that nobody caught, to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Line({"text": as_text, "json": as_json}[form]))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _uncaught


class _Line(logging.Formatter):
    """The finished line is redacted: message, arguments, extras and traceback alike."""

    def __init__(self, write: Callable[[Mapping[str, Any]], str]) -> None:
        super().__init__()
        self.write = write

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        event |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info:
            event["traceback"] = self.formatException(record.exc_info)
        return redact(self.write(event))


def _quoted(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logger.critical("uncaught exception", exc_info=(kind, error, trace))
