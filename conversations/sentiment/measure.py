"""How well the scorer agrees with people: macro-F1 on labelled messages.

python -m conversations.sentiment.measure FILE.jsonl.gz --language en
"""

import argparse
import gzip
import json
from collections.abc import Sequence
from pathlib import Path

from conversations.sentiment import scorer

LABELS = ("neg", "neu", "pos")
CUT_OFF = 0.2

Pair = tuple[str, str]


def label(score: float | None) -> str:
    """The side of the cut-off a message is on; what cannot be read is neutral."""
    if score is None or abs(score) < CUT_OFF:
        return "neu"
    return "pos" if score > 0 else "neg"


def f1_by_label(pairs: Sequence[Pair]) -> dict[str, float]:
    """F1 of each label, from pairs of what is expected and what was found."""
    return {name: _f1(pairs, name) for name in LABELS}


def main() -> None:
    """Reads rows of `text` and `label`, prints F1 per label and their mean."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--language", default="", help="en, da; empty: detect")
    parser.add_argument("--words", type=Path, help="an administrator's word file")
    options = parser.parse_args()
    found = scorer(options.words)
    rows = _rows(options.file)
    pairs = [
        (row["label"], label(found.score(row["text"], options.language)))
        for row in rows
    ]
    by_label = f1_by_label(pairs)
    details = " ".join(f"{name} {value:.2f}" for name, value in by_label.items())
    print(f"{len(rows)} messages, macro-F1 {sum(by_label.values()) / 3:.3f}: {details}")


def _f1(pairs: Sequence[Pair], name: str) -> float:
    right = sum(expected == found == name for expected, found in pairs)
    named = sum((expected == name) + (found == name) for expected, found in pairs)
    return 2 * right / named if named else 0.0


def _rows(path: Path) -> list[dict[str, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


if __name__ == "__main__":
    main()
