"""The files of the archive: gzip of JSON lines, one conversation a line, for good."""

from __future__ import annotations

import fcntl
import gzip
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

FORMAT = 1
PART = ".part"
Archived = dict[str, Any]
"""One conversation with all that hung on it (docs/history.md)."""

_NAME = re.compile(r"conversations-(\d{12})-(\d{12})\.jsonl\.gz")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else archives into this folder meanwhile; raises BlockingIOError where
    somebody does. Customers' words: the folder is its owner's alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def write(folder: Path, whole: list[Archived]) -> Path:
    """Put these into a `.part`, and have it on the disk before this returns."""
    ids = ids_of(whole)
    # No two strokes begin with the same id: what was in the first is gone.
    name = f"conversations-{min(ids):012d}-{max(ids):012d}.jsonl.gz"
    part = folder / (name + PART)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as packed:
            packed.writelines(
                orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in whole
            )
        file.flush()
        os.fsync(file.fileno())
    _keep_name(folder)
    return part


def finish(part: Path) -> None:
    """Its rows are gone: from now on it is part of the archive."""
    part.rename(part.with_name(name_of(part)))
    _keep_name(part.parent)


def parts(folder: Path) -> list[Path]:
    """What was begun and not finished."""
    return sorted(folder.glob(f"conversations-*{PART}"))


def files(folder: Path) -> list[Path]:
    """The archive, in the order of the first ids."""
    return sorted(path for path in folder.glob("*.gz") if _NAME.fullmatch(path.name))


def name_of(part: Path) -> str:
    """How it is called once it is finished."""
    return part.name.removesuffix(PART)


def ids_of(whole: list[Archived]) -> list[int]:
    """The conversations in it."""
    return [one["conversation"]["id"] for one in whole]


def read(path: Path) -> Iterator[Archived]:
    """Every conversation of one file, in the order of their ids."""
    with gzip.open(path, "rb") as file:
        for line in file:
            yield orjson.loads(line)


def find(folder: Path, pk: int) -> bytes | None:
    """The line of one conversation, or None; only files that may hold it are read."""
    for path in files(folder):
        found = _NAME.fullmatch(path.name)
        if found is not None and int(found[1]) <= pk <= int(found[2]):
            for one in read(path):
                if one["conversation"]["id"] == pk:
                    return orjson.dumps(one, option=orjson.OPT_INDENT_2)
    return None


def _keep_name(folder: Path) -> None:
    """A name is on the disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
