"""A stage with hubs, on a database with real commits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from conversations.append_only import lifted
from conversations.models import Event
from dashboard import hub as hubs
from tests.dashboard.stage import Stage

NEVER = 3_600.0


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """Commits are real; at the end events may go, for once."""
    yield
    with lifted():
        Event.objects.all().delete()


@pytest.fixture
def stage(committed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Hubs compare only when they doubt, so that nothing is repaired by chance."""
    monkeypatch.setattr(hubs, "COMPARISON", NEVER)
    monkeypatch.setattr(hubs, "PULSE", 0.05)
    monkeypatch.setattr(hubs, "TILES", 0.05)
    monkeypatch.setattr(hubs, "TICK", 0.02)
    stage = Stage()
    yield stage
    stage.end()
    connection.close()
