"""The tiles that are kept as things move are those that counting anew would give."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.states import Presence, State
from dashboard.floor import AgentItem, ConversationItem, Item, QueueItem
from dashboard.tally import SLACK, Tally, Today
from tests.dashboard.things import agent, conversation, queue

ONGOING = [State.OPEN, State.ACTIVE, State.WAITING, State.WRAP_UP]
PLACES = st.integers(1, 4)
SINCE = st.none() | st.integers(0, 59).map(lambda s: f"2026-01-01T00:00:{s:02}.000Z")
TALKS = st.builds(
    lambda state, at, since: replace(
        conversation(queue=at), state=state, wait_since=since
    ),
    st.sampled_from(ONGOING),
    st.integers(1, 2),
    SINCE,
)
STAFF = st.builds(
    lambda presence, used: replace(agent(), presence=presence, used=used),
    st.sampled_from(list(Presence)),
    st.integers(0, 50),
)
QUEUES = st.builds(
    lambda seconds: replace(queue(), service_level_seconds=seconds),
    st.integers(1, 99),
)
STEPS = st.lists(st.tuples(PLACES, st.none() | TALKS | STAFF | QUEUES), max_size=40)


def counted(shown: dict[tuple[str, int], Item]) -> dict[str, object]:
    """The same figures, said anew from the definitions."""
    talks = [i for i in shown.values() if isinstance(i, ConversationItem)]
    staff = [i for i in shown.values() if isinstance(i, AgentItem)]
    present = [one for one in staff if one.presence != Presence.OFFLINE]
    waits = [one for one in talks if one.wait_since is not None]
    free = {Presence.AVAILABLE, Presence.BUSY}
    return {
        "ongoing": len(talks),
        **{str(s): sum(one.state == s for one in talks) for s in ONGOING},
        "waiting_for_agent": len(waits),
        "longest_wait_since": min((w.wait_since or "" for w in waits), default=None),
        "agents_available": sum(
            one.presence in free and one.used < one.total for one in present
        ),
        "agents_on": len(present),
        "agents_total": len(staff),
        "units_used": sum(one.used for one in present),
        "units_total": sum(one.total for one in present),
    }


@given(STEPS)
@settings(max_examples=200)
def test_kept_figures_are_the_counted_ones(
    steps: list[tuple[int, Item | None]],
) -> None:
    tally = Tally()
    shown: dict[tuple[str, int], Item] = {}
    for pk, item in steps:
        kind = type(item).__name__ if item is not None else "ConversationItem"
        before = shown.pop((kind, pk), None)
        if before is not None:
            tally.take(pk, before)
        if item is not None:
            shown[kind, pk] = item
            tally.put(pk, item)
        tiles = tally.tiles({})
        assert counted(shown).items() <= tiles.items()
        since, target = (
            tiles["longest_wait_since"],
            tiles["longest_wait_target_seconds"],
        )
        known = [
            i.service_level_seconds for i in shown.values() if type(i) is QueueItem
        ]
        assert target is None or (since is not None and target in known)


def test_what_waits_no_longer_does_not_pile_up() -> None:
    tally = Tally()
    waiting = replace(conversation(), wait_since="2026-01-01T00:00:00.000Z")
    tally.put(1, waiting)
    for _each in range(10 * SLACK):
        tally.put(2, waiting)
        tally.take(2, waiting)
        tally.tiles({})
    assert len(tally._heap) <= 2 * len(tally._waits) + SLACK + 1


def test_the_day_is_that_of_the_queues_on_the_screen() -> None:
    tally = Tally()
    tally.put(1, queue())
    days = {1: Today(4, 3, 1), 2: Today(50, 50, 50)}
    assert (
        tally.tiles(days).items()
        >= {
            "accepted_today": 4,
            "abandoned_today": 1,
            "service_level": 0.6,
            "abandon_rate": 0.2,
        }.items()
    )
