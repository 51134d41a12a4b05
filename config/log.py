"""Structured logs: lines for people or JSON for machines, never a message's text."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any

import structlog

ROOMS = (
    "accounts",
    "config",
    "conversations",
    "dashboard",
    "desk",
    "gateways",
    "live",
    "replay",
    "supervisor",
)
Line = MutableMapping[str, Any]


def with_process(_logger: object, _method: str, line: Line) -> Line:
    """Which process says it: several of them write into one log."""
    line["pid"] = os.getpid()
    return line


def first_line(_logger: object, _method: str, line: Line) -> Line:
    """Of what libraries say: behind it they print what they were working on."""
    said = str(line.get("event", "")).strip()
    line["event"] = said.split("\n", 1)[0]
    return line


def bare_trace(_logger: object, _method: str, line: Line) -> Line:
    """Where it went wrong, and the class of the error. Its message stays out: a
    database, for one, quotes the row that it refused, with the customer's words."""
    info = line.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else info
    error = sys.exception() if error is True else error
    if isinstance(error, BaseException):
        line["exception"] = "\n".join(_steps(error))
    return line


def _steps(error: BaseException) -> Iterator[str]:
    cause = error.__cause__ or (
        None if error.__suppress_context__ else error.__context__
    )
    if cause is not None:
        yield from _steps(cause)
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"{frame.filename}:{frame.lineno} {frame.name}"
    yield f"{type(error).__module__}.{type(error).__qualname__}"


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    with_process,
]


def settings(style: str, level: str) -> dict[str, Any]:
    """Django's LOGGING for this style, with structlog set to feed it.

    `level` is for our own rooms. Libraries never go below INFO: at DEBUG some of them
    print every statement with its values, or every frame of a socket.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": _formatter(style)},
        "handlers": {"stderr": _handler()},
        "root": {"handlers": ["stderr"], "level": _at_least("INFO", level)},
        "loggers": {**_libraries(level), **{room: {"level": level} for room in ROOMS}},
    }


def _libraries(level: str) -> dict[str, dict[str, Any]]:
    to_root: dict[str, Any] = {"handlers": [], "propagate": True}
    quiet = {**to_root, "level": _at_least("WARNING", level)}
    return {
        "django": to_root,
        # What `config.requests` says already, without paths and messages.
        "django.server": {"handlers": [], "propagate": False},
        "django.request": {"level": "CRITICAL"},
        "uvicorn": quiet,
        # At INFO it prints addresses with their query strings.
        "uvicorn.error": quiet,
        "uvicorn.access": {"handlers": [], "propagate": False},
        "httpx": quiet,
        # Prints every attempt to reach a database that is away.
        "psycopg.pool": {"level": "ERROR"},
    }


def _at_least(floor: str, level: str) -> str:
    numbers = logging.getLevelNamesMapping()
    return max(floor, level, key=numbers.__getitem__)


def _formatter(style: str) -> dict[str, Any]:
    ends: dict[str, Any] = {
        "console": structlog.dev.ConsoleRenderer(colors=False),
        "json": structlog.processors.JSONRenderer(),
    }
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*SHARED, first_line],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            bare_trace,
            ends[style],
        ],
    }


def _handler() -> dict[str, Any]:
    return {"class": "logging.StreamHandler", "formatter": "lines"}
