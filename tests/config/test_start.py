"""What `make run` checks before it starts anything."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from config.environment import ROOT
from tests.servers import free_port


def prepare(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder)} | settings
    return subprocess.run(
        [sys.executable, "bin/run.py"],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def test_a_taken_port_is_one_sentence_and_nothing_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        done = prepare(tmp_path, PORT=str(port))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"PORT ('{port}') will not do: ")
    assert f"make run PORT={port + 1}" in done.stderr
    assert not (tmp_path / "floorwalker.sqlite3").exists()


def test_a_host_that_is_not_here_is_one_sentence(tmp_path: Path) -> None:
    done = prepare(tmp_path, HOST="nowhere.invalid", DEMO="public")
    assert done.returncode == 1
    assert done.stderr.startswith("HOST ('nowhere.invalid') will not do: ")


def test_a_database_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        url = f"postgres://floor@127.0.0.1:{door.getsockname()[1]}/floor"
        done = prepare(tmp_path, DATABASE_URL=url, PORT=str(free_port()))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("DATABASE_URL will not do: the database says: ")
