"""What the domain counts, and how an outage is told."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import structlog
from django.db import OperationalError
from prometheus_client import REGISTRY

from conversations import clock
from conversations.states import Situation
from conversations.troubles import Troubles
from tests import building

Step = Callable[[], object]
Commits = Callable[..., AbstractContextManager[list[Step]]]


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"floorwalker_{name}", labels) or 0.0


@pytest.mark.django_db
def test_a_transition_is_counted_once_it_is_in_the_database(
    django_capture_on_commit_callbacks: Commits,
) -> None:
    opened = value("transitions_total", kind="conversation.opened")
    labels = {"sender": "customer", "visibility": "public"}
    said = value("messages_stored_total", **labels)
    with django_capture_on_commit_callbacks() as lost:
        building.arrives(text="Hello")
    assert lost and value("transitions_total", kind="conversation.opened") == opened
    with django_capture_on_commit_callbacks(execute=True):
        building.arrives(text="Hello")
    assert value("transitions_total", kind="conversation.opened") == opened + 1
    assert value("messages_stored_total", **labels) == said + 1


@pytest.mark.django_db
def test_offers_are_counted_by_what_became_of_them(
    django_capture_on_commit_callbacks: Commits,
) -> None:
    made = value("offers_total", kind="work", outcome="open")
    lost = value("offers_total", kind="work", outcome="timed_out")
    fired = value("timer_lag_seconds_count", kind="offer")
    waited = value("timer_lag_seconds_sum", kind="offer")
    with django_capture_on_commit_callbacks(execute=True):
        building.in_situation(Situation.AWAITING_ACCEPTANCE)
        with building.at(building.later(hours=1)):
            clock.fire_due()
    assert value("offers_total", kind="work", outcome="open") == made + 1
    assert value("offers_total", kind="work", outcome="timed_out") == lost + 1
    assert value("timer_lag_seconds_count", kind="offer") == fired + 1
    assert value("timer_lag_seconds_sum", kind="offer") > waited + 3_000


def events(work: Step) -> list[tuple[str, str]]:
    with structlog.testing.capture_logs() as lines:
        work()
    return [(line["log_level"], line["event"]) for line in lines]


def test_an_outage_is_told_when_it_begins_and_when_it_ends() -> None:
    troubles = Troubles("kitchen")
    labels = {"part": "kitchen", "what": "database"}

    def outage() -> None:
        for _each in range(100):
            troubles.failed("look", OperationalError("server closed the connection"))
        assert value("away", **labels) == 1
        for _each in range(100):
            troubles.worked("look")

    assert events(outage) == [("error", "database.away"), ("warning", "database.back")]
    assert value("away", **labels) == 0
    error = {"part": "kitchen", "work": "look", "error": "OperationalError"}
    assert value("failures_total", **error) == 100


def test_a_fault_of_ours_is_told_with_its_steps_and_is_no_outage() -> None:
    troubles = Troubles("cellar")

    def faults() -> None:
        troubles.failed("look", ValueError())
        troubles.failed("look", ValueError())
        troubles.failed("look", KeyError())
        troubles.failed("stir", KeyError())
        troubles.worked("look")

    assert events(faults) == [
        ("error", "cellar.work_failed"),
        ("error", "cellar.work_failed"),
        ("error", "cellar.work_failed"),
        ("warning", "database.back"),
    ]
    assert value("away", part="cellar", what="database") == 1
