"""One message, one score: VADER with customer-service words, own Danish words."""

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from conversations.sentiment.danish import DanishWords
from conversations.sentiment.languages import detect_language
from conversations.sentiment.levels import LIMIT, PROFANITY
from conversations.sentiment.masking import mask
from conversations.sentiment.words import Words

SOFTNESS = 15
LONGEST = 2000
SENTENCE = re.compile(r"[^.!?;\n]+[.!?;]*")

# Words in capitals (acronyms are mostly shorter), and more than one question mark.
SHOUTED = re.compile(r"\b[A-ZÆØÅ]{4,}\b|\?\?+|\?!|!\?")
VOICE = 0.7
LOUDEST = 3

Valence = Callable[[str], float]


class Scorer(Protocol):
    """Anything that can read a message."""

    def score(self, text: str, language: str = "") -> float | None:
        """Valence from -1 to 1; None when it cannot be read."""


class CustomerServiceVader:
    """Reads English and Danish; any other language is unknown, never neutral."""

    def __init__(self, extension: Path | None = None) -> None:
        english, danish = Words.load("en", extension), Words.load("da", extension)
        self._readers = {
            "en": Reader(english, EnglishSentences(english).valence),
            "da": Reader(danish, DanishWords(danish).valence),
        }

    def score(self, text: str, language: str = "") -> float | None:
        """The language of the conversation; "" looks for it in the text itself."""
        text = text[:LONGEST]
        reader = self._readers.get(language or detect_language(text))
        return reader.score(text) if reader else None


class Reader:
    """One language: profanity, emoji and phrases first, the rest by sentence."""

    def __init__(self, words: Words, valence: Valence) -> None:
        self._words = words
        self._valence = valence
        self._profane = words.profane()
        self._emoji = re.compile("|".join(map(re.escape, words.emoji)) or "(?!)")

    def score(self, text: str) -> float:
        """Every part adds its valence, so no part can turn another around."""
        masked = mask(text)
        if self._profane.search(masked.lower()):
            return PROFANITY
        emoji, rest = self._take_emoji(masked)
        phrases, rest = self._take_phrases(rest)
        sentences = sum(map(self._valence, SENTENCE.findall(rest)))
        return _squash(_raise_voice(emoji + phrases + sentences, rest))

    def _take_emoji(self, text: str) -> tuple[float, str]:
        found = self._emoji.findall(text)
        if not found:
            return 0.0, text
        total = sum(self._words.emoji[emoji] for emoji in found)
        return total, self._emoji.sub(" ", text)

    def _take_phrases(self, text: str) -> tuple[float, str]:
        """What a phrase covers becomes a gap, so that it is not read twice."""
        total = 0.0
        for phrase in self._words.phrases:
            text, count = phrase.pattern.subn(" . ", text)
            total += phrase.valence * count
        return total, text


class EnglishSentences:
    """VADER on one sentence, with words that mean nothing in service taken out."""

    def __init__(self, words: Words) -> None:
        self._vader = SentimentIntensityAnalyzer()
        for word in words.neutral:
            self._vader.lexicon.pop(word, None)
        self._vader.lexicon.update(words.words)

    def valence(self, sentence: str) -> float:
        """VADER squashes its sum; sentences can only be added before that."""
        compound = float(self._vader.polarity_scores(sentence)["compound"])
        compound = max(-0.999, min(0.999, compound))
        return compound * math.sqrt(SOFTNESS) / math.sqrt(1 - compound**2)


def _raise_voice(valence: float, text: str) -> float:
    """Shouting weighs on what is not glad: "WHERE is it???" is no question."""
    if valence > 0:
        return valence
    return valence - VOICE * min(LOUDEST, len(SHOUTED.findall(text)))


def _squash(valence: float) -> float:
    squashed = valence / math.sqrt(valence**2 + SOFTNESS)
    return round(max(-LIMIT, min(LIMIT, squashed)), 3)
