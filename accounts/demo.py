"""What the rooms add to the demo floor, each in its own: `manage.py setup_demo` runs
these after it has loaded people and places. Safe to repeat."""

from __future__ import annotations

from collections.abc import Callable

STEPS: list[Callable[[], object]] = []
