"""A web node that can be made odd from outside: its wall clock jumps, or it dies just
between a commit and its doorbell. The product in it is the product as it is.

The file FLOOR_ODD holds two numbers: seconds that the clock is off, and at which ring
from now on to die (0: never).
"""

from __future__ import annotations

import datetime as datetimes
import mmap
import os
import runpy
import signal
import struct
import time
from pathlib import Path
from typing import Any

SHAPE = struct.Struct("dq")


def make_odd(file: Path, *, off: float = 0, ring: int = 0) -> None:
    """Write what the node shall do from now on; in place, for it has the page open."""
    mode = "r+b" if file.exists() else "wb"
    with file.open(mode) as place:
        place.write(SHAPE.pack(off, ring))


def main() -> None:
    """The node, as `python -m config.serve` would be."""
    file = Path(os.environ["FLOOR_ODD"])
    make_odd(file)
    with file.open("r+b") as place:
        page = mmap.mmap(place.fileno(), SHAPE.size)
    _bend_clock(page)
    _set_trap(page)
    runpy.run_module("config.serve", run_name="__main__", alter_sys=True)


def _bend_clock(page: mmap.mmap) -> None:
    true, true_time = datetimes.datetime, time.time

    def off() -> float:
        return float(SHAPE.unpack(page[:])[0])

    class Bent(type):
        def __instancecheck__(cls, thing: object) -> bool:
            return isinstance(thing, true)

    class Datetime(true, metaclass=Bent):  # type: ignore[misc, valid-type]
        def __new__(cls, *parts: Any, **named: Any) -> Any:
            return true(*parts, **named)

        @classmethod
        def now(cls, tz: datetimes.tzinfo | None = None) -> Any:
            return true.now(tz) + datetimes.timedelta(seconds=off())

    datetimes.datetime = Datetime  # type: ignore[misc]
    time.time = lambda: true_time() + off()


def _set_trap(page: mmap.mmap) -> None:
    from conversations import doorbell

    true = doorbell.ring_now

    def ring_now(ring: doorbell.Ring) -> None:
        clock, left = SHAPE.unpack(page[:])
        if left == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        page[:] = SHAPE.pack(clock, max(0, left - 1))
        true(ring)

    doorbell.ring_now = ring_now


if __name__ == "__main__":
    main()
