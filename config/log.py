"""Structured logs: lines for people or JSON for machines, never a message's text."""

from typing import Any

import structlog

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def settings(style: str, level: str) -> dict[str, Any]:
    """Django's LOGGING for this style, with structlog set to feed it."""
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
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django would print the same requests and errors a second time.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            "django.request": {"level": "ERROR"},
            "uvicorn": {"handlers": [], "propagate": True, "level": level},
            "uvicorn.error": {"level": level},
            "uvicorn.access": {"handlers": [], "propagate": False},
        },
    }


def _formatter(style: str) -> dict[str, Any]:
    ends: dict[str, list[Any]] = {
        "console": [structlog.dev.ConsoleRenderer(colors=False)],
        "json": [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    }
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *ends[style],
        ],
    }


def _handler() -> dict[str, Any]:
    return {"class": "logging.StreamHandler", "formatter": "lines"}
