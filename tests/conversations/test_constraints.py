"""What the database itself refuses, whoever writes: raw writes past all transitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Model

from conversations import append_only
from conversations.models import (
    Agent,
    Conversation,
    Event,
    FloorSettings,
    Hold,
    Message,
    Offer,
    Participant,
    Session,
    Timer,
)
from conversations.states import Situation
from tests import building

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def copied(row: Model, **changes: Any) -> None:
    """Insert the same row once more, with other values."""
    row.pk = None
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def another_user() -> User:
    return building.a_user()


def second_primary() -> None:
    copied(Participant.objects.get(mode="primary"), user=another_user())


def second_stay() -> None:
    copied(Participant.objects.get(mode="primary"), mode="monitor")


def second_open_offer() -> None:
    copied(Offer.objects.get(state="open"), agent=building.an_agent())


def second_open_session() -> None:
    copied(Session.objects.get(closed_at=None))


def second_open_hold() -> None:
    copied(Hold.objects.filter(cause="session")[0])


def second_timer() -> None:
    copied(Timer.objects.get(kind="offer"))


def message_twice() -> None:
    Message.objects.filter(code="agent_joined").update(client_id="m-1")
    copied(Message.objects.get(client_id="m-1"), public_number=99)


def number_twice() -> None:
    copied(Message.objects.get(code="agent_joined"))


def second_settings() -> None:
    FloorSettings.objects.create(pk=2)


def set_to(model: type[Model], **values: Any) -> Callable[[], None]:
    def write() -> None:
        model._default_manager.update(**values)

    return write


@pytest.mark.parametrize(
    "write",
    [
        second_primary,
        second_stay,
        second_open_offer,
        second_open_session,
        second_open_hold,
        second_timer,
        message_twice,
        number_twice,
        second_settings,
        set_to(Hold, units=0),
        set_to(Hold, units=-1),
        set_to(Agent, used_units=-1),
        set_to(Conversation, state="open"),
        set_to(Conversation, state="open", phase=""),
        set_to(Conversation, phase="nonsense"),
        set_to(Conversation, phase="in_conversation"),
        set_to(Conversation, offer=None),
        set_to(Conversation, phase="in_conversation", offer=None, agent=None),
        set_to(Conversation, state="closed", phase="", offer=None),
        set_to(Offer, state="accepted"),
        set_to(FloorSettings, declines_allowed=6),
    ],
)
def test_a_write_against_the_rules_is_refused(write: Callable[[], None]) -> None:
    building.settings_are(declines_allowed=2)
    building.in_situation(Situation.TRANSFER_PENDING)
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE conversations_event SET kind = 'never.happened'",
        "DELETE FROM conversations_event",
    ],
)
def test_events_are_append_only(statement: str) -> None:
    building.arrives()
    before = list(Event.objects.values())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(statement)
    assert list(Event.objects.values()) == before != []


def test_only_retention_lifts_that_and_only_for_its_block() -> None:
    building.arrives()
    with append_only.lifted():
        sql("DELETE FROM conversations_event")
    assert not Event.objects.exists()
    building.arrives()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql("DELETE FROM conversations_event")


@pytest.mark.parametrize("state", ["open", "active", "waiting", "wrap_up"])
def test_a_closed_conversation_stays_closed_in_the_database(state: str) -> None:
    it = building.in_situation(Situation.CLOSED)
    with pytest.raises(DatabaseError, match="closed is final"), transaction.atomic():
        sql(f"UPDATE conversations_conversation SET state = '{state}', closed_at=NULL")
    assert building.fresh(it).situation is Situation.CLOSED
