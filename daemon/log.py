"""The daemon's log: one line an event, JSON for machines, plain for a person at a terminal; outside text made safe."""

import json
import logging
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from station.store.names import shown
from station.text import Phrase, clean, say

LOGGER = "station.daemon"
FILE_BYTES, FILES = 10_000_000, 10


class EventLog:
    """Says events by their text id; `language` is that of the words in the lines."""

    def __init__(self, language: str) -> None:
        self._logger = logging.getLogger(LOGGER)
        self._language = language

    def info(self, event: str, **params: Any) -> None:
        """Something happened as it should."""
        self._say(logging.INFO, event, params)

    def warning(self, event: str, **params: Any) -> None:
        """Somebody should look."""
        self._say(logging.WARNING, event, params)

    def failure(self, event: str, error: BaseException, **params: Any) -> None:
        """The daemon ran into something it did not expect, and goes on; with the traceback."""
        detail = f"{type(error).__name__}: {error}"
        self._say(logging.ERROR, event, {**params, "detail": detail}, error)

    def text(self, message: str, **params: Any) -> str:
        """A text in the log's language."""
        return say(message, self._language, **_safe(params))

    def _say(self, level: int, event: str, params: dict[str, Any], error: BaseException | None = None) -> None:
        places = {name: self._said(value) for name, value in _safe(params).items()}
        extra = {"event": event, "params": places}
        self._logger.log(level, "%s", self.text(event, **params), exc_info=error, extra=extra)

    def _said(self, value: Any) -> Any:
        """A phrase in the words of the line: JSON has no phrases."""
        return say(value.message, self._language, **value.params) if isinstance(value, Phrase) else value


def _safe(params: dict[str, Any]) -> dict[str, Any]:
    return {name: shown(value) if isinstance(value, str) else value for name, value in params.items()}


class JsonLines(logging.Formatter):
    """{"at", "level", "event", "text", …places} in one line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", record.name),
            "text": clean(record.getMessage()),
            **getattr(record, "params", {}),
        }
        if record.exc_info:
            line["trace"] = clean(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """Time and text, for a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        sign = {logging.WARNING: "! ", logging.ERROR: "!! "}.get(record.levelno, "")
        return f"{datetime.fromtimestamp(record.created).astimezone():%H:%M:%S}  {sign}{clean(record.getMessage())}"


def open_log(folder: Path, language: str) -> EventLog:
    """Log to standard error and to `folder`. Raises OSError."""
    logger = logging.getLogger(LOGGER)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    close_log()
    screen = logging.StreamHandler(sys.stderr)
    screen.setFormatter(PlainLines() if sys.stderr.isatty() else JsonLines())
    kept = RotatingFileHandler(
        folder / "watch.jsonl", maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8", delay=True
    )
    kept.setFormatter(JsonLines())
    for handler in (screen, kept):
        logger.addHandler(handler)
    return EventLog(language)


def close_log() -> None:
    """Give the log files back."""
    logger = logging.getLogger(LOGGER)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
