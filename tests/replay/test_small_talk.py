"""What is said where no dialogue has a line."""

from itertools import pairwise

import pytest

from replay.small_talk import DANISH, ENGLISH, Phrases, phrases_for


@pytest.mark.parametrize(
    ("language", "phrases"),
    [("da", DANISH), ("da-DK", DANISH), ("DA", DANISH), ("en", ENGLISH), ("", ENGLISH)],
)
def test_people_are_answered_in_their_language(language: str, phrases: Phrases) -> None:
    assert phrases_for(language) is phrases


@pytest.mark.parametrize("phrases", [ENGLISH, DANISH])
def test_the_greeting_names_both(phrases: Phrases) -> None:
    greeting = phrases.greet(agent="Freja", customer="Ada")
    assert "Freja" in greeting and "Ada" in greeting
    assert "%(" not in phrases.greet(agent="Freja", customer="")


@pytest.mark.parametrize("phrases", [ENGLISH, DANISH])
def test_the_answers_go_round_and_never_repeat_at_once(phrases: Phrases) -> None:
    answers = [phrases.answer(number) for number in range(12)]
    assert len(set(answers)) == len(phrases.listening)
    assert all(a != b for a, b in pairwise(answers))


def test_both_languages_say_as_much() -> None:
    assert len(ENGLISH.listening) == len(DANISH.listening)
