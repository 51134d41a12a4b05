"""A full disk under SQLite: clear answers, nothing half done, screens that stay right,
and everything goes on once there is room."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.dashboard.live_page import LivePage, become_right, cookies_of, floor_page
from tests.faults.killing import OnSqlite
from tests.servers import LiveServer

pytestmark = pytest.mark.scale

SIZE = "24m"
MANY = 200
WORDS = "Hello there. " * 100


class SmallDisk(OnSqlite):
    """A floor whose data folder is a disk of its own, and a small one."""

    def _enter(self) -> None:
        server = LiveServer("setup_demo")
        place = str(server.folder)
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", place], check=True
        )
        self.stack.callback(subprocess.run, ["umount", "--lazy", place], check=True)
        self.server = self.stack.enter_context(server)

    @property
    def ballast(self) -> Path:
        return self.server.folder / "ballast"

    def fill(self) -> None:
        """Not a byte is left."""
        with self.ballast.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                os.sync()


@pytest.fixture
def floor() -> Iterator[SmallDisk]:
    with SmallDisk() as floor:
        yield floor


class Customer:
    """Writes to the floor until it says no."""

    def __init__(self, floor: SmallDisk) -> None:
        headers = {"Authorization": f"Token {floor.tokens()['channels']}"}
        url = f"{floor.server.url}/api/v1/"
        self.http = httpx.Client(base_url=url, headers=headers, timeout=30)
        self.rows: list[tuple[int, int]] = []

    def write(self) -> httpx.Response:
        """A conversation with many words."""
        body: dict[str, Any] = {"channel": "sms", "customer": {"name": "Kirsten"}}
        answer = self.http.post("conversations/", json=body | {"text": WORDS})
        if answer.is_success:
            row = answer.json()
            self.rows.append((row["id"], row["version"]))
        return answer

    def until_refused(self) -> httpx.Response:
        """The write-ahead log may have room for a few more."""
        for _number in range(MANY):
            answer = self.write()
            if not answer.is_success:
                return answer
        raise AssertionError("a full disk took everything")


async def test_a_full_disk_is_said_and_survived(floor: SmallDisk) -> None:
    customer = Customer(floor)
    assert customer.write().status_code == 201
    cookie = cookies_of(floor.server, "supervisor")
    async with floor_page(floor.server, cookie) as page:
        await become_right(page)
        floor.fill()
        refused = customer.until_refused()
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        assert refused.headers["Retry-After"]
        await still_right(page)
        floor.ballast.unlink()
        assert customer.write().status_code == 201
        await still_right(page)
    customer.http.close()
    floor.kill()
    named = floor.versions()
    assert all(version in named["conversation", pk] for pk, version in customer.rows)
    floor.check_nothing_half_done()


async def still_right(page: LivePage) -> None:
    """It shows what is there, and a pulse has proved it."""
    await become_right(page)
    assert page.screen.false_stale == []
