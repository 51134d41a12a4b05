"""`/ws/desk/`: who may open it, what it is told, and every way in which it ends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session

from accounts import tokens
from accounts.roles import Role
from conversations import attendance, doorbell, moments
from conversations.events import Actor
from conversations.models import Agent, Conversation, OpenSocket
from conversations.states import Presence, Situation, Visibility
from conversations.transitions import handling, supervising
from desk import commands
from desk.picture import picture_of
from live import lines
from live.sockets import SERVER_GOES
from tests import building
from tests.conversations import asking
from tests.desk.desk_screen import DeskScreen
from tests.desk.desk_stage import DeskStage, Tab, eventually

pytestmark = pytest.mark.behaviour

PROTOCOL_ERROR, SIGNED_OUT, FORBIDDEN, TOO_SLOW = 4400, 4401, 4403, 4408


def fresh(agent: Agent) -> DeskScreen:
    """What a desk that opens now shows."""
    screen = DeskScreen()
    _picture, whole = picture_of(agent.pk)
    screen.take(json.loads(json.dumps({"type": "desk", **whole})))
    return screen


def must_follow(tab: Tab, agent: Agent) -> None:
    wanted = fresh(agent).shown
    tab.must_show(lambda screen: screen.shown == wanted, "as a fresh desk")


@pytest.fixture
def talk(committed: None) -> tuple[Conversation, Agent]:
    building.settings_are(agent_notice="")
    it, agent = asking.talk(text="Hello")
    return it, agent


Talk = tuple[Conversation, Agent]


def test_all_at_first_then_what_is_new(talk: Talk, desk_stage: DeskStage) -> None:
    it, agent = talk
    tab = desk_stage.come(agent.user)
    assert [frame["type"] for frame in tab.frames[:2]] == ["hello", "desk"]
    building.customer_says(it, "Are you there?")
    must_follow(tab, agent)
    asking.raises_hand(it)
    must_follow(tab, agent)
    assert len(tab.of("desk")) == 1


def test_with_doorbells_lost_the_comparison_finds_it(
    talk: Talk, desk_stage: DeskStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    it, agent = talk
    tab = desk_stage.come(agent.user)
    monkeypatch.setattr(doorbell, "_all", [])
    building.customer_says(it, "Are you there?")
    asked = asking.ask(building.fresh(it), building.an_agent())
    desk_stage.compare()
    must_follow(tab, agent)
    tab.must_hear("pulse")
    assert tab.screen.entries[it.pk]["consults"][0]["id"] == asked.pk


def test_the_pulse_proves_what_is_shown(talk: Talk, desk_stage: DeskStage) -> None:
    _it, agent = talk
    tab = desk_stage.come(agent.user)
    desk_stage.compare()
    tab.must_hear("pulse")
    pulse = tab.of("pulse")[-1]
    assert set(pulse) == {"type", "server_time", "compared_at", "digest", "count"}
    assert (pulse["digest"], pulse["count"]) == (tab.look().digest, 1)


def test_refresh_tells_everything_anew(talk: Talk, desk_stage: DeskStage) -> None:
    _it, agent = talk
    tab = desk_stage.come(agent.user)
    tab.send({"type": "refresh"})
    tab.must_hear("desk", 2)
    must_follow(tab, agent)


def test_two_tabs_show_the_same_and_the_last_one_counts(
    talk: Talk, desk_stage: DeskStage
) -> None:
    it, agent = talk
    one, two = desk_stage.come(agent.user), desk_stage.come(agent.user)
    building.agent_says(it, "Yes!")
    for tab in (one, two):
        must_follow(tab, agent)
    one.leave()
    agent.refresh_from_db()
    assert agent.presence != Presence.OFFLINE
    two.leave()
    agent.refresh_from_db()
    assert (agent.presence, agent.presence_reason) == ("offline", "disconnected")
    assert not OpenSocket.objects.exists()


def test_an_accepted_offer_opens_on_every_tab(
    committed: None, desk_stage: DeskStage
) -> None:
    it = building.in_situation(Situation.AWAITING_ACCEPTANCE)
    assert it.offer is not None and it.offer.agent is not None
    agent, offer = it.offer.agent, it.offer.pk
    tabs = [desk_stage.come(agent.user) for _each in range(2)]
    assert all(tab.screen.offers.keys() == {offer} for tab in tabs)
    commands.accept(agent.user, offer)
    for tab in tabs:
        must_follow(tab, agent)
        assert tab.screen.ended == {offer: "accepted"}
        assert tab.screen.entries.keys() == {it.pk}


# Who may open it


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.API_ACCESS, Role.ADMINISTRATOR])
def test_others_than_agents_have_no_desk(
    role: Role, committed: None, desk_stage: DeskStage
) -> None:
    tab = desk_stage.connect(building.a_user("", role))
    tab.must_be_closed(FORBIDDEN)
    assert tab.raw == []
    assert not OpenSocket.objects.exists()


def test_the_role_alone_makes_no_agent(committed: None, desk_stage: DeskStage) -> None:
    desk_stage.connect(building.a_user("", Role.AGENT)).must_be_closed(FORBIDDEN)


def test_no_session_no_desk_and_a_token_is_none(
    talk: Talk, desk_stage: DeskStage
) -> None:
    _it, agent = talk
    token = f"Token {tokens.issue(agent.user)}".encode()
    for headers in ((), [(b"authorization", token)]):
        tab = desk_stage.connect(None, headers)
        tab.must_be_closed(SIGNED_OUT)
        assert tab.raw == []


# How it ends


def session_ends(user: User) -> None:
    Session.objects.all().delete()


def is_deactivated(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def loses_role(user: User) -> None:
    user.groups.remove(Group.objects.get(name=Role.AGENT))


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        (session_ends, SIGNED_OUT),
        (is_deactivated, SIGNED_OUT),
        (loses_role, FORBIDDEN),
    ],
)
def test_a_right_that_is_lost_closes_it_within_a_comparison(
    ends: Callable[[User], None], code: int, talk: Talk, desk_stage: DeskStage
) -> None:
    it, agent = talk
    tab = desk_stage.come(agent.user)
    ends(agent.user)
    desk_stage.compare()
    tab.must_be_closed(code)
    eventually(lambda: not OpenSocket.objects.exists(), "nobody is there")
    heard = len(tab.raw)
    building.customer_says(it, "Secret")
    desk_stage.compare()
    assert len(tab.raw) == heard
    agent.refresh_from_db()
    assert agent.presence == Presence.OFFLINE


@pytest.mark.parametrize(
    "nonsense",
    [
        "not json",
        "[]",
        {"type": "shout"},
        {"type": "ping", "more": 1},
        {"type": "typing"},
        {"type": "typing", "conversation": "1", "visibility": "public"},
        {"type": "typing", "conversation": True, "visibility": "public"},
        {"type": "typing", "conversation": 1, "visibility": "secret"},
        "x" * 2_000,
    ],
)
def test_nonsense_closes_it(
    nonsense: object, talk: Talk, desk_stage: DeskStage
) -> None:
    tab = desk_stage.come(talk[1].user)
    tab.send(nonsense)
    tab.must_be_closed(PROTOCOL_ERROR)


def test_a_silent_browser_is_gone(
    talk: Talk, desk_stage: DeskStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _it, agent = talk
    silent, talking = desk_stage.come(agent.user), desk_stage.come(agent.user)
    monkeypatch.setattr(lines, "SILENCE", -1.0)
    for line in list(desk_stage.lines._lines):
        if line.socket == max(OpenSocket.objects.values_list("pk", flat=True)):
            line.heard_at += 3_600
    desk_stage.compare()
    silent.must_be_closed(TOO_SLOW)
    assert talking.closed is None
    eventually(lambda: OpenSocket.objects.count() == 1, "one is left")
    agent.refresh_from_db()
    assert agent.presence != Presence.OFFLINE


def test_a_ping_is_a_sign_of_life(talk: Talk, desk_stage: DeskStage) -> None:
    tab = desk_stage.come(talk[1].user)
    (line,) = desk_stage.lines._lines
    line.heard_at = 0.0
    tab.send({"type": "ping"})
    eventually(lambda: line.heard_at > 0, "heard")
    assert tab.closed is None


def test_given_up_by_a_clock_the_page_must_come_anew(
    talk: Talk, desk_stage: DeskStage
) -> None:
    """Its process stood still for too long: nobody counts as there any more."""
    _it, agent = talk
    tab = desk_stage.come(agent.user)
    with building.at(building.later(seconds=16)):
        assert attendance.end_lost_sockets() == 1
    agent.refresh_from_db()
    assert agent.presence == Presence.OFFLINE
    desk_stage.compare()
    tab.must_be_closed(TOO_SLOW)
    again = desk_stage.come(agent.user)
    agent.refresh_from_db()
    assert agent.presence != Presence.OFFLINE
    assert again.look().agent["presence"] == agent.presence


def test_where_the_server_goes_the_agent_stays_for_the_next(
    talk: Talk, desk_stage: DeskStage
) -> None:
    _it, agent = talk
    desk_stage.come(agent.user).leave(SERVER_GOES)
    assert OpenSocket.objects.count() == 1
    agent.refresh_from_db()
    assert agent.presence != Presence.OFFLINE


# Typing


def test_typing_reaches_the_others_in_it_and_not_oneself(
    talk: Talk, desk_stage: DeskStage
) -> None:
    it, agent = talk
    friend, elsewhere = building.an_agent("mads"), building.an_agent()
    asking.helped(it, friend)
    mine, theirs, nobody = (
        desk_stage.come(each.user) for each in (agent, friend, elsewhere)
    )
    frame = {"type": "typing", "conversation": it.pk, "visibility": "internal"}
    nobody.send(frame)
    mine.send(frame)
    theirs.must_hear("typing")
    (heard,) = theirs.of("typing")
    assert heard["sender"] == {"kind": "agent", "name": agent.name}
    assert heard["visibility"] == Visibility.INTERNAL
    # Not added yet: the customer must not see that somebody else is there.
    theirs.send({**frame, "visibility": "public"})
    theirs.send(frame)
    mine.must_hear("typing")
    assert {each["visibility"] for each in mine.of("typing")} == {"internal"}
    assert nobody.of("typing") == []


# A monitor


NUMBER = re.compile(r'"(id|version|state_version|user|conversation)": \d+')
STAMP = re.compile(r'"(server_time|compared_at)": ?"[^"]+"')


def test_a_monitor_changes_no_frame_of_a_desk(
    committed: None, desk_stage: DeskStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same story twice, once watched; the clock stands still, so that nothing but
    the watching could differ."""
    queue = building.a_queue()
    agent = building.an_agent("nora", queues=[queue], units=4_000)
    bosses = [building.a_supervisor(queues=[queue]) for _each in "ab"]
    stream = building.a_workstream(queue=queue, active_close_seconds=7200)
    still = building.later(seconds=0)
    monkeypatch.setattr(moments, "now", lambda: still)
    stories = []
    for watchers in ([], bosses):
        it = building.in_situation(
            Situation.IN_CONVERSATION, stream=stream, agent=agent, text="Hello"
        )
        stories.append(_story(desk_stage, it, agent, watchers))
        asking.force_closes(it, bosses[0])
    alone, watched = stories
    assert watched == alone
    assert len(alone) > 5


def _story(
    stage: DeskStage,
    it: Conversation,
    agent: Agent,
    bosses: list[User],
) -> list[str]:
    tab = stage.come(agent.user)
    for boss in bosses:
        building.monitors(it, boss)
    stage.compare()
    tab.must_hear("pulse")
    building.customer_says(it, "Still there?")
    must_follow(tab, agent)
    for boss in bosses:
        building.act(it, partial(supervising.stop_watching, user=boss))
    stage.compare()
    tab.must_hear("pulse", 2)
    by = Actor.agent(agent)
    building.act(it, lambda s: handling.save_notes(s, "Noted", by=by))
    must_follow(tab, agent)
    frames = [_timeless(frame, it) for frame in tab.frames]
    tab.leave()
    return frames


def _timeless(frame: dict[str, object], it: Conversation) -> str:
    """Without what differs between any two conversations: ids, names and digests."""
    text = STAMP.sub("T", json.dumps(frame, sort_keys=True))
    text = re.sub(r'"digest": "[0-9a-f]{16}"', "D", text)
    text = re.sub(
        r'"(id|last|version|state_version|earlier|user|conversation)": \d+', "N", text
    )
    return text.replace(f'"{it.pk}"', "C")
