"""The mood of a conversation: how its level moves from message to message."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.sentiment import (
    Level,
    fell,
    mood,
    mood_of_history,
    scorer,
)
from conversations.sentiment.levels import CUT_OFFS, LADDER, LIMIT, PROFANITY, Score
from conversations.sentiment.measure import f1_by_label, main

ordinary = st.floats(-LIMIT, LIMIT).map(lambda value: round(value, 3))
readable = st.one_of(ordinary, st.just(PROFANITY))
histories = st.lists(st.one_of(readable, st.none()), max_size=20)


def rank(level: Level) -> int:
    return LADDER.index(level)


# The level of a conversation


def test_no_customer_message_is_unknown() -> None:
    assert mood([], Level.UNKNOWN).level is Level.UNKNOWN
    assert mood_of_history([]).points == ()


@given(st.lists(st.none(), max_size=12), st.sampled_from(Level))
def test_unknown_stays_unknown(scores: list[None], previous: Level) -> None:
    result = mood(scores, previous)
    assert (result.level, result.trend) == (Level.UNKNOWN, "steady")


@given(readable)
def test_one_message_never_reaches_an_extreme(score: float) -> None:
    level = mood([score], Level.UNKNOWN).level
    assert level not in (Level.VERY_NEGATIVE, Level.VERY_POSITIVE)


@pytest.mark.parametrize(
    ("score", "level"),
    [
        (-0.48, Level.NEGATIVE),
        (-0.22, Level.SLIGHTLY_NEGATIVE),
        (-0.2, Level.NEUTRAL),
        (0.0, Level.NEUTRAL),
        (0.22, Level.SLIGHTLY_POSITIVE),
        (0.48, Level.POSITIVE),
    ],
)
def test_a_first_message_counts_half(score: float, level: Level) -> None:
    assert mood([score], Level.UNKNOWN).level is level
    assert mood([score], Level.UNKNOWN).score == score / 2


def test_the_newest_of_six_weighs_most() -> None:
    weights = [0.5 ** (age / 3) for age in range(6)]
    expected = weights[0] * 0.7 / (1 + sum(weights))
    assert mood([0, 0, 0, 0, 0, 0.7], Level.NEUTRAL).score == round(expected, 3)


@given(histories.filter(lambda scores: len(scores) >= 6), readable, readable)
def test_the_seventh_oldest_message_has_no_effect_on_the_score(
    scores: list[Score], one: float, other: float
) -> None:
    first, second = (
        mood([one, *scores], Level.NEUTRAL),
        mood([other, *scores], Level.NEUTRAL),
    )
    assert first.score == second.score
    assert first.points == second.points
    assert first.level is second.level


@given(histories)
def test_replay_in_order_equals_recomputation(scores: list[Score]) -> None:
    level, last = Level.UNKNOWN, mood([], Level.UNKNOWN)
    for end in range(1, len(scores) + 1):
        last = mood(scores[:end], level)
        level = last.level
    assert last == mood_of_history(scores)


@given(histories)
def test_the_last_nine_messages_are_enough(scores: list[Score]) -> None:
    whole, tail = mood(scores, Level.NEUTRAL), mood(scores[-9:], Level.NEUTRAL)
    assert (whole.level, whole.score, whole.trend) == (
        tail.level,
        tail.score,
        tail.trend,
    )
    assert whole.points == tail.points


@given(histories)
def test_a_useless_never_raises_the_level(scores: list[Score]) -> None:
    before = mood_of_history(scores)
    after = mood_of_history([*scores, scorer().score("this is useless", "en")])
    assert before.level is Level.UNKNOWN or rank(after.level) <= rank(before.level)


@given(histories)
def test_thanks_never_lower_the_level(scores: list[Score]) -> None:
    before = mood_of_history(scores)
    after = mood_of_history([*scores, scorer().score("thank you so much", "en")])
    assert before.level is Level.UNKNOWN or rank(after.level) >= rank(before.level)


@given(histories)
def test_profanity_is_negative_at_best(scores: list[Score]) -> None:
    level = mood_of_history([*scores, PROFANITY]).level
    assert rank(level) <= rank(Level.NEGATIVE)


def test_profanity_alone_is_negative_and_can_be_made_good() -> None:
    assert mood_of_history([PROFANITY]).level is Level.NEGATIVE
    assert mood_of_history([0.5, 0.5, 0.5, PROFANITY]).level is Level.NEGATIVE
    assert rank(mood_of_history([PROFANITY, 0.7, 0.7, 0.7]).level) > rank(Level.NEUTRAL)


@pytest.mark.parametrize("cut", CUT_OFFS)
def test_a_mood_on_a_cut_off_does_not_flicker(cut: float) -> None:
    below, above = 2 * (cut - 0.015), 2 * (cut + 0.015)
    lower = mood([below], Level.UNKNOWN).level
    assert mood([above], lower).level is lower
    upper = mood([above], Level.UNKNOWN).level
    assert mood([below], upper).level is upper


def test_a_move_of_one_level_must_cross_by_four_hundredths() -> None:
    assert mood([0.28], Level.NEUTRAL).level is Level.NEUTRAL
    assert mood([0.32], Level.NEUTRAL).level is Level.SLIGHTLY_POSITIVE


# The trend


def test_the_trend_names_the_message_that_moved_it() -> None:
    falling = mood([0.1, 0.2, 0.1, 0.0, -0.7, -0.1], Level.NEUTRAL)
    assert (falling.trend, falling.moved_by) == ("falling", 4)
    rising = mood([-0.6, -0.4, 0.0, 0.7], Level.NEGATIVE)
    assert (rising.trend, rising.moved_by) == ("rising", 3)


def test_a_small_change_is_steady() -> None:
    steady = mood([0.1, 0.1, 0.1, 0.15], Level.NEUTRAL)
    assert (steady.trend, steady.moved_by) == ("steady", None)


@given(histories)
def test_the_mover_is_one_of_the_three_newest(scores: list[Score]) -> None:
    moved_by = mood_of_history(scores).moved_by
    assert moved_by is None or len(scores) - 3 <= moved_by < len(scores)


def test_points_are_the_readable_scores_of_the_last_six() -> None:
    scores: Sequence[Score] = [0.9, 0.1, None, 0.2, 0.3, 0.4, 0.5]
    assert mood(scores, Level.NEUTRAL).points == (0.1, 0.2, 0.3, 0.4, 0.5)


# The alert


@pytest.mark.parametrize(
    ("before", "after", "alerts"),
    [
        (Level.NEUTRAL, Level.NEGATIVE, True),
        (Level.NEUTRAL, Level.VERY_NEGATIVE, True),
        (Level.UNKNOWN, Level.NEGATIVE, True),
        (Level.NEGATIVE, Level.VERY_NEGATIVE, False),
        (Level.VERY_NEGATIVE, Level.NEGATIVE, False),
        (Level.NEUTRAL, Level.SLIGHTLY_NEGATIVE, False),
        (Level.NEUTRAL, Level.UNKNOWN, False),
    ],
)
def test_an_alert_is_a_fall_through_the_threshold(
    before: Level, after: Level, alerts: bool
) -> None:
    assert fell(before, after, Level.NEGATIVE) is alerts


def test_no_threshold_never_alerts() -> None:
    assert not fell(Level.NEUTRAL, Level.VERY_NEGATIVE, Level.UNKNOWN)


# Measuring


def test_f1_is_one_when_all_agree_and_drops_with_each_miss() -> None:
    right = [("neg", "neg"), ("neu", "neu"), ("pos", "pos")]
    assert f1_by_label(right) == {"neg": 1, "neu": 1, "pos": 1}
    missed = f1_by_label([*right, ("neg", "neu")])
    assert missed == {
        "neg": pytest.approx(2 / 3),
        "neu": pytest.approx(2 / 3),
        "pos": 1,
    }


def test_measuring_reads_a_file_and_prints_the_mean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = {"neg": "this is useless", "neu": "ok", "pos": "thank you so much"}
    rows = [{"text": text, "label": name} for name, text in texts.items()]
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    monkeypatch.setattr("sys.argv", ["measure", str(path), "--language", "en"])
    main()
    assert "3 messages, macro-F1 1.000" in capsys.readouterr().out
