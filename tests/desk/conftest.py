"""A stage for desks' sockets, on a database with real commits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conversations.append_only import lifted
from conversations.models import Event
from desk import consumers
from live import lines
from tests.desk.desk_stage import DeskStage

NEVER = 3_600.0


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """Commits are real; at the end events may go, for once."""
    yield
    with lifted():
        Event.objects.all().delete()


@pytest.fixture
def desk_stage(committed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskStage]:
    """Lines compare only when they are told to, so that no chance repairs anything."""
    monkeypatch.setattr(lines, "COMPARISON", NEVER)
    monkeypatch.setattr(lines, "SILENCE", NEVER)
    monkeypatch.setattr(lines, "TICK", 0.01)
    stage = DeskStage()
    monkeypatch.setattr(consumers, "desks", stage.lines)
    yield stage
    stage.end()
