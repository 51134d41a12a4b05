"""The panel's socket: transcript and people of one conversation, while one may look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session

from conversations.events import SYSTEM
from conversations.models import Conversation, Participant
from conversations.states import Situation
from conversations.transitions import handling, supervising
from dashboard import watching
from supervisor.sweep import end_all_watching, end_orphaned_watching
from tests import building
from tests.building import act
from tests.dashboard.stage import Socket, Stage, eventually
from tests.dashboard.test_rights import loses_queue, loses_role
from tests.dashboard.writers import House

pytestmark = pytest.mark.behaviour

SIGNED_OUT, FORBIDDEN = 4401, 4403


@pytest.fixture
def house(committed: None) -> House:
    return House()


@pytest.fixture
def talk(house: House) -> Conversation:
    """A conversation that the boss monitors."""
    talk = house.at(Situation.IN_CONVERSATION, text="Hello")
    building.monitors(talk, house.boss)
    return talk


def switch_off(house: House, talk: Conversation) -> None:
    building.settings_are(supervisor_monitor=False)
    end_orphaned_watching()


def scope_lost(house: House, talk: Conversation) -> None:
    loses_queue(None, house)  # type: ignore[arg-type]
    end_orphaned_watching()


def logged_out(house: House, talk: Conversation) -> None:
    end_all_watching(house.boss, reason="logout")


def closed(house: House, talk: Conversation) -> None:
    act(talk, lambda scene: supervising.force_close(scene, by=SYSTEM))


def left(house: House, talk: Conversation) -> None:
    act(talk, lambda scene: supervising.stop_watching(scene, house.boss))


ENDS: list[tuple[Callable[[House, Conversation], None], str]] = [
    (switch_off, "setting_off"),
    (scope_lost, "out_of_scope"),
    (logged_out, "logout"),
    (closed, "force_closed"),
    (left, "left"),
]


@pytest.mark.parametrize("hears", [True, False])
@pytest.mark.parametrize(("end", "reason"), ENDS)
def test_the_panel_ends_with_the_stay(
    end: Callable[[House, Conversation], None],
    reason: str,
    hears: bool,
    house: House,
    talk: Conversation,
    stage: Stage,
) -> None:
    hub = stage.hub(hears=hears)
    panel = stage.panel(hub, house.boss, talk.pk)
    end(house, talk)
    if not hears:
        assert panel.closed is None
        stage.call(hub.doubt)
    eventually(lambda: panel.closed, "the panel is closed")
    assert panel.closed == FORBIDDEN
    assert panel.said[-1] == {"type": "ended", "reason": reason}


def session_ends(user: User) -> None:
    Session.objects.all().delete()


def session_expires(user: User) -> None:
    Session.objects.update(expire_date=building.later(seconds=-1))


def is_deactivated(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("who", ["boss", "agent"])
@pytest.mark.parametrize("leave", [session_ends, session_expires, is_deactivated])
def test_whoever_is_signed_out_sees_nothing_more_within_a_comparison(
    leave: Callable[[User], None],
    who: str,
    house: House,
    talk: Conversation,
    stage: Stage,
) -> None:
    hub = stage.hub(hears=False)
    user = house.boss if who == "boss" else house.agent.user
    panel = stage.panel(hub, user, talk.pk)
    leave(user)
    stage.call(hub.doubt)
    eventually(lambda: panel.closed, "the panel is closed")
    # A deactivated supervisor's stay may be judged first; either way it ends.
    assert panel.closed in ({SIGNED_OUT, FORBIDDEN} if who == "boss" else {SIGNED_OUT})
    building.customer_says(talk, "Secret")
    stage.call(hub.doubt)
    assert b"Secret" not in panel.raw


def test_a_panel_never_shows_where_its_conversation_went(
    house: House, talk: Conversation, stage: Stage
) -> None:
    panel = stage.panel(stage.hub(), house.boss, talk.pk)
    eventually(lambda: "message" in panel.kinds(), "the transcript")
    act(talk, lambda scene: handling.release(scene, by=SYSTEM))
    act(talk, lambda scene: supervising.assign_to_queue(scene, house.other, by=SYSTEM))
    building.customer_says(talk, "Secret")
    eventually(lambda: panel.closed, "the panel is closed")
    assert panel.said[-1] == {"type": "ended", "reason": "out_of_scope"}
    queues = {frame["row"]["queue"] for frame in panel.said if frame["type"] == "row"}
    assert queues == {house.queue.pk}
    assert b"Secret" not in panel.raw
    assert b"assigned_to_queue" not in panel.raw
    assert end_orphaned_watching() == 1


def test_it_opens_with_everything_and_goes_on_with_what_is_new(
    house: House, talk: Conversation, stage: Stage
) -> None:
    panel = stage.panel(stage.hub(), house.boss, talk.pk)
    eventually(lambda: "message" in panel.kinds(), "the transcript")
    assert panel.kinds()[:4] == ["row", "participants", "timeline", "sentiment"]
    opening = len(panel.frames)
    building.customer_says(talk, "Are you there?")
    building.whispers(talk, house.boss, "Be kind.")
    eventually(lambda: b"Be kind." in panel.raw, "the whisper")
    messages = [f["message"] for f in panel.said[opening:] if f["type"] == "message"]
    assert [m["text"] for m in messages] == ["Are you there?", "Be kind."]
    ids = [f["message"]["id"] for f in panel.said if f["type"] == "message"]
    assert ids == sorted(set(ids))
    building.fresh(talk)
    rows = [f["row"] for f in panel.said if f["type"] == "row"]
    assert rows[-1]["version"] == talk.version


def test_without_doorbells_it_follows_with_the_comparison(
    house: House, talk: Conversation, stage: Stage
) -> None:
    hub = stage.hub(hears=False)
    panel = stage.panel(hub, house.boss, talk.pk)
    building.customer_says(talk, "Are you there?")
    stage.call(hub.doubt)
    eventually(lambda: b"Are you there?" in panel.raw, "the message")


def test_an_open_panel_gives_signs_of_life(
    house: House, talk: Conversation, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SIGN_OF_LIFE", 0.02)
    with building.at(building.later(minutes=-5)):
        supervising.see(_stays(house.boss), building.later(minutes=-5))
    before = _seen(house.boss)
    stage.panel(stage.hub(), house.boss, talk.pk)
    eventually(lambda: _seen(house.boss) > before, "seen again")
    assert end_orphaned_watching() == 0


def test_without_signs_of_life_the_stay_ends(house: House, talk: Conversation) -> None:
    with building.at(building.later(seconds=90)):
        assert end_orphaned_watching() == 1
    stay = Participant.objects.get(user=house.boss)
    assert stay.left_reason == "no_heartbeat"


def test_only_who_takes_part_or_monitors_may_open_it(
    house: House, talk: Conversation
) -> None:
    stranger = building.a_supervisor(queues=[house.queue])
    assert watching.may_open(talk.pk, house.boss)
    assert watching.may_open(talk.pk, house.agent.user)
    assert not watching.may_open(talk.pk, stranger)
    assert not watching.may_open(talk.pk + 1, house.boss)


def test_a_slow_panel_delays_no_other(
    house: House, talk: Conversation, stage: Stage
) -> None:
    hub = stage.hub()
    slow = stage.panel(hub, house.boss, talk.pk)
    quick = stage.panel(hub, house.agent.user, talk.pk)
    slow.gate.clear()
    for number in range(3):
        building.customer_says(talk, f"Number {number}")
    eventually(lambda: b"Number 2" in quick.raw, "all at the quick one")
    stage.release(slow)
    eventually(lambda: b"Number 2" in slow.raw, "all at the slow one")
    assert _texts(slow) == _texts(quick)


def test_a_role_lost_ends_it_by_the_sweep(
    house: House, talk: Conversation, stage: Stage
) -> None:
    hub = stage.hub()
    page = stage.page(hub, house.boss)
    panel = stage.panel(hub, house.boss, talk.pk)
    loses_role(page, house)
    assert end_orphaned_watching() == 1
    eventually(lambda: panel.closed == FORBIDDEN, "the panel is closed")
    assert panel.said[-1] == {"type": "ended", "reason": "role_missing"}


def _stays(user: User) -> list[int]:
    return list(Participant.objects.filter(user=user).values_list("pk", flat=True))


def _seen(user: User) -> datetime:
    seen_at = Participant.objects.get(user=user).seen_at
    assert seen_at is not None
    return seen_at


def _texts(panel: Socket) -> list[str]:
    return [f["message"]["text"] for f in panel.said if f["type"] == "message"]
