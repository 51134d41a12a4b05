"""An archive that is killed again and again has everything once in the end."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from conversations import archive_files
from tests.servers import Process, manage, product_env, wait_until

pytestmark = [pytest.mark.soak, pytest.mark.behaviour]

CLOSED, ONGOING, STROKE = 1_500, 200, 40
KILLS = 5
LEFT = "Conversation.objects.values_list('pk', flat=True)"


def own_database(folder: Path) -> dict[str, str]:
    """A new database for real processes, of the kind that this run tests."""
    env = product_env(folder) | {"PYTHONPATH": "."}
    url = os.environ.get("DATABASE_URL")
    if url is not None:
        with psycopg.connect(url, autocommit=True) as database:
            database.execute("CREATE DATABASE archive_killed")
        env["DATABASE_URL"] = urlsplit(url)._replace(path="/archive_killed").geturl()
    return env


def left_in(env: Mapping[str, str]) -> list[int]:
    """The ids that the database still has."""
    told = f"from conversations.models import Conversation; print(list({LEFT}))"
    found = manage(env, "shell", "--no-imports", "-c", told)
    return [int(pk) for pk in found.strip("[]\n").split(", ")]


def fill(env: Mapping[str, str]) -> None:
    manage(env, "migrate", "--verbosity=0")
    told = (
        "from bench.history import fill; from bench.plan import Plan;"
        f"fill(Plan(closed={CLOSED}, ongoing={ONGOING}, agents=20, queues=5))"
    )
    manage(env, "shell", "--no-imports", "-c", told)


def begin(env: Mapping[str, str], folder: Path, log: Path) -> Process:
    words = ["archive", "--days=2", f"--to={folder}", f"--stroke={STROKE}"]
    return Process([sys.executable, "manage.py", *words], env, log)


def test_killed_at_any_moment_nothing_is_doubled_or_lost(tmp_path: Path) -> None:
    env = own_database(tmp_path)
    fill(env)
    before = left_in(env)
    folder, log = tmp_path / "archive", tmp_path / "log"
    for number in range(KILLS):
        process = begin(env, folder, log)
        # One file more each time, so that the kill falls on another step of a stroke.
        some = 2 * number + 1
        wait_until(lambda: len(list(folder.glob("*.gz*"))) >= some, "a file", log)  # noqa: B023
        process.kill()
    assert archive_files.parts(folder) or archive_files.files(folder)
    manage(env, "archive", "--days=2", f"--to={folder}", f"--stroke={STROKE}")
    put_away = [
        one["conversation"]["id"]
        for path in archive_files.files(folder)
        for one in archive_files.read(path)
    ]
    assert archive_files.parts(folder) == []
    assert put_away
    assert Counter([*put_away, *left_in(env)]) == Counter(before)
    assert "No differences." in manage(env, "reconcile")
