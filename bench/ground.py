"""What is measured: the real server on PostgreSQL and Valkey, with a made-up floor."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bench.processor import cpu_seconds, memory_kb
from tests import servers
from tests.servers import LiveServer, Process, start_postgres, start_valkey, wait_until

SECRET = {"SECRET_KEY": "for measuring alone, and long enough to be accepted as one"}
SETTINGS = {"DJANGO_SETTINGS_MODULE": "config.settings"}
OWN = {"DEMO": "0", "CLOCK": "outside", "LOG_LEVEL": "ERROR"}
EMPTY = "empty"


class Product(LiveServer):
    """One web process under measurement; `daphne` instead of our own entry if asked."""

    daphne = False

    def start(self) -> None:
        """As in use; daphne by its own command."""
        if not self.daphne:
            super().start()
            return
        command = [sys.executable, "-m", "daphne", "-p", str(self.port), "-v", "0"]
        command += ["-b", "127.0.0.1", "config.asgi:application"]
        self.process = Process(command, self.env | SETTINGS, self.log)
        wait_until(self.is_ready, "daphne is ready", self.log)

    @property
    def pid(self) -> int:
        """The process that serves."""
        assert self.process is not None
        return self.process.child.pid

    @property
    def cpu(self) -> float:
        """CPU-seconds that it has used so far."""
        return cpu_seconds(self.pid)

    @property
    def memory(self) -> int:
        """kB that it holds."""
        return memory_kb(self.pid)

    @property
    def database(self) -> str:
        """Its own copy of the floor."""
        return self.env["DATABASE_URL"]

    def run(self, module: str, *arguments: object) -> str:
        """A module of the bench with the settings of this server; what it prints."""
        return run_module(self.env, module, *arguments)


class Ground:
    """The databases of one run; each floor is made once and copied for each measure."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = start_postgres(folder / "postgres")
        self.redis = start_valkey()
        self._numbers = count(1)
        self._made: set[str] = set()

    @contextmanager
    def product(
        self, ongoing: int, closed: int = 0, *, daphne: bool = False
    ) -> Iterator[Product]:
        """The server with so much on its floor, in a database of its own."""
        env = {"DATABASE_URL": self.copy_of(ongoing, closed), "REDIS_URL": self.redis}
        product = Product(env=self.env() | env)
        product.daphne = daphne
        with product:
            yield product

    def copy_of(self, ongoing: int, closed: int = 0) -> str:
        """The address of a new database with such a floor."""
        name = f"floor_{ongoing}_{closed}"
        if name not in self._made:
            self._make(name, ongoing, closed)
            self._made.add(name)
        return self._new(f"copy_{next(self._numbers)}", name)

    def env(self) -> dict[str, str]:
        """What all processes of the run share."""
        return SECRET | OWN

    def _make(self, name: str, ongoing: int, closed: int) -> None:
        if EMPTY not in self._made:
            self._made.add(EMPTY)
            self._migrate(self._new(EMPTY, "template1"))
        env = self._process_env(self._new(name, EMPTY))
        plan = ("--closed", closed, "--ongoing", ongoing, "--room", 1_000)
        run_module(env, "bench.history", *plan)

    def _migrate(self, url: str) -> None:
        servers.manage(self._process_env(url), "migrate", "--verbosity=0")

    def _process_env(self, url: str) -> dict[str, str]:
        kept = servers.product_env(self.folder)
        return kept | self.env() | SETTINGS | {"DATABASE_URL": url}

    def _new(self, name: str, template: str) -> str:
        with psycopg.connect(self.postgres, autocommit=True) as database:
            words = f'CREATE DATABASE "{name}" TEMPLATE "{template}"'
            database.execute(words.encode())
        return urlsplit(self.postgres)._replace(path=f"/{name}").geturl()


def run_module(env: dict[str, str], module: str, *arguments: object) -> str:
    """`python -m module` to its end; RuntimeError with its words if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        env=os.environ | env | SETTINGS,
        cwd=servers.ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{module}:\n{done.stderr[-2000:]}")
    return done.stdout
