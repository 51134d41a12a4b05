"""The judge is judged: made-up screens that lie are caught, honest ones are not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.faults.judge import Judge, Look, Sight

EVERY = 0.1
Version = Mapping[float, int | None]
"""From which second on the database has a thing at which version; None: not at all."""


def judge_of(
    until: float, gap: tuple[float, float] = (0, 0), **things: Version
) -> Judge:
    """Looks at a database in which these things change, but for those in the gap."""
    judge = Judge()
    for number in range(int(until / EVERY) + 1):
        at = number * EVERY
        if not gap[0] < at < gap[1]:
            judge.look(Look(at, at + 0.01, picture(at, things)))
    return judge


def picture(at: float, things: Mapping[str, Version]) -> dict[str, int]:
    found = {}
    for name, versions in things.items():
        newest = max((since for since in versions if since <= at), default=None)
        version = None if newest is None else versions[newest]
        if version is not None:
            found[name] = version
    return found


def seen(at: float, kind: str = "live", **shown: int) -> Sight:
    return Sight(0, at, kind, shown)


CHANGED: Version = {0: 1, 5: 2}
CLOSED: Version = {0: 1, 5: None}
OPENED: Version = {5: 1}
AWAY_AND_BACK: Version = {0: 1, 5: None, 6: 3}


@pytest.mark.parametrize(
    ("thing", "sight"),
    [
        (CHANGED, seen(8.2, x=1)),
        (CLOSED, seen(8.2, x=1)),
        (OPENED, seen(8.2)),
        (AWAY_AND_BACK, seen(9.2, x=1)),
        (CHANGED, seen(14.2, "polling", x=1)),
    ],
    ids=["older", "closed", "lacking", "left and back", "polling on and on"],
)
def test_a_screen_that_lies_is_caught(thing: Version, sight: Sight) -> None:
    lies = judge_of(sight.at + 0.3, x=thing).lies(sight)
    assert [(lie.thing, lie.kind, lie.at) for lie in lies] == [
        ("x", sight.kind, sight.at)
    ]


@pytest.mark.parametrize(
    ("thing", "sight"),
    [
        (CHANGED, seen(8.2, x=2)),
        (CHANGED, seen(7.9, x=1)),
        (CHANGED, seen(30, "reconnecting", x=1)),
        (CHANGED, seen(13.8, "polling", x=1)),
        (CLOSED, seen(7.9, x=1)),
        (CLOSED, seen(8.2)),
        (OPENED, seen(7.9)),
        (OPENED, seen(5.05, x=1)),
        (AWAY_AND_BACK, seen(8.2, x=3)),
        (AWAY_AND_BACK, seen(8.2)),
        ({0: 1, 8.2: 2}, seen(8.15, x=2)),
        ({0: 1, 8.2: None}, seen(8.15)),
    ],
    ids=[
        *(
            "right",
            "late",
            "owns up",
            "polls",
            "late to close",
            "closed",
            "late to open",
        ),
        *("ahead with a new one", "back", "away for a moment", "ahead", "ahead, gone"),
    ],
)
def test_an_honest_screen_is_not(thing: Version, sight: Sight) -> None:
    assert judge_of(sight.at + 0.3, x=thing).lies(sight) == []


def test_what_happened_while_the_judge_was_away_is_not_counted() -> None:
    judge = judge_of(12.3, gap=(6, 7.5), x=CHANGED)
    assert judge.lies(seen(8.2, x=1)) == []
    assert not judge.watched(8.2, 3)
    assert judge.lies(seen(12, x=1)) != []


def test_a_report_waits_for_a_look_that_began_later() -> None:
    judge = judge_of(8, x=CHANGED)
    assert judge.can_judge(7.99)
    assert not judge.can_judge(8.01)
    assert judge.lies(seen(8.01, x=1)) == []
