"""Every situation with every action over HTTP: done, or refused and nothing changed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from conversations.models import Event
from conversations.reconciliation import differences
from conversations.states import Channel
from tests.calling import Answer, caller
from tests.supervisor.matrix import (
    ALLOWED,
    CELLS,
    NEEDED,
    REFUSED,
    WATCHING,
    WORDS,
    Floor,
    a_floor,
    assert_refused,
    last_event,
    row_now,
    stored,
)

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

EVENTS: Mapping[str, str] = {
    "monitor": "monitoring.started",
    "join": "supervisor.joined",
    "assign": "conversation.assigned",
    "transfer": "conversation.transfer_offered",
    "force_close": "conversation.force_closed",
}
CHANNELS: Mapping[str, Mapping[Channel, str]] = {
    "monitor": dict.fromkeys((Channel.VOICE, Channel.RECORD), "in_conversation"),
    "join": dict.fromkeys((Channel.VOICE, Channel.RECORD), "in_conversation"),
    "assign": dict.fromkeys((Channel.VOICE, Channel.RECORD), "open"),
    "transfer": {Channel.RECORD: "in_conversation"},
    "force_close": dict.fromkeys((Channel.VOICE, Channel.RECORD), "open"),
}
"""What goes on channels other than messaging too, and from where it is tried."""


def announced(floor: Floor, action: str) -> dict[str, object]:
    """What the detail page says of the action before it is tried."""
    actions = caller(floor.supervisor).get(floor.path("")).body["actions"]
    said: dict[str, object] = actions[action]
    return said


def assert_done(floor: Floor, action: str, done: Answer) -> None:
    """200 with the present row, one event more, everything as the action wants it."""
    assert done.status == 200, done.body
    assert done.body["conversation"] == row_now(floor)
    event = last_event()
    assert event.kind == EVENTS[action]
    assert event.actor == floor.supervisor
    assert event.conversation == floor.conversation
    checks = {"assign": offered, "transfer": offered, "force_close": closed}
    checks.get(action, watched)(floor, done, event)
    assert list(differences()) == []


def watched(floor: Floor, done: Answer, event: Event) -> None:
    """Nothing that others see has moved; the supervisor is in it."""
    mode = "monitor" if event.kind == EVENTS["monitor"] else "consult"
    you = [person for person in done.body["participants"] if person["you"]]
    assert [(p["kind"], p["mode"]) for p in you] == [("supervisor", mode)]
    assert done.body["conversation"]["version"] == floor.conversation.version
    assert event.changes == []


def offered(floor: Floor, done: Answer, event: Event) -> None:
    """The offer is out to the agent who was chosen, who holds its units."""
    row, offer, before = (
        done.body["conversation"],
        done.body["offer"],
        floor.conversation,
    )
    assert row["offer"] == offer
    assert offer["agent"] == floor.spare.pk
    assert done.body["units_over"] == 0
    assigned = event.kind == EVENTS["assign"]
    phase = "awaiting_acceptance" if assigned else "transfer_pending"
    assert (row["state"], row["phase"]) == (
        "active" if assigned else before.state,
        phase,
    )
    assert row["agent"] == before.agent_id
    floor.spare.refresh_from_db()
    assert floor.spare.used_units == before.units
    assert_versions(row, before.version, event, agents={floor.spare.pk})


def closed(floor: Floor, done: Answer, event: Event) -> None:
    """It is over, and nobody holds anything of it."""
    row, before = done.body["conversation"], floor.conversation
    assert (row["state"], row["status_reason"]) == ("closed", "force_closed")
    assert (row["offer"], row["phase"]) == (None, None)
    assert not before.holds.filter(released_at=None).exists()
    assert not before.participants.filter(left_at=None).exists()
    holders = set(before.holds.values_list("agent", flat=True))
    named = {c["id"] for c in event.changes if c["kind"] == "agent"}
    assert named <= holders
    assert_versions(row, before.version, event, agents=named)


def assert_versions(
    row: Mapping[str, object], before: int, event: Event, *, agents: set[int]
) -> None:
    """One up, named in the event, with exactly these agents."""
    assert row["version"] == before + 1
    named = {(c["kind"], c["id"]) for c in event.changes}
    assert named == {("conversation", row["id"]), *(("agent", pk) for pk in agents)}


@pytest.mark.parametrize(("situation", "action"), ALLOWED)
def test_what_the_table_allows_is_done(situation: str, action: str) -> None:
    floor = a_floor(situation)
    assert announced(floor, action) == {"allowed": True, "code": None, "detail": ""}
    events = Event.objects.count()
    done = floor.post(action)
    assert Event.objects.count() == events + 1
    assert_done(floor, action, done)


@pytest.mark.parametrize(("situation", "action"), REFUSED)
def test_what_the_table_forbids_is_refused_and_changes_nothing(
    situation: str, action: str
) -> None:
    floor = a_floor(situation)
    said, before = announced(floor, action), stored()
    refused = floor.post(action)
    assert stored() == before
    code = CELLS[situation, action]
    assert_refused(refused, floor, code)
    assert said == {"allowed": False, "code": code, "detail": refused.body["detail"]}
    if code == "wrong_state":
        assert_names_states(refused.body["detail"], situation, action)


def assert_names_states(sentence: str, situation: str, action: str) -> None:
    """The state that it is in, and those that would do."""
    would_do, is_ = sentence.split(";")
    assert is_.strip() == f"this one is {WORDS[situation]}."
    assert all(words in would_do for words in NEEDED[action])


@pytest.mark.parametrize(
    ("action", "channel"),
    [
        (action, channel)
        for action, channels in CHANNELS.items()
        for channel in channels
    ],
)
def test_calls_and_records_too(action: str, channel: Channel) -> None:
    floor = a_floor(CHANNELS[action][channel], channel=channel)
    assert_done(floor, action, floor.post(action))


@pytest.mark.parametrize("action", WATCHING)
def test_watching_goes_on_by_voice(action: str) -> None:
    floor = a_floor("in_conversation", elevated="video")
    assert_done(floor, action, floor.post(action))
