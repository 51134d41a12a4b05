"""Danish by word list: valence per word, negation, emphasis, common endings."""

import re

from conversations.sentiment.words import Words

WORD = re.compile(r"[a-zæøåéü]+")
REACH = 3
NEGATED = -0.6
BOOSTED = 1.3
SHORTEST_STEM = 4
SHOUT = 0.6


class DanishWords:
    """A valence for one Danish sentence."""

    def __init__(self, words: Words) -> None:
        self._words = words.words
        self._negations = frozenset(words.negations)
        self._boosters = frozenset(words.boosters)
        self._endings = sorted(words.endings, key=len, reverse=True)

    def valence(self, sentence: str) -> float:
        """The sum over its words; an exclamation mark lends it weight."""
        tokens = WORD.findall(sentence.lower())
        total = sum(self._in_place(tokens, place) for place in range(len(tokens)))
        if "!" in sentence and total:
            total += SHOUT if total > 0 else -SHOUT
        return total

    def _in_place(self, tokens: list[str], place: int) -> float:
        valence = self._known(tokens[place])
        if not valence:
            return 0.0
        before = set(tokens[max(0, place - REACH) : place])
        if before & self._boosters:
            valence *= BOOSTED
        return valence * NEGATED if before & self._negations else valence

    def _known(self, word: str) -> float:
        """The word itself, else what is left of it without an ending."""
        if word in self._words:
            return self._words[word]
        stems = (word.removesuffix(ending) for ending in self._endings)
        return next(
            (
                self._words[stem]
                for stem in stems
                if len(stem) >= SHORTEST_STEM and stem in self._words
            ),
            0.0,
        )
