"""Where these tests may run, and the table that they fill."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.faults import table
from tests.faults.lan import allowed

RESULTS = Path(__file__).resolve().parents[2] / "bench" / "results" / "faults.json"
NOT_ALLOWED = "network namespaces are not allowed here (they need root and `ip`)"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """On a machine of somebody's own they are left out, aloud; CI must have them."""
    if "CI" in os.environ or collection_path.name not in NEED_A_LAN:
        return None
    return None if allowed() else True


NEED_A_LAN = {"test_faults.py", "test_lan.py"}


def pytest_report_header() -> str:
    return "" if allowed() else f"faults: left out, {NOT_ALLOWED}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table, where there is one."""
    if not table.lines:
        return
    terminalreporter.section("faults")
    terminalreporter.write(table.shown())
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(table.plain(), indent=2) + "\n")
