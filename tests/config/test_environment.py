"""A slip in the environment ends the start with one sentence that names it."""

import subprocess
import sys
from pathlib import Path

import pytest

from config import environment

BAD = [
    ("DEBUG", "maybe"),
    ("DEMO", "2"),
    ("PORT", "x"),
    ("PORT", "0"),
    ("PORT", "65536"),
    ("DATA_DIR", "/proc/floorwalker"),
    ("SECRET_KEY", "short"),
    ("DATABASE_URL", "mysql://user:secret@host/name"),
    ("DATABASE_URL", "postgres://user:secret@host:port/name"),
    ("DATABASE_URL", "postgres://user:secret@host:5432/"),
    ("REDIS_URL", "localhost:6379"),
    ("REDIS_URL", "redis://:secret@host:port/0"),
    ("REDIS_URL", "redis+sentinel://:secret@host:26379"),
    ("REDIS_URL", "redis+cluster://:secret@host:7000,other:x"),
    ("ALLOWED_HOSTS", "http://floor.example.com"),
    ("CSRF_TRUSTED_ORIGINS", "floor.example.com"),
    ("BEHIND_TLS", "perhaps"),
    ("FORWARDED_ALLOW_IPS", "127.0.0.1,nginx"),
    ("CLOCK", "sometimes"),
    ("TIME_ZONE", "Mars/Olympus"),
    ("LOG_FORMAT", "xml"),
    ("LOG_LEVEL", "LOUD"),
    ("METRICS_TOKEN", "secret"),
    ("CLOCK_METRICS_PORT", "x"),
]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in {name for name, _ in BAD} | {"HOST"}:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_is_named_with_what_would_do(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(environment.WrongSetting) as refusal:
        environment.read()
    sentence = str(refusal.value)
    assert sentence.startswith(f"{name}")
    assert " will not do: " in sentence
    assert "\n" not in sentence
    assert "secret" not in sentence


def test_a_bad_value_ends_the_start_without_a_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={"PORT": "x"},
        cwd=environment.ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == ("PORT ('x') will not do: use a number from 1 to 65535.\n")


def test_with_nothing_set_it_is_sqlite_on_loopback_without_demo(
    tmp_path: Path,
) -> None:
    found = environment.read()
    assert found.database["NAME"] == str(tmp_path / "var" / "floorwalker.sqlite3")
    assert (found.host, found.port, found.loopback) == ("127.0.0.1", 8000, True)
    assert (found.debug, found.demo, found.redis_url) == (False, False, "")
    assert found.clock == "inside"


def test_the_demo_is_refused_where_others_could_log_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DEMO", "1")
    monkeypatch.setenv("HOST", "0.0.0.0")
    with pytest.raises(environment.WrongSetting, match="DEMO=public"):
        environment.read()
    monkeypatch.setenv("DEMO", "public")
    assert environment.read().demo


def test_the_secret_key_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    first, second = environment.read(), environment.read()
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= environment.KEY_LENGTH
    files = list((tmp_path / "var").glob("secret-key*"))
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600]


def test_a_postgres_address_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://floor:pw@db.example.com:5433/calls")
    found = environment.read().database
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["HOST"], found["PORT"], found["NAME"]) == (
        "db.example.com",
        5433,
        "calls",
    )


def test_tls_is_expected_wherever_others_come_unless_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not environment.read().behind_tls
    monkeypatch.setenv("BEHIND_TLS", "1")
    assert environment.read().behind_tls
    monkeypatch.setenv("HOST", "10.0.0.1")
    monkeypatch.setenv("BEHIND_TLS", "")
    assert environment.read().behind_tls
    monkeypatch.setenv("BEHIND_TLS", "0")
    assert not environment.read().behind_tls
