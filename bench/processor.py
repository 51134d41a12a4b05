"""What a process has used, from /proc: CPU in seconds, memory in kB."""

from __future__ import annotations

from pathlib import Path

NANO = 1e-9


def cpu_seconds(pid: int) -> float:
    """Time on a processor of all its living threads.

    From schedstat, in nanoseconds: what `stat` counts comes in ticks of 10 ms.
    """
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(_on_cpu(task / "schedstat") for task in tasks) * NANO


def _on_cpu(file: Path) -> int:
    try:
        return int(file.read_text().split()[0])
    except OSError:  # the thread has ended meanwhile
        return 0


def memory_kb(pid: int) -> int:
    """What it holds in memory now (VmRSS)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
