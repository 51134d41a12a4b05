"""From message scores to one of seven levels, with trend and without flicker."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

WINDOW = 6
HALF_LIFE = 3
TREND_SPAN = 3
TREND_SHOWN_FROM = 0.12
NEUTRAL_PRIOR = 1.0
HYSTERESIS = 0.04
CLEAR = 0.11
LIMIT = 0.75
"""How far a message counts: halved by the prior it stays short of the extremes."""
PROFANITY = -1.0
"""The score of a profane message. No other message scores this low."""

Trend = Literal["falling", "rising", "steady"]
Score = float | None


class Level(StrEnum):
    """How the customer seems to feel, worst first; unknown is not neutral."""

    VERY_NEGATIVE = "very_negative"
    NEGATIVE = "negative"
    SLIGHTLY_NEGATIVE = "slightly_negative"
    NEUTRAL = "neutral"
    SLIGHTLY_POSITIVE = "slightly_positive"
    POSITIVE = "positive"
    VERY_POSITIVE = "very_positive"
    UNKNOWN = "unknown"


LADDER = tuple(level for level in Level if level is not Level.UNKNOWN)
CUT_OFFS = (-0.40, -0.24, -0.11, 0.11, 0.24, 0.40)
"""CUT_OFFS[n] lies between LADDER[n] and LADDER[n + 1]."""


@dataclass(frozen=True)
class Mood:
    """The mood of a conversation after its newest customer message.

    `points` are the readable scores of the last six messages, oldest first;
    `moved_by` is the index, in the scores given, of the message behind the trend.
    """

    level: Level
    score: float
    trend: Trend
    points: tuple[float, ...]
    moved_by: int | None


NO_MOOD = Mood(Level.UNKNOWN, 0.0, "steady", (), None)


def mood(scores: Sequence[Score], previous: Level) -> Mood:
    """The mood after the last of these customer messages, oldest first.

    The last nine are enough: six for the mood, three more for the trend. A score
    of None is a message that could not be read: it has its place but no weight.
    """
    points = tuple(score for score in scores[-WINDOW:] if score is not None)
    if not points:
        return NO_MOOD
    now = _weighted(scores)
    trend, moved_by = _trend(scores, now)
    level = _level(now, scores[-1], previous)
    return Mood(level, round(now, 3), trend, points, moved_by)


def mood_of_history(scores: Sequence[Score]) -> Mood:
    """The mood after all of them: what adding them one by one arrives at."""
    result = NO_MOOD
    for end in range(1, len(scores) + 1):
        result = mood(scores[:end], result.level)
    return result


def fell(before: Level, after: Level, threshold: Level) -> bool:
    """True when this change takes the mood to the threshold or below it."""
    if Level.UNKNOWN in (after, threshold):
        return False
    limit = LADDER.index(threshold)
    was_above = before is Level.UNKNOWN or LADDER.index(before) > limit
    return was_above and LADDER.index(after) <= limit


def _weighted(scores: Sequence[Score]) -> float:
    """Newest heaviest; the neutral prior keeps one message off the extremes."""
    newest_first = enumerate(reversed(scores[-WINDOW:]))
    weighed = [
        (math.pow(0.5, age / HALF_LIFE), max(-LIMIT, min(LIMIT, score)))
        for age, score in newest_first
        if score is not None
    ]
    total = sum(weight * score for weight, score in weighed)
    return total / (NEUTRAL_PRIOR + sum(weight for weight, _ in weighed))


def _trend(scores: Sequence[Score], now: float) -> tuple[Trend, int | None]:
    change = now - _weighted(scores[:-TREND_SPAN])
    if abs(change) < TREND_SHOWN_FROM:
        return "steady", None
    return ("rising" if change > 0 else "falling"), _mover(scores, change > 0)


def _mover(scores: Sequence[Score], rising: bool) -> int:
    """The message among the newest that moved the mood furthest that way."""
    first = max(0, len(scores) - TREND_SPAN)
    steps = {
        index: _weighted(scores[: index + 1]) - _weighted(scores[:index])
        for index in range(first, len(scores))
    }
    return (max if rising else min)(steps, key=lambda index: steps[index])


def _level(now: float, newest: Score, previous: Level) -> Level:
    index = _index(now, previous)
    if previous is not Level.UNKNOWN and newest is not None:
        index = _only_its_own_way(index, LADDER.index(previous), newest)
    if newest is not None and newest <= PROFANITY:
        index = min(index, LADDER.index(Level.NEGATIVE))
    return LADDER[index]


def _index(now: float, previous: Level) -> int:
    """Without hysteresis a mood that rests on a cut-off would flicker."""
    plain = _count_below(now)
    if previous is Level.UNKNOWN:
        return plain
    was = LADDER.index(previous)
    if abs(plain - was) != 1:
        return plain
    rises = plain > was
    return plain if _count_below(now + _further(rises)) == plain else was


def _further(rises: bool) -> float:
    return -HYSTERESIS if rises else HYSTERESIS


def _count_below(value: float) -> int:
    """Cut-offs mirror: exactly -.40 is very negative, exactly .40 very positive."""
    return sum(value > cut if cut < 0 else value >= cut for cut in CUT_OFFS)


def _only_its_own_way(index: int, was: int, newest: float) -> int:
    """An angry message never raises the level, although an angrier one may leave
    the window at the same moment; a glad one never lowers it."""
    if newest <= -CLEAR:
        return min(index, was)
    return max(index, was) if newest >= CLEAR else index
