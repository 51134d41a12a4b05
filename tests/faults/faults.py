"""The faults, each with how it begins and how it ends."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import httpx

from supervisor.demo import PASSWORD
from tests.faults.centre import Centre
from tests.faults.odd_node import make_odd
from tests.servers import wait_until

HOUR = 3600.0
ODD = "node1"

Deed = Callable[[Centre], object]


@dataclass(frozen=True, slots=True)
class Fault:
    """`begin` breaks something, `end` brings it back, in a state to be right again."""

    name: str
    begin: Deed
    end: Deed

    @contextmanager
    def happening(self, centre: Centre) -> Iterator[None]:
        """Broken inside the block; mended behind it, come what may."""
        self.begin(centre)
        try:
            yield
        finally:
            self.end(centre)


def _killed(part: str) -> Fault:
    return Fault(f"{part} killed", lambda c: c.kill(part), lambda c: c.start(part))


def _restarted(part: str) -> Fault:
    def restart(centre: Centre) -> None:
        centre.stop(part)
        centre.start(part)

    return Fault(f"{part} restarted", restart, lambda _centre: None)


def _held(part: str) -> Fault:
    return Fault(
        f"{part} held (SIGSTOP)",
        lambda c: c.send(part, signal.SIGSTOP),
        lambda c: c.send(part, signal.SIGCONT),
    )


def _parted(one: str, other: str) -> Fault:
    return Fault(
        f"{one} cut off from {other}",
        lambda c: c.lan.cut(one, other),
        lambda c: c.lan.mend(one, other),
    )


def _jumped(hours: float) -> Fault:
    return Fault(
        f"clock of {ODD} jumps {hours:+.0f} h",
        lambda c: make_odd(c.odd, off=hours * HOUR),
        lambda c: make_odd(c.odd),
    )


def _blind_and_set_back(centre: Centre) -> None:
    make_odd(centre.odd, off=-HOUR)
    centre.lan.cut(ODD, "db")


def _seeing_and_right(centre: Centre) -> None:
    centre.lan.mend(ODD, "db")
    make_odd(centre.odd)


def _dies_before_a_ring(centre: Centre) -> None:
    """Straight to that node: nginx gives commands to those with the fewest pages."""
    url = f"http://{centre.lan.addresses[ODD]}:8000/api/v1/"
    who = {"username": "channels", "password": PASSWORD}
    body = {"channel": "sms", "customer": {"name": "Kirsten"}, "text": "Hello"}
    with centre.lan.inside("people"), httpx.Client(base_url=url, timeout=30) as http:
        token = http.post("token/", json=who).json()["token"]
        make_odd(centre.odd, ring=3)
        with suppress(httpx.TransportError):
            while centre.parts[ODD].alive:
                http.post(
                    "conversations/",
                    json=body,
                    headers={"Authorization": f"Token {token}"},
                )
    log = centre.folder / f"{ODD}.log"
    wait_until(lambda: not centre.parts[ODD].alive, f"{ODD} dies", log)


class Deaf:
    """A page that opens the board's stream and never reads from it."""

    def __init__(self, cookie: Callable[[], str]) -> None:
        self._cookie = cookie
        self._socket: socket.socket | None = None

    def open(self, centre: Centre) -> None:
        lines = (
            "GET /ws/board/ HTTP/1.1",
            f"Host: {centre.lan.addresses['edge']}",
            f"Origin: {centre.url}",
            f"Cookie: {self._cookie()}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        )
        with centre.lan.inside("people"):
            deaf = self._socket = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect((centre.lan.addresses["edge"], 80))
        deaf.sendall("\r\n".join([*lines, "", ""]).encode())

    def close(self, _centre: Centre) -> None:
        if self._socket is not None:
            self._socket.close()


REDIS_KILLED = _killed("ring")
UNPLUGGED = Fault(
    f"{ODD} cut off from everything",
    lambda c: c.lan.unplug(ODD),
    lambda c: c.lan.plug(ODD),
)
BLIND = _parted(ODD, "db")
DEAD_BEFORE_RING = Fault(
    f"{ODD} killed between commit and doorbell",
    _dies_before_a_ring,
    lambda c: c.start(ODD),
)
DATABASE_KILLED = _killed("db")

ALL = (
    REDIS_KILLED,
    _held("ring"),
    _restarted("ring"),
    _parted(ODD, "ring"),
    DEAD_BEFORE_RING,
    _killed("node2"),
    _held("node2"),
    _restarted("db"),
    DATABASE_KILLED,
    _held("db"),
    BLIND,
    UNPLUGGED,
    _restarted("edge"),
    _killed("edge"),
    _held("edge"),
    Fault(
        "the people's network is gone",
        lambda c: c.lan.unplug("people"),
        lambda c: c.lan.plug("people"),
    ),
    _killed("clock"),
    _jumped(+1),
    _jumped(-1),
    Fault(
        f"{ODD} cut off from db, its clock 1 h back",
        _blind_and_set_back,
        _seeing_and_right,
    ),
)
QUICK = (REDIS_KILLED, DEAD_BEFORE_RING, DATABASE_KILLED, UNPLUGGED)
"""One of each kind, for every run of the tests."""
