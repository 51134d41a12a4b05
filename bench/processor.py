"""What a process has used: CPU in seconds, memory in kB."""

from __future__ import annotations

import time
from pathlib import Path

WHOLE_PROCESS = 2
"""CPUCLOCK_SCHED of Linux: what the scheduler has counted, in nanoseconds."""


def cpu_seconds(pid: int) -> float:
    """Time on a processor of all its threads, of those that have ended too.

    Django serves each request in a thread of its own, so that the living ones, whom
    /proc tells of, would be a small part of it.
    """
    return time.clock_gettime(~pid << 3 | WHOLE_PROCESS)


def memory_kb(pid: int) -> int:
    """What it holds in memory now (VmRSS)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
