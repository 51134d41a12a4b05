"""What the log leaves out, and that each line of it is one object."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from typing import Any

import pytest

from config import log
from config.environment import ROOT

WORDS = "my secret illness"


def raised() -> Exception:
    try:
        try:
            raise ValueError(WORDS)
        except ValueError as error:
            raise LookupError(f"Failing row contains {WORDS}") from error
    except LookupError as error:
        return error


@pytest.mark.parametrize("as_logging_does", [False, True])
def test_an_error_is_named_with_its_steps_and_without_its_message(
    as_logging_does: bool,
) -> None:
    error = raised()
    info: object = error
    if as_logging_does:
        info = (type(error), error, error.__traceback__)
    line = log.bare_trace(None, "error", {"event": "x", "exc_info": info})
    assert WORDS not in line["exception"]
    steps = line["exception"].splitlines()
    assert steps[1] == "builtins.ValueError"
    assert steps[-1] == "builtins.LookupError"
    assert "test_log.py" in steps[0] and steps[0].endswith(" raised")


def test_of_a_library_only_the_first_line_is_kept() -> None:
    said = f"Task exception was never retrieved\nfuture: <Task {WORDS}>"
    assert log.first_line(None, "error", {"event": said}) == {
        "event": "Task exception was never retrieved"
    }


@pytest.mark.parametrize(
    ("level", "library", "ours", "chatty"),
    [
        ("DEBUG", "INFO", "DEBUG", "WARNING"),
        ("INFO", "INFO", "INFO", "WARNING"),
        ("ERROR", "ERROR", "ERROR", "ERROR"),
    ],
)
def test_libraries_never_print_what_they_work_on(
    level: str, library: str, ours: str, chatty: str
) -> None:
    found = log.settings("json", level)
    assert found["root"]["level"] == library
    assert found["loggers"]["conversations"]["level"] == ours
    assert found["loggers"]["uvicorn.error"]["level"] == chatty


SPEAK = f"""
import logging, logging.config
import structlog
from config import log
logging.config.dictConfig(log.settings("json", "DEBUG"))
structlog.get_logger("dashboard.hub").info("hub.repaired", count=2)
logging.getLogger("websockets").debug("{WORDS}")
logging.getLogger("django.request").error("Internal Server Error: /{WORDS}")
logging.getLogger("asyncio").error("Task failed\\nfuture: {WORDS}")
try:
    raise ValueError("{WORDS}")
except ValueError:
    structlog.get_logger("live.lines").exception("line.failed")
"""


def test_in_production_each_line_is_one_object_without_words() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SPEAK], cwd=ROOT, capture_output=True, text=True
    )
    lines: list[dict[str, Any]] = [json.loads(s) for s in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == [
        "hub.repaired",
        "Task failed",
        "line.failed",
    ]
    assert WORDS not in done.stderr
    assert {"logger", "level", "timestamp", "pid"} <= lines[0].keys()
    assert lines[0]["count"] == 2
    assert logging.getLogger().level != logging.DEBUG
