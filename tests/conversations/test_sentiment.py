"""Sentiment: what a message scores, how a conversation's level moves."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.sentiment import (
    CustomerServiceVader,
    Level,
    detect_language,
    scorer,
)
from conversations.sentiment.levels import LADDER, LIMIT, PROFANITY
from conversations.sentiment.masking import mask
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
