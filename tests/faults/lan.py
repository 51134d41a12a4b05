"""Hosts in network namespaces on one bridge, and the ways to part them."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

NET = "10.77.0"
NOWHERE = "02:00:00:00:00:99"
"""A neighbour that nobody is: what is sent to it is lost, and nobody is told."""
CLONE_NEWNET = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)


@cache
def allowed() -> bool:
    """Whether this machine lets us have namespaces."""
    probe = f"fw{os.getpid()}-probe"
    try:
        made = subprocess.run(["ip", "netns", "add", probe], capture_output=True)
    except FileNotFoundError:
        return False
    if made.returncode == 0:
        _ip("netns", "del", probe)
    return made.returncode == 0


class Lan:
    """The hosts by name; `addresses` are theirs. Gone with the block."""

    def __init__(self, **hosts: int) -> None:
        self.addresses = {name: f"{NET}.{last}" for name, last in hosts.items()}
        self._prefix = f"fw{os.getpid()}-"
        self._switch = f"{self._prefix}switch"
        self._home = os.open("/proc/self/ns/net", os.O_RDONLY)

    def __enter__(self) -> Self:
        _ip("netns", "add", self._switch)
        self._in_switch("link", "add", "br0", "type", "bridge")
        self._in_switch("link", "set", "br0", "up")
        for name in self.addresses:
            self._add(name)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name in self.addresses:
            _ip("netns", "del", self._space(name))
        _ip("netns", "del", self._switch)
        os.close(self._home)

    def at(self, host: str, command: Sequence[str]) -> list[str]:
        """The command, to be run on that host; its process id is its own."""
        return ["ip", "netns", "exec", self._space(host), *command]

    @contextmanager
    def inside(self, host: str) -> Iterator[None]:
        """Sockets that this thread opens in the block are opened on that host."""
        path = Path("/run/netns") / self._space(host)
        space = os.open(path, os.O_RDONLY)
        try:
            _enter(space)
            yield
        finally:
            _enter(self._home)
            os.close(space)

    def cut(self, one: str, other: str) -> None:
        """Nothing gets from one to the other, silently, as behind a broken switch."""
        self._neighbour(one, other, "replace", "lladdr", NOWHERE, "nud", "permanent")
        self._neighbour(other, one, "replace", "lladdr", NOWHERE, "nud", "permanent")

    def mend(self, one: str, other: str) -> None:
        self._neighbour(one, other, "del")
        self._neighbour(other, one, "del")

    def unplug(self, host: str) -> None:
        """Its cable is out."""
        self._in_switch("link", "set", f"to-{host}", "down")

    def plug(self, host: str) -> None:
        self._in_switch("link", "set", f"to-{host}", "up")

    def _add(self, name: str) -> None:
        space = self._space(name)
        _ip("netns", "add", space)
        ends = ("type", "veth", "peer", "name", "eth0", "netns", space)
        self._in_switch("link", "add", f"to-{name}", *ends)
        self._in_switch("link", "set", f"to-{name}", "master", "br0", "up")
        address = f"{self.addresses[name]}/24"
        _ip("-n", space, "addr", "add", address, "dev", "eth0")
        _ip("-n", space, "link", "set", "eth0", "up")
        _ip("-n", space, "link", "set", "lo", "up")

    def _neighbour(self, host: str, other: str, verb: str, *how: str) -> None:
        place = (self.addresses[other], "dev", "eth0")
        _ip("-n", self._space(host), "neigh", verb, *place, *how)

    def _in_switch(self, *words: str) -> None:
        _ip("-n", self._switch, *words)

    def _space(self, name: str) -> str:
        return f"{self._prefix}{name}"


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _enter(space: int) -> None:
    if _libc.setns(space, CLONE_NEWNET):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
