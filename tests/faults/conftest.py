"""Where these tests may run, and the table that they fill."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.faults import table
from tests.faults.lan import allowed

RESULTS = Path(__file__).resolve().parents[2] / "bench" / "results" / "faults.json"
NEED_A_LAN = {"test_faults.py", "test_soak.py", "test_disk_full.py"}
NOT_ALLOWED = "Network namespaces are not allowed here (they need root and iproute2): "


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """On a machine of somebody's own they are left out, aloud; CI must have them."""
    if collection_path.name not in NEED_A_LAN or "CI" in os.environ or allowed():
        return None
    return True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table, where there is one; what was left out, where something was."""
    if not allowed():
        left_out = ", ".join(sorted(NEED_A_LAN))
        terminalreporter.write_line(f"{NOT_ALLOWED}{left_out} did not run.")
    if table.lines:
        terminalreporter.section("faults")
        terminalreporter.write(table.shown())
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        RESULTS.write_text(json.dumps(table.plain(), indent=2) + "\n")
