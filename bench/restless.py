"""Moves ongoing conversations so many times a second, past the transitions, so that a
page and what feeds it are measured and not the commands.

`python -m bench.restless --rate 500`: each change writes the time (ms since 1970) just
before its commit into the subject. Every line on stdin names ids, as a JSON list, that
are on somebody's screen: one change of ten falls on them.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import threading
import time
from collections.abc import Sequence

BATCHES = 20
"""How many commits a second the changes come in."""
SEEN_SHARE = 0.1
MOODS = ("negative", "slightly_negative", "neutral", "slightly_positive", "positive")
COMMITTED = "committed "


class Restless:
    """Chooses what moves next."""

    def __init__(self, ids: Sequence[int], seed: int) -> None:
        self._ids = ids
        self._chance = random.Random(seed)
        self.seen: Sequence[int] = ()

    def some(self, count: int) -> list[int]:
        """Different ones; of those on the screen more than their share."""
        shown = min(len(self.seen), round(count * SEEN_SHARE))
        chosen = {*self._chance.sample(self.seen, shown)}
        chosen |= {*self._chance.sample(self._ids, min(count, len(self._ids)))}
        return sorted(chosen, key=lambda pk: pk not in self.seen)[:count]

    def mood(self) -> str:
        """So that the default order has something to do."""
        return self._chance.choice(MOODS)


def main() -> None:
    """Until killed, or for `--seconds`; says on stdout how many changes it made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    from conversations.models import Conversation

    ongoing = Conversation.objects.filter(closed_at__isnull=True)
    restless = Restless(list(ongoing.values_list("pk", flat=True)), options.seed)
    threading.Thread(target=_listen, args=(restless,), daemon=True).start()
    made = _move(restless, options.rate, options.seconds)
    print(json.dumps({"changes": made}))


def _listen(restless: Restless) -> None:
    for line in sys.stdin:
        restless.seen = json.loads(line)


def _move(restless: Restless, rate: int, seconds: float) -> int:
    made, started = 0, time.monotonic()
    while (now := time.monotonic()) < started + seconds:
        due = int((now - started) * rate) - made
        if due:
            _commit(restless.some(min(due, rate)), restless.mood())
            made += due
        time.sleep(max(0.0, 1 / BATCHES - (time.monotonic() - now)))
    return made


def _commit(ids: list[int], mood: str) -> None:
    from django.db import transaction
    from django.db.models import F

    from conversations import doorbell
    from conversations.models import Conversation

    with transaction.atomic():
        doorbell.ring_on_commit(doorbell.Ring(conversations=frozenset(ids)))
        Conversation.objects.filter(pk__in=ids).update(
            version=F("version") + 1,
            mood_level=mood,
            subject=f"{COMMITTED}{time.time() * 1000:.0f}",
        )


if __name__ == "__main__":
    import django
    from django.conf import settings

    django.setup()
    if settings.REDIS_URL:
        from conversations import doorbell
        from live.doorbells import Sender

        doorbell.listen(Sender(settings.REDIS_URL))
    main()
