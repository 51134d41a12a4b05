"""Moves ongoing conversations so many times a second without the cost of commands.

One short transaction bumps `version` and writes the moment before it (nanoseconds of
the steady clock) into the subject of some rows; then the doorbell rings in Valkey, as
after a commit. A line on stdin is answered with the changes since the last one.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import threading
import time

import psycopg
import redis

from conversations.doorbell import Ring
from live.doorbells import CHANNEL, encode

MOVE = """UPDATE conversations_conversation
SET version = version + 1, subject = %s WHERE id = ANY(%s)"""
ONGOING = "SELECT id FROM conversations_conversation WHERE state <> 'closed'"
MARK = "committed "
PAUSE = 0.1
AWAY = (psycopg.OperationalError, redis.RedisError)


class Feed:
    """Where it writes to, and what it has written."""

    def __init__(self, database: str, valkey: str, seed: int = 1) -> None:
        self._database = database
        self._redis = redis.Redis.from_url(valkey, socket_timeout=PAUSE)
        self._connection = psycopg.connect(database, autocommit=True)
        ids = self._connection.execute(ONGOING).fetchall()
        self._ids = [pk for (pk,) in ids]
        self._chance = random.Random(seed)
        self.changes = 0

    def run(self, rate: float, every: float) -> None:
        """Until killed: `rate` changes a second, in a commit each `every` seconds."""
        made, started = 0, time.monotonic()
        while True:
            now = time.monotonic()
            due = int((now - started) * rate) - made
            made += due
            if due:
                self._move(min(due, len(self._ids)))
            time.sleep(max(0.0, every - (time.monotonic() - now)))

    def _move(self, count: int) -> None:
        chosen = self._chance.sample(self._ids, count)
        try:
            if self._connection.closed:
                self._connection = psycopg.connect(self._database, autocommit=True)
            subject = f"{MARK}{time.monotonic_ns()}"
            self._connection.execute(MOVE, (subject, chosen))
            self.changes += count
            self._redis.publish(CHANNEL, encode(Ring(conversations=frozenset(chosen))))
        except AWAY:  # faults are part of what is measured
            time.sleep(PAUSE)


def main() -> None:
    """Feed one database until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("database", "redis"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--every", type=float, default=0.02)
    options = parser.parse_args()
    feed = Feed(options.database, options.redis)
    threading.Thread(target=_answer, args=(feed,), daemon=True).start()
    feed.run(options.rate, options.every)


def _answer(feed: Feed) -> None:
    before = 0
    for _line in sys.stdin:
        now = feed.changes
        print(json.dumps({"changes": now - before}), flush=True)
        before = now


if __name__ == "__main__":
    main()
