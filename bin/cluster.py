"""`make run-cluster` and, beside it, `make roll`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from deploy.cluster.floor import start  # noqa: E402
from deploy.cluster.rolling import roll  # noqa: E402

DEEDS = {"run": start, "roll": roll}


def main() -> int:
    word = sys.argv[1] if len(sys.argv) > 1 else "run"
    if word not in DEEDS:
        sys.exit(f"cluster.py: say {' or '.join(DEEDS)}, not {word}.")
    return DEEDS[word]()


if __name__ == "__main__":
    sys.exit(main())
