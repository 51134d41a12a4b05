"""How a customer seems to feel: a score per message, a level per conversation.

A triage hint, never a truth. Pure Python: no models, no settings, no clock.
"""

from functools import cache
from pathlib import Path

from conversations.sentiment.languages import detect_language
from conversations.sentiment.levels import (
    Level,
    Mood,
    fell,
    mood,
    mood_of_history,
)
from conversations.sentiment.scoring import CustomerServiceVader, Scorer

__all__ = [
    "CustomerServiceVader",
    "Level",
    "Mood",
    "Scorer",
    "detect_language",
    "fell",
    "mood",
    "mood_of_history",
    "scorer",
]


@cache
def scorer(extension: Path | None = None) -> Scorer:
    """The default scorer, loaded once per process and extension file."""
    return CustomerServiceVader(extension)
