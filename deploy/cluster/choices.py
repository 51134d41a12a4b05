"""What `make run-cluster` was asked for, checked before anything starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from config import environment
from config.environment import Environment, WrongSetting
from config.processes import port_is_free

DEFAULTS = {
    "DATA_DIR": "var/cluster",
    "DEMO": "1",
    "HOST": "127.0.0.1",
    "PORT": "8000",
    "LOG_FORMAT": "console",
    "LOG_LEVEL": "WARNING",
}
OWN_SERVERS = ("DATABASE_URL", "REDIS_URL")
MOST = 32
COMMAND = "make run-cluster"


@dataclass(frozen=True)
class Choices:
    """The product's settings, of which host and port are nginx's, and how many.

    `traffic`: the demo's dialogues are played.
    """

    environment: Environment
    web: int
    clocks: int
    traffic: bool


def read() -> Choices:
    """All of them from the environment, or WrongSetting at the first bad one."""
    for name, value in DEFAULTS.items():
        os.environ[name] = os.environ.get(name) or value
    for name in OWN_SERVERS:
        if os.environ.get(name):
            remedy = f"leave it out: {COMMAND} brings its own."
            raise WrongSetting(name, "it is set", remedy)
    found = environment.read()
    return Choices(
        found,
        web=_count("WEB", 3, least=1),
        clocks=_count("CLOCKS", 1, least=1),
        traffic=found.demo and environment.flag("REPLAY", default="1"),
    )


def check_door(choices: Choices) -> None:
    """WrongSetting if nginx could not listen there."""
    place = choices.environment
    port_is_free(place.host, place.port, COMMAND)


def process_env(choices: Choices, **own: str) -> Mapping[str, str]:
    """The environment of each process: nginx speaks for people, and alone to it."""
    found = choices.environment
    return os.environ | {
        "HOST": "127.0.0.1",
        "CLOCK": "outside",
        "DEMO": "1" if found.demo else "0",
        # By this name the supervisor asks whether they are ready.
        "ALLOWED_HOSTS": ",".join({*found.allowed_hosts, "127.0.0.1"}),
        "CSRF_TRUSTED_ORIGINS": ",".join(found.csrf_trusted_origins),
        "BEHIND_TLS": "1" if found.behind_tls else "0",
        "FORWARDED_ALLOW_IPS": "127.0.0.1",
        **own,
    }


def _count(name: str, default: int, *, least: int) -> int:
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= MOST:
        raise WrongSetting(name, value, f"use a number from {least} to {MOST}.")
    return int(value)
