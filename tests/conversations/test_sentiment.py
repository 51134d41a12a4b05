"""Sentiment: what a message scores, how a conversation's level moves."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.sentiment import (
    CustomerServiceVader,
    Level,
    detect_language,
    fell,
    mood,
    mood_of_history,
    scorer,
)
from conversations.sentiment.levels import CUT_OFFS, LADDER, LIMIT, PROFANITY, Score
from conversations.sentiment.masking import mask
from conversations.sentiment.measure import f1_by_label, main
from conversations.sentiment.words import WordsError

USELESS = "this is useless"
THANKS = "thank you so much"

ordinary = st.floats(-LIMIT, LIMIT).map(lambda value: round(value, 3))
readable = st.one_of(ordinary, st.just(PROFANITY))
histories = st.lists(st.one_of(readable, st.none()), max_size=20)
SNIPPETS = """no not never but still great GREAT! awful! thanks good morning I waited?
    nobody answers :( 😡 😊 fuck without the so very least kind of"""
snippets = st.sampled_from(SNIPPETS.split())
messages = st.one_of(st.text(max_size=80), st.lists(snippets).map(" ".join))


def english(text: str) -> float:
    score = scorer().score(text, "en")
    assert score is not None
    return score


def danish(text: str) -> float:
    score = scorer().score(text, "da")
    assert score is not None
    return score


def rank(level: Level) -> int:
    return LADDER.index(level)


# One message


@pytest.mark.parametrize(
    "text",
    [
        "I have been on hold for two hours",
        "still no parcel and nobody answers the phone",
        "You charged me twice for the same flight",
        "I want to speak to a manager",
        "this is the third time I am asking",
        "the app doesn't work",
        "my suitcase never arrived",
        "you took money from my card",
        "no thanks to you",
        "Thanks for nothing",
        "oh great, another form 🙄",
    ],
)
def test_a_complaint_is_negative(text: str) -> None:
    assert english(text) < -0.2


@pytest.mark.parametrize(
    "text",
    ["Thank you so much!", "that works, you are a star", "Perfect, thanks 😊"],
)
def test_gratitude_is_positive(text: str) -> None:
    assert english(text) > 0.2


@pytest.mark.parametrize(
    "text",
    [
        "Good morning",
        "No thanks",
        "Yes please, I would like help with my number",
        "My name is Grace Love",
        "hi Joy",
        "my address is happy.love@great.example",
        "the reference is GOOD-4411",
        "Sure, well, ok",
        "",
    ],
)
def test_politeness_names_and_ids_are_neutral(text: str) -> None:
    assert english(text) == 0


@pytest.mark.parametrize(
    "text",
    [
        "jeg har ventet i tre uger og ingen svarer",
        "Det er simpelthen ubrugeligt",
        "I har trukket beløbet to gange",
        "jeg vil tale med en chef",
        "pakken er aldrig kommet",
        "jeg er virkelig skuffet over jer 😡",
    ],
)
def test_a_danish_complaint_is_negative(text: str) -> None:
    assert danish(text) < -0.2


@pytest.mark.parametrize(
    "text", ["Tusind tak for hjælpen!", "Det virker nu, du er en engel", "Skønt 😊"]
)
def test_danish_gratitude_is_positive(text: str) -> None:
    assert danish(text) > 0.2


@pytest.mark.parametrize("text", ["God morgen", "Nej tak", "Mit kundenummer er 44120"])
def test_danish_politeness_is_neutral(text: str) -> None:
    assert danish(text) == 0


def test_danish_negation_turns_a_word_around() -> None:
    assert danish("jeg er glad") > 0 > danish("jeg er ikke glad")


@pytest.mark.parametrize("language", ["en", "da"])
def test_profanity_has_a_score_of_its_own(language: str) -> None:
    assert scorer().score("what the fuck, thanks", language) == PROFANITY


def test_a_town_is_not_profanity() -> None:
    assert english("I live in Scunthorpe") == 0


def test_shouting_weighs_on_what_is_not_glad() -> None:
    assert english("WHERE IS my parcel???") < english("where is my parcel?")
    assert english("this is GREAT, thank you") > 0.2


def test_masking_keeps_what_is_shouted() -> None:
    assert mask("Hello THIS IS USELESS") == "Hello THIS IS USELESS"


@given(messages)
def test_a_score_stays_within_its_limits(text: str) -> None:
    assert english(text) == PROFANITY or -LIMIT <= english(text) <= LIMIT
    assert danish(text) == PROFANITY or -LIMIT <= danish(text) <= LIMIT


@given(messages)
def test_adding_that_it_is_useless_never_raises_a_message(text: str) -> None:
    assert english(f"{text} {USELESS}") <= english(text)


@given(messages)
def test_adding_thanks_never_lowers_a_message(text: str) -> None:
    assert english(f"{text} {THANKS}") >= english(text)


def test_a_message_takes_less_than_a_millisecond() -> None:
    text = "I have been waiting for three weeks and still nobody answers me!"
    english(text)
    fastest = min(_seconds(text) for _ in range(50))
    assert fastest < 0.001


def _seconds(text: str) -> float:
    start = time.perf_counter()
    scorer().score(text, "")
    return time.perf_counter() - start


# Language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I am waiting for my parcel since Monday", "en"),
        ("jeg har ventet på min pakke siden mandag", "da"),
        ("THE ROUTER BLINKS RED AGAIN", "en"),
        ("mein Paket ist leider nicht angekommen", "de"),
        ("jag har väntat på mitt paket i tre veckor", "sv"),
        ("jeg har mistet kortet mitt, kan dere hjelpe meg", "no"),
        ("ok thanks", ""),
        ("4411 2200 9911 8834 7712 0000", ""),
    ],
)
def test_the_language_is_told_from_twenty_letters_on(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("language", ["de", "sv", "xx"])
def test_a_language_it_cannot_read_is_unknown(language: str) -> None:
    assert scorer().score("great, thank you so much", language) is None


def test_without_a_language_it_looks_in_the_text() -> None:
    assert scorer().score("mein Paket ist leider nicht angekommen") is None
    assert (scorer().score("jeg er virkelig skuffet over jeres hjælp") or 0) < -0.2


def test_too_little_text_of_an_unknown_language_is_unknown() -> None:
    assert scorer().score("great") is None


# The administrator's words


def test_an_administrator_adds_words_phrases_and_profanity(tmp_path: Path) -> None:
    extension = tmp_path / "words.json"
    added = {
        "words": {"blinkenlights": -3, "great": 0},
        "phrases": [[3, "top of the pops"]],
        "profanity": ["frell"],
    }
    extension.write_text(json.dumps({"en": added}))
    extended = CustomerServiceVader(extension)
    assert (extended.score("blinkenlights", "en") or 0) < -0.2
    assert extended.score("great", "en") == 0
    assert (extended.score("Top of the pops!", "en") or 0) > 0.2
    assert extended.score("frell", "en") == PROFANITY
    assert english("blinkenlights") == 0


@pytest.mark.parametrize(
    "content",
    ["not json", "[]", '{"en": {"wordz": {}}}', '{"en": {"phrases": [[1, "("]]}}'],
)
def test_a_bad_word_file_says_what_is_wrong(tmp_path: Path, content: str) -> None:
    extension = tmp_path / "words.json"
    extension.write_text(content)
    with pytest.raises(WordsError, match="sentiment words"):
        CustomerServiceVader(extension)


def test_a_word_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WordsError, match=r"nowhere\.json"):
        CustomerServiceVader(tmp_path / "nowhere.json")


def test_the_scorer_is_loaded_once() -> None:
    assert scorer() is scorer()


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
    after = mood_of_history([*scores, english(USELESS)])
    assert before.level is Level.UNKNOWN or rank(after.level) <= rank(before.level)


@given(histories)
def test_thanks_never_lower_the_level(scores: list[Score]) -> None:
    before = mood_of_history(scores)
    after = mood_of_history([*scores, english(THANKS)])
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
