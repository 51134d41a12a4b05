"""Word lists as data: the project's own and an administrator's additions."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).parent
SCORES = ("words", "emoji")
LISTS = ("neutral", "profanity", "negations", "boosters", "endings")


class WordsError(ValueError):
    """The word file cannot be used; the text says why, in one sentence."""


@dataclass(frozen=True)
class Phrase:
    """A pattern that counts as one, so its words no longer count by themselves."""

    pattern: re.Pattern[str]
    valence: float


@dataclass
class Words:
    """One language: valences from -4 to 4, and phrases in the order they are tried."""

    words: dict[str, float] = field(default_factory=dict)
    emoji: dict[str, float] = field(default_factory=dict)
    phrases: list[Phrase] = field(default_factory=list)
    neutral: list[str] = field(default_factory=list)
    profanity: list[str] = field(default_factory=list)
    negations: list[str] = field(default_factory=list)
    boosters: list[str] = field(default_factory=list)
    endings: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, language: str, extension: Path | None = None) -> Self:
        """The project's list, then the extension's, which wins where both speak."""
        words = cls()
        words.add(_read(HERE / f"words_{language}.json"))
        if extension is not None:
            words.add(_read(extension).get(language, {}))
        return words

    def add(self, data: dict[str, Any]) -> None:
        """Later entries override words and are tried first as phrases."""
        _refuse_unknown_keys(data)
        for name in SCORES:
            getattr(self, name).update(data.get(name, {}))
        for name in LISTS:
            getattr(self, name).extend(data.get(name, []))
        self.phrases[:0] = list(_phrases(data.get("phrases", [])))

    def profane(self) -> re.Pattern[str]:
        """Whole words only: Scunthorpe is a town."""
        return re.compile(rf"\b(?:{'|'.join(self.profanity) or '(?!)'})\b")


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WordsError(
            f"The sentiment words {path} cannot be read: {error}"
        ) from None
    if not isinstance(data, dict):
        raise WordsError(f"The sentiment words {path} are not a JSON object.")
    return data


def _refuse_unknown_keys(data: dict[str, Any]) -> None:
    unknown = set(data) - {*SCORES, *LISTS, "phrases"}
    if unknown:
        raise WordsError(
            f"Unknown in the sentiment words: {', '.join(sorted(unknown))}."
        )


def _phrases(rows: Iterable[tuple[float, str]]) -> Iterable[Phrase]:
    for valence, pattern in rows:
        try:
            yield Phrase(_whole_words(pattern), float(valence))
        except re.error as error:
            message = f"Not a pattern in the sentiment words: {pattern} ({error})."
            raise WordsError(message) from None


def _whole_words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
