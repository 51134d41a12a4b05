"""How simulated agents behave."""

from collections import Counter
from itertools import islice

import pytest

from replay import conduct
from replay.conduct import SIMULATED, Answer, breaks, in_time, reaction, staff_for
from supervisor.demo import simulated_agents


def test_the_simulated_agents_are_those_of_the_demo_floor() -> None:
    assert list(SIMULATED) == [agent.username for agent in simulated_agents()]


@pytest.mark.parametrize("max_active", [1, 20, 60, 300, 100_000])
def test_there_are_enough_agents_and_all_queues_are_served(max_active: int) -> None:
    staff = staff_for(max_active)
    agents = [one for one in simulated_agents() if one.username in staff]
    assert len(agents) >= min(16, max_active)
    units = sum(agent.units for agent in agents)
    assert units >= 14 * min(max_active, 300)
    served = {queue for agent in agents for queue in agent.queues}
    assert served == {
        "Support",
        "Billing",
        "Sales",
        "Danish support",
        "Phone",
        "Cases",
    }


def test_each_agent_who_arrives_brings_room_for_their_share() -> None:
    rooms = conduct.room_for_each(60, 27)
    assert sum(rooms) == 60
    assert max(rooms) - min(rooms) <= 1
    assert sum(conduct.room_for_each(3, 16)) == 3


def test_reactions_repeat_with_the_seed() -> None:
    first = [reaction(1, 5, attempt) for attempt in range(20)]
    assert first == [reaction(1, 5, attempt) for attempt in range(20)]
    assert first != [reaction(2, 5, attempt) for attempt in range(20)]


def test_most_offers_are_accepted_and_few_are_declined_or_missed() -> None:
    answers = Counter(reaction(1, number, 0).answer for number in range(2000))
    assert answers[Answer.ACCEPT] > 1800
    assert 50 < answers[Answer.DECLINE] < 160
    assert 10 < answers[Answer.IGNORE] < 80


def test_some_offers_are_accepted_late() -> None:
    late = [reaction(1, n, 0).after for n in range(2000)]
    assert 60 < sum(after > 25 for after in late) < 250


@pytest.mark.parametrize(
    ("after", "left", "waits"), [(3, 120, 3), (90, 40, 32), (90, 8, 3), (5, 2, 0)]
)
def test_a_late_answer_still_beats_the_countdown(
    after: float, left: float, waits: float
) -> None:
    assert in_time(after, left) == waits


def test_breaks_repeat_and_are_shorter_than_work() -> None:
    mine = list(islice(breaks(1, "sim01"), 200))
    assert mine == list(islice(breaks(1, "sim01"), 200))
    assert mine != list(islice(breaks(1, "sim02"), 200))
    assert {pause.presence for pause in mine} == {"away", "do_not_disturb", "offline"}
    assert sum(p.length for p in mine) < 0.2 * sum(p.work for p in mine)


@pytest.mark.parametrize(
    ("presence", "used", "total", "pause"),
    [
        ("available", 0, 40, conduct.LOOK),
        ("busy", 30, 40, conduct.LOOK),
        ("busy", 35, 40, conduct.LOOK_FULL),
        ("do_not_disturb", 40, 40, conduct.LOOK_FULL),
        ("away", 0, 40, conduct.LOOK_ABSENT),
        ("offline", 20, 40, conduct.LOOK_ABSENT),
    ],
)
def test_whoever_gets_no_work_looks_less_often(
    presence: str, used: int, total: int, pause: float
) -> None:
    assert conduct.next_look(presence, used, total) == pause


@pytest.mark.parametrize(
    ("presence", "set_by", "reason", "after"),
    [
        ("available", "system", "unused", None),
        ("busy", "system", "partly_used", None),
        ("do_not_disturb", "system", "full", None),
        ("do_not_disturb", "system", "declined_offer", 0.0),
        ("offline", "system", "", 0.0),
        ("inactive", "system", "missed_offer", 0.0),
        ("away", "agent", "", 0.0),
        ("away", "supervisor", "", conduct.RESPECT),
    ],
)
def test_an_agent_comes_back_unless_something_keeps_them(
    presence: str, set_by: str, reason: str, after: float | None
) -> None:
    assert conduct.returns_after(presence, set_by, reason) == after
