"""What `make run-cluster` refuses, each in one sentence and before anything starts."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.environment import ROOT

BAD = {
    "WEB": "many",
    "CLOCKS": "0",
    "REPLAY": "perhaps",
    "PORT": "80x",
    "DATABASE_URL": "postgres://floor@127.0.0.1:5432/floor",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}


def cluster(folder: Path, word: str, **own: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder)} | own
    return subprocess.run(
        [sys.executable, "bin/cluster.py", word],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_is_named_with_what_would_do(name: str, tmp_path: Path) -> None:
    done = cluster(tmp_path, "run", **{name: BAD[name]})
    assert done.returncode == 1
    assert done.stderr.startswith(f"{name} (")
    assert " will not do: " in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "postgres").exists()


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        done = cluster(tmp_path, "run", PORT=str(port))
    assert done.stderr.startswith(f"PORT ('{port}') will not do: ")
    assert f"make run-cluster PORT={port + 1}" in done.stderr
    assert not (tmp_path / "postgres").exists()


def test_there_is_nothing_to_roll_where_nothing_runs(tmp_path: Path) -> None:
    done = cluster(tmp_path, "roll")
    assert done.returncode == 1
    assert done.stdout == f"No cluster is running in {tmp_path}.\n"
