"""Waits until an address answers 200: `ready.py URL [SECONDS]`; else ends with 1."""

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config.processes import answers  # noqa: E402

STEP = 0.2


def main() -> int:
    url = sys.argv[1]
    end = time.monotonic() + float(sys.argv[2] if len(sys.argv) > 2 else 60)
    while not answers(url):
        if time.monotonic() > end:
            print(f"{url} is not ready.", file=sys.stderr)
            return 1
        time.sleep(STEP)
    return 0


if __name__ == "__main__":
    sys.exit(main())
