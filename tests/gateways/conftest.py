"""A stage for customers' sockets, on a database with real commits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings

from conversations.append_only import lifted
from conversations.models import Event
from gateways.chat import consumer
from live import lines
from tests.gateways.chat_stage import ChatStage

NEVER = 3_600.0


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """Commits are real; at the end events may go, for once."""
    yield
    with lifted():
        Event.objects.all().delete()


@pytest.fixture
def chat_stage(committed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatStage]:
    """Lines compare only when they are told to, so that no chance repairs anything."""
    monkeypatch.setattr(lines, "COMPARISON", NEVER)
    monkeypatch.setattr(lines, "SILENCE", NEVER)
    monkeypatch.setattr(lines, "TICK", 0.01)
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["floor.example.com", "testserver"])
    stage = ChatStage()
    monkeypatch.setattr(consumer, "chats", stage.lines)
    yield stage
    stage.end()
