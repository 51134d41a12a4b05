"""Monitor, join, whisper, leave: who hears what, who is told, and what may be said."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from accounts.roles import Role, grant
from conversations.models import Event, Message, Participant
from conversations.states import Channel
from tests import building
from tests.calling import Answer, Caller, caller
from tests.supervisor.matrix import Floor, a_floor, assert_refused, row_now, stored

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def door(floor: Floor) -> Caller:
    return caller(floor.supervisor)


def says(floor: Floor, **body: object) -> Answer:
    return door(floor).post(floor.path("messages/"), {"text": "A refund?", **body})


def public_lines(floor: Floor) -> list[Mapping[str, object]]:
    """The transcript as the customer's door has it."""
    machine = caller(building.a_machine())
    answer = machine.get(floor.path("public-messages/"))
    lines: list[Mapping[str, object]] = answer.body["messages"]
    return lines


def people_for_agent(floor: Floor) -> list[str]:
    agent = floor.conversation.agent
    assert agent is not None
    detail = caller(agent.user).get(floor.path("")).body
    return [person["kind"] for person in detail["participants"]]


def test_monitoring_twice_is_one_monitoring() -> None:
    floor = a_floor("in_conversation")
    assert floor.post("monitor").status == 200
    events = Event.objects.count()
    again = floor.post("monitor")
    assert again.status == 200
    assert Event.objects.count() == events
    assert Participant.objects.filter(user=floor.supervisor).count() == 1


def test_several_supervisors_see_each_other() -> None:
    floor = a_floor("in_conversation")
    colleague = building.a_supervisor(queues=[floor.queue])
    floor.post("monitor")
    seen = floor.post("monitor", colleague).body["participants"]
    watching = [(p["name"], p["you"]) for p in seen if p["mode"] == "monitor"]
    assert watching == [(floor.supervisor.username, False), (colleague.username, True)]


def test_nobody_else_sees_a_monitor() -> None:
    floor = a_floor("in_conversation")
    before, people = public_lines(floor), people_for_agent(floor)
    row = row_now(floor)
    floor.post("monitor")
    says(floor)
    assert public_lines(floor) == before
    assert people_for_agent(floor) == people == ["customer", "agent"]
    assert row_now(floor) == row


def test_a_monitor_can_only_whisper() -> None:
    floor = a_floor("in_conversation")
    floor.post("monitor")
    before = stored()
    refused = says(floor, visibility="public")
    assert (refused.status, refused.code) == (403, "not_participant")
    assert "join" in refused.body["detail"]
    assert stored() == before
    whispered = says(floor, visibility="internal")
    assert whispered.status == 200
    assert whispered.body["message"]["sender"]["kind"] == "supervisor"
    assert Event.objects.order_by("pk").last().kind == "message.whispered"  # type: ignore[union-attr]


def test_the_agent_sees_who_whispers() -> None:
    floor = a_floor("in_conversation")
    floor.post("monitor")
    says(floor)
    agent = floor.conversation.agent
    assert agent is not None
    lines = caller(agent.user).get(floor.path("messages/")).body["messages"]
    assert (lines[-1]["sender"]["name"], lines[-1]["visibility"]) == (
        floor.supervisor.username,
        "internal",
    )


def test_who_does_not_watch_neither_reads_nor_writes() -> None:
    floor = a_floor("in_conversation", text="Where is my parcel?")
    before = stored()
    for refused in (says(floor), door(floor).get(floor.path("messages/"))):
        assert (refused.status, refused.code) == (403, "not_participant")
        assert b"parcel" not in refused.raw
    assert stored() == before


def test_joining_tells_agent_and_customer() -> None:
    floor = a_floor("in_conversation")
    joined = floor.post("join")
    assert joined.status == 200
    told = public_lines(floor)[-1]
    assert (told["code"], told["params"]) == (
        "supervisor_joined",
        {"name": floor.supervisor.username},
    )
    assert people_for_agent(floor) == ["customer", "agent", "supervisor"]


def test_a_joined_supervisor_speaks_in_private_unless_told_otherwise() -> None:
    floor = a_floor("in_conversation")
    floor.post("join")
    before = public_lines(floor)
    assert says(floor).body["message"]["visibility"] == "internal"
    assert public_lines(floor) == before
    assert says(floor, visibility="public").body["message"]["visibility"] == "public"
    assert public_lines(floor)[-1]["text"] == "A refund?"


def test_joining_a_monitored_one_is_the_same_stay() -> None:
    floor = a_floor("in_conversation")
    floor.post("monitor")
    floor.post("join")
    floor.post("join")
    stays = Participant.objects.filter(user=floor.supervisor)
    assert [(stay.mode, stay.left_at) for stay in stays] == [("consult", None)]
    codes = [line["code"] for line in public_lines(floor)]
    assert codes.count("supervisor_joined") == 1


def test_leaving_is_told_and_monitoring_goes_on() -> None:
    floor = a_floor("in_conversation")
    floor.post("join")
    left = door(floor).delete(floor.path("join/"))
    assert left.status == 200
    assert [p["mode"] for p in left.body["participants"] if p["you"]] == ["monitor"]
    assert public_lines(floor)[-1]["code"] == "supervisor_left"
    building.fresh(floor.conversation)
    assert floor.conversation.situation == "in_conversation"


@pytest.mark.parametrize(("start", "told"), [("monitor", False), ("join", True)])
def test_to_stop_watching_is_to_leave_altogether(start: str, told: bool) -> None:
    floor = a_floor("in_conversation")
    floor.post(start)
    stopped = door(floor).delete(floor.path("monitor/"))
    assert stopped.status == 200
    assert not any(person["you"] for person in stopped.body["participants"])
    codes = [line["code"] for line in public_lines(floor)]
    assert ("supervisor_left" in codes) is told
    event = Event.objects.order_by("pk").last()
    assert event is not None
    assert (event.kind, event.data["why"]) == ("monitoring.ended", "left")


@pytest.mark.parametrize("what", ["monitor/", "join/"])
def test_who_does_not_watch_has_nothing_to_leave(what: str) -> None:
    floor = a_floor("in_conversation")
    before = stored()
    refused = door(floor).delete(floor.path(what))
    assert (refused.status, refused.code) == (409, "not_monitoring")
    assert refused.body["conversation"] == row_now(floor)
    assert stored() == before


def test_a_monitor_has_no_join_to_leave() -> None:
    floor = a_floor("in_conversation")
    floor.post("monitor")
    refused = door(floor).delete(floor.path("join/"))
    assert (refused.status, refused.code) == (409, "not_monitoring")


@pytest.mark.parametrize("what", ["monitor/", "join/"])
def test_who_was_a_supervisor_once_learns_nothing_by_leaving(what: str) -> None:
    floor = a_floor("in_conversation")
    floor.supervisor.groups.clear()
    refused = door(floor).delete(floor.path(what))
    assert (refused.status, refused.code) == (404, "not_found")
    assert refused == door(floor).delete(f"conversations/999999/{what}")


def test_who_was_a_supervisor_once_learns_nothing_by_writing() -> None:
    floor = a_floor("in_conversation")
    floor.supervisor.groups.clear()
    assert says(floor).code == "not_found"


@pytest.mark.parametrize("joined", [False, True])
def test_with_the_switch_off_nobody_whispers_on(joined: bool) -> None:
    floor = a_floor("in_conversation")
    floor.post("join" if joined else "monitor")
    building.settings_are(supervisor_monitor=False)
    refused = says(floor)
    assert (refused.status, refused.code) == (403, "setting_off")
    assert refused.body["setting"] == "supervisor_monitor"
    assert not Message.objects.filter(text="A refund?").exists()


def test_what_is_said_too_late_is_answered_with_the_row() -> None:
    floor = a_floor("wrap_up")
    floor.post("join")
    before = stored()
    assert_refused(says(floor, visibility="public"), floor, "wrong_state")
    assert stored() == before
    assert says(floor).status == 200


def test_a_message_sent_twice_is_said_once() -> None:
    floor = a_floor("in_conversation")
    floor.post("monitor")
    first, second = says(floor, client_id="a1"), says(floor, client_id="a1")
    assert first == second
    assert Message.objects.filter(text="A refund?").count() == 1


# Consent and notice


@pytest.mark.parametrize("action", ["monitor", "join"])
def test_watching_waits_for_consent_and_begins_with_it(action: str) -> None:
    floor = a_floor("in_conversation")
    building.settings_are(consent_mode="consent")
    assert_refused(floor.post(action), floor, "consent_missing")
    machine = caller(building.a_machine())
    answer = {"given": False, "text_version": "2026-1"}
    assert machine.post(floor.path("consent/"), answer).status == 200
    assert_refused(floor.post(action), floor, "consent_missing")
    answered = machine.post(floor.path("consent/"), {**answer, "given": True})
    assert answered.body["conversation"]["consent_recorded"] is True
    assert floor.post(action).status == 200


@pytest.mark.parametrize("action", ["transfer", "force_close"])
def test_consent_is_about_watching_alone(action: str) -> None:
    floor = a_floor("in_conversation")
    building.settings_are(consent_mode="consent")
    assert floor.post(action).status == 200


@pytest.mark.parametrize("channel", list(Channel))
def test_the_notice_is_said_first_on_every_channel(channel: Channel) -> None:
    building.settings_are(consent_mode="notice", customer_notice="We may listen.")
    stream = building.a_workstream(channel)
    machine = caller(building.a_machine())
    body = {"workstream": stream.pk, "text": "Hello"}
    opened = machine.post("conversations/", body)
    path = f"conversations/{opened.body['id']}/public-messages/"
    first, second = machine.get(path).body["messages"]
    assert (first["sender"]["kind"], first["code"]) == ("system", "notice")
    assert (first["text"], second["text"]) == ("We may listen.", "Hello")


def test_api_access_can_not_assign_but_can_force_close() -> None:
    floor = a_floor("open")
    grant(floor.supervisor, Role.API_ACCESS)
    assert floor.post("assign").code == "api_role_present"
    closed = floor.post("force_close")
    assert (closed.status, closed.body["conversation"]["state"]) == (200, "closed")
