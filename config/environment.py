"""Reads and judges the environment, so that a slip in it ends the start at once."""

import os
import secrets
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ

from live import redis_address

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "localhost", "::1")
DATABASES = ("sqlite", "postgres", "postgresql", "psql")
SECRETS = ("SECRET_KEY", "METRICS_TOKEN")
YES = ("1", "true", "yes", "on")
NO = ("", "0", "false", "no", "off")
KEY_LENGTH = 50
TOKEN_LENGTH = 16
VERSION = str(
    tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
)


class WrongSetting(SystemExit):
    """Ends the start with one sentence: a traceback helps nobody who mistyped."""

    def __init__(self, name: str, value: object, remedy: str) -> None:
        shown = "" if name in SECRETS else f" ({str(value)!r})"
        super().__init__(f"{name}{shown} will not do: {remedy}")


@dataclass(frozen=True)
class Environment:
    """Every setting that comes from outside, already checked."""

    debug: bool
    demo: bool
    host: str
    port: int
    data_dir: Path
    secret_key: str
    database: dict[str, Any]
    redis_url: str
    allowed_hosts: list[str]
    csrf_trusted_origins: list[str]
    behind_tls: bool
    forwarded_allow_ips: list[str]
    clock: str
    time_zone: str
    log_format: str
    log_level: str
    metrics_token: str
    clock_metrics_port: int

    @property
    def loopback(self) -> bool:
        return self.host in LOOPBACK


def read() -> Environment:
    """All settings of this process, or WrongSetting at the first bad one."""
    debug = flag("DEBUG")
    host = _text("HOST", "127.0.0.1")
    data_dir = _data_dir()
    return Environment(
        debug=debug,
        demo=_demo(host),
        host=host,
        port=_port("PORT", "8000"),
        data_dir=data_dir,
        secret_key=_secret_key(data_dir),
        database=_database(data_dir),
        redis_url=_redis_url(),
        allowed_hosts=_hosts(host),
        csrf_trusted_origins=_origins(),
        behind_tls=_behind_tls(host, debug),
        forwarded_allow_ips=_proxies(),
        clock=_one_of("CLOCK", ("inside", "outside")),
        time_zone=_time_zone(),
        log_format=_one_of("LOG_FORMAT", ("console", "json"), 0 if debug else 1),
        log_level=_one_of("LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")),
        metrics_token=_metrics_token(),
        clock_metrics_port=_port("CLOCK_METRICS_PORT", "0", lowest=0),
    )


def _text(name: str, default: str = "") -> str:
    return str(environ.Env().str(name, default=default)).strip()


def _list(name: str) -> list[str]:
    return [part.strip() for part in _text(name).split(",") if part.strip()]


def flag(name: str, default: str = "") -> bool:
    """A setting that is 1 or 0, or WrongSetting."""
    value = _text(name, default).lower()
    if value not in YES + NO:
        raise WrongSetting(name, value, "use 1 or 0.")
    return value in YES


def _one_of(name: str, choices: tuple[str, ...], default: int = 0) -> str:
    value = _text(name) or choices[default]
    if value not in choices:
        raise WrongSetting(name, value, f"use {' or '.join(choices)}.")
    return value


def _demo(host: str) -> bool:
    value = _text("DEMO").lower()
    if value not in (*YES, *NO, "public"):
        raise WrongSetting("DEMO", value, "use 1, 0 or public.")
    if value in YES and host not in LOOPBACK:
        remedy = f"HOST is {host}, so the demo logins would be open to others; "
        raise WrongSetting("DEMO", value, remedy + "DEMO=public allows that.")
    return value not in NO


def _port(name: str, default: str, *, lowest: int = 1) -> int:
    value = _text(name, default)
    if not value.isascii() or not value.isdigit() or not lowest <= int(value) <= 65535:
        raise WrongSetting(name, value, f"use a number from {lowest} to 65535.")
    return int(value)


def _metrics_token() -> str:
    token = _text("METRICS_TOKEN")
    if token and (len(token) < TOKEN_LENGTH or not token.isascii()):
        remedy = f"use at least {TOKEN_LENGTH} random characters, or leave it out."
        raise WrongSetting("METRICS_TOKEN", token, remedy)
    return token


def _data_dir() -> Path:
    folder = (ROOT / Path(_text("DATA_DIR", "var")).expanduser()).resolve()
    remedy = "name a folder that can be made and written to."
    try:
        (folder / "static").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting("DATA_DIR", folder, remedy) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise WrongSetting("DATA_DIR", folder, remedy)
    return folder


def _secret_key(data_dir: Path) -> str:
    key = _text("SECRET_KEY") or _kept_key(data_dir / "secret-key")
    if len(key) < KEY_LENGTH or len(set(key)) < 5:
        remedy = f"use at least {KEY_LENGTH} random characters, or leave it out."
        raise WrongSetting("SECRET_KEY", key, remedy)
    return key


def _kept_key(file: Path) -> str:
    """The key in the data folder; made once, whole, whoever starts first."""
    if not file.exists():
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(KEY_LENGTH))
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text().strip()


def _database(data_dir: Path) -> dict[str, Any]:
    url = _text("DATABASE_URL") or f"sqlite:///{data_dir / 'floorwalker.sqlite3'}"
    remedy = "use postgres://user:password@host:5432/name or sqlite:////path/to/file."
    if urlsplit(url).scheme not in DATABASES:
        raise WrongSetting("DATABASE_URL", _hidden(url), remedy)
    found = dict(_parsed("DATABASE_URL", url, remedy, environ.Env.db_url_config))
    if not found.get("NAME"):
        raise WrongSetting("DATABASE_URL", _hidden(url), remedy)
    return found


def _redis_url() -> str:
    url = _text("REDIS_URL")
    try:
        if url:
            redis_address.read(url)
    except redis_address.NotAnAddress as error:
        raise WrongSetting("REDIS_URL", _hidden(url), str(error)) from error
    return url


def _parsed(name: str, url: str, remedy: str, parse: Callable[[str], T]) -> T:
    try:
        urlsplit(url).port  # noqa: B018
        return parse(url)
    except ValueError as error:
        raise WrongSetting(name, _hidden(url), remedy) from error


def _hidden(url: str) -> str:
    """The address without its password: it is printed."""
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}...@{rest.rpartition('@')[2]}" if "@" in rest else url


def _hosts(host: str) -> list[str]:
    hosts = _list("ALLOWED_HOSTS")
    for name in hosts:
        if "://" in name or "/" in name:
            raise WrongSetting("ALLOWED_HOSTS", name, "use host names without http://.")
    return hosts or ["localhost", "127.0.0.1", "[::1]", *({host} - set(LOOPBACK))]


def _origins() -> list[str]:
    origins = [origin.rstrip("/") for origin in _list("CSRF_TRUSTED_ORIGINS")]
    for origin in origins:
        if not origin.startswith(("http://", "https://")) or origin.count("/") > 2:
            remedy = "use whole origins such as https://floor.example.com."
            raise WrongSetting("CSRF_TRUSTED_ORIGINS", origin, remedy)
    return origins


def _behind_tls(host: str, debug: bool) -> bool:
    """Whether people come by https, which a proxy on this machine may have ended."""
    if not _text("BEHIND_TLS"):
        return host not in LOOPBACK and not debug
    return flag("BEHIND_TLS")


def _proxies() -> list[str]:
    """Whose word uvicorn takes for whom a request comes from; it reads them itself."""
    proxies = _list("FORWARDED_ALLOW_IPS")
    for proxy in proxies:
        try:
            ip_network(proxy if proxy != "*" else "0.0.0.0/0", strict=False)
        except ValueError as error:
            remedy = "use addresses or networks of your proxies, such as 10.0.0.0/8."
            raise WrongSetting("FORWARDED_ALLOW_IPS", proxy, remedy) from error
    return proxies


def _time_zone() -> str:
    zone = _text("TIME_ZONE", "UTC")
    if zone not in available_timezones():
        raise WrongSetting("TIME_ZONE", zone, "use a name such as Europe/Copenhagen.")
    return zone
