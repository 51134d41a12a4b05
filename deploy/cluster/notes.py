"""What a running cluster writes down, for `make roll` and for the next start."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

FILE = "cluster.json"
FAREWELL = 15.0


@dataclass
class Notes:
    """Addresses, the ids and births of the processes, and the last rolling restart."""

    supervisor: int
    url: str
    database_url: str
    redis_url: str
    web: dict[str, str]
    born: dict[int, str] = field(default_factory=dict)
    renewals: int = 0
    outcome: str = ""

    def write(self, folder: Path) -> None:
        """Whole or not at all, and only for their owner: there are passwords in it."""
        draft = folder / f"{FILE}.new"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(self), indent=2) + "\n")
        draft.replace(folder / FILE)


def read(folder: Path) -> Notes | None:
    """Those of the cluster that runs there, or ran there last."""
    file = folder / FILE
    if not file.exists():
        return None
    found = json.loads(file.read_text())
    born = {int(pid): birth for pid, birth in found.pop("born").items()}
    return Notes(**found, born=born)


def birth_of(pid: int) -> str:
    """When the process began, by the kernel's clock; "" for one that is not there."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    # The name in brackets may hold anything; behind it, the 20th field is the start.
    return facts.rpartition(")")[2].split()[19]


def end_leftovers(notes: Notes) -> list[int]:
    """End what a killed supervisor has left; an id that was lent again is nobody's."""
    left = [pid for pid, birth in notes.born.items() if birth == birth_of(pid) != ""]
    for pid in left:
        os.kill(pid, signal.SIGINT)
    end = time.monotonic() + FAREWELL
    while any(birth_of(pid) == notes.born[pid] for pid in left):
        if time.monotonic() > end:
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
    return left
