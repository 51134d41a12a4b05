"""Events are for ever, but for the one command that says what it removed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from conversations import append_only, moments, retention
from conversations.events import SYSTEM, Kind, record
from conversations.models import Conversation, Event
from conversations.states import Situation
from tests import building

pytestmark = [pytest.mark.django_db, pytest.mark.behaviour]


def events_of(days: int, count: int = 1) -> list[int]:
    """As many events that happened so many days ago."""
    at = building.later(days=-days, hours=-1)
    made = [record(Kind.SETTINGS_CHANGED, at=at, by=SYSTEM) for _each in range(count)]
    _settle()
    return [event.pk for event in made]


def _settle() -> None:
    # PostgreSQL takes no trigger away while checks of this transaction are due; in
    # life retention has a transaction of its own.
    connection.check_constraints()


def _run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def kept() -> set[int]:
    return set(Event.objects.values_list("pk", flat=True))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE conversations_event SET reason = 'other'",
        "UPDATE conversations_event SET at = at",
        "DELETE FROM conversations_event",
    ],
)
def test_the_database_itself_keeps_events_as_they_are(statement: str) -> None:
    (event,) = events_of(days=1)
    with pytest.raises(DatabaseError, match="append-only"):
        _run(statement)
    assert Event.objects.get(pk=event).reason == ""


def test_the_orm_has_no_way_around_it() -> None:
    events_of(days=1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.update(kind="x")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.all().delete()


def test_a_closed_conversation_cannot_be_reopened_even_by_sql() -> None:
    closed = building.in_situation(Situation.CLOSED)
    reopen = "UPDATE conversations_conversation SET state='open', closed_at=NULL"
    with pytest.raises(DatabaseError, match="closed is final"):
        _run(reopen)
    assert Conversation.objects.get(pk=closed.pk).is_closed


def test_retention_removes_what_is_old_and_records_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    old, young = events_of(days=30, count=3), events_of(days=29)
    now = moments.now()
    with building.at(now):
        call_command("retain", days=30)
    cut = moments.iso(retention.cut_of(30))
    event = Event.objects.get(kind=Kind.EVENTS_REMOVED)
    assert kept() == {*young, event.pk}
    assert (event.data["count"], event.actor_kind) == (len(old), "system")
    assert str(event.data["cut"])[:16] == str(cut)[:16]
    assert capsys.readouterr().out.startswith("3 events before ")


def test_events_are_protected_again_afterwards() -> None:
    events_of(days=30)
    call_command("retain", days=7)
    _settle()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.all().delete()


def test_a_dry_run_removes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    old = events_of(days=30, count=2)
    call_command("retain", "--days=7", "--dry-run")
    assert kept() == set(old)
    assert "2 events" in capsys.readouterr().out


def test_nothing_old_is_no_event() -> None:
    young = events_of(days=3)
    call_command("retain", days=7)
    assert kept() == set(young)


@pytest.mark.parametrize("days", [0, -1])
def test_less_than_a_day_is_refused(days: int) -> None:
    old = events_of(days=30)
    with pytest.raises(CommandError, match="at least 1"):
        call_command("retain", days=days)
    assert kept() == set(old)


def test_the_records_of_removals_outlive_later_ones() -> None:
    with building.at(building.later(days=-40)):
        first = record(Kind.EVENTS_REMOVED, at=moments.now(), by=SYSTEM)
    _settle()
    call_command("retain", days=7)
    assert kept() == {first.pk}


def test_every_stroke_leaves_its_own_record(monkeypatch: pytest.MonkeyPatch) -> None:
    events_of(days=30, count=5)
    monkeypatch.setattr(retention, "record", _recorded_and_settled)
    assert retention.remove(retention.cut_of(7), stroke=2) == 5
    records = Event.objects.filter(kind=Kind.EVENTS_REMOVED).order_by("pk")
    assert [event.data["count"] for event in records] == [2, 2, 1]


def test_a_failure_on_the_way_leaves_events_protected() -> None:
    events_of(days=30)
    with pytest.raises(RuntimeError), transaction.atomic(), append_only.lifted():
        raise RuntimeError
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.all().delete()


def _recorded_and_settled(kind: Kind, **fields: Any) -> Event:
    event = record(kind, **fields)
    _settle()
    return event
