"""Houses for the tests of both doors: a queue with its chat site, three agents and a
supervisor each, built inside the server's own environment.

`open_houses` runs there (`manage.py shell`); the tests read what it prints.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from accounts.roles import Role
from conversations.events import SYSTEM
from conversations.models import Queue
from conversations.states import Channel, Method, Presence
from conversations.transitions import staffing
from gateways.models import ChatSite
from tests import building
from tests.servers import LiveServer

AGENTS = {"Nora": 100, "Tomas": 10, "Freja": 10}
"""Units: a chat takes 20, so that routing gives it to Nora alone; a supervisor can
transfer it to the others all the same, with an override."""
SUPERVISOR = "Astrid"
MACHINE = "Machine"
CSRF = "c" * 32


@dataclass(frozen=True)
class Staff:
    """One user as their browser knows itself."""

    name: str
    user: int
    agent: int
    cookie: str


@dataclass(frozen=True)
class House:
    """One queue with everybody who works there."""

    number: int
    site: str
    queue: int
    staff: dict[str, Staff]


def houses_of(server: LiveServer, number: int) -> list[House]:
    """New houses on this server's database."""
    code = f"from tests.doors.houses import open_houses; open_houses({number})"
    told = server.manage("shell", "--verbosity=0", "--no-imports", "-c", code)
    return [_house(one) for one in json.loads(told.splitlines()[-1])]


def _house(one: dict[str, Any]) -> House:
    staff = {name: Staff(**facts) for name, facts in one.pop("staff").items()}
    return House(**one, staff=staff)


class Database:
    """The server's rows, read and moved past it."""

    def __init__(self, server: LiveServer) -> None:
        self._url = server.env.get("DATABASE_URL", "")
        self._folder: Path = server.folder

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a SELECT finds; `?` stands for each value."""
        if self._url:
            with psycopg.connect(self._url, autocommit=True) as postgres:
                return postgres.execute(query.replace("?", "%s"), values).fetchall()
        with closing(self._file()) as file:
            return file.execute(query, values).fetchall()

    def write(self, query: str, *values: object) -> int:
        """Move rows, such as a due time; how many."""
        if self._url:
            with psycopg.connect(self._url, autocommit=True) as postgres:
                return postgres.execute(query.replace("?", "%s"), values).rowcount
        with closing(self._file()) as file, file:
            return file.execute(query, values).rowcount

    def _file(self) -> sqlite3.Connection:
        (file,) = self._folder.glob("*.sqlite3")
        return sqlite3.connect(file, timeout=20)


# Inside the server's environment


def open_houses(number: int) -> None:
    """Build so many houses, and print what the clients must know of them."""
    building.settings_are(
        supervisor_monitor=True,
        supervisor_transfer=True,
        supervisor_assign=True,
        force_close=True,
    )
    first = _first_number()
    print(json.dumps([_built(first + n) for n in range(number)]))


def _first_number() -> int:
    return ChatSite.objects.count() + 1


def _built(number: int) -> dict[str, object]:
    queue = building.a_queue(f"House {number}", method=Method.HIGHEST_CAPACITY)
    chat = building.a_workstream(Channel.LIVE_CHAT, queue=queue, name=f"Chat {number}")
    building.a_workstream(Channel.SMS, queue=queue, name=f"Texts {number}")
    ChatSite.objects.create(key=f"house-{number}", name="House", workstream=chat)
    staff = [_an_agent(name, number, units, queue) for name, units in AGENTS.items()]
    staff.append(_a_supervisor(number, queue))
    machine = building.a_machine(f"{MACHINE.lower()}{number}")
    staff.append(_signed_in(machine, MACHINE, 0))
    people = {str(one["name"]): one for one in staff}
    site = f"house-{number}"
    return {"number": number, "site": site, "queue": queue.pk, "staff": people}


def _an_agent(name: str, number: int, units: int, queue: Queue) -> dict[str, object]:
    user = building.a_user(f"{name.lower()}{number}", Role.AGENT, first_name=name)
    agent = building.an_agent(
        user=user, queues=[queue], units=units, presence=Presence.OFFLINE
    )
    with transaction.atomic():
        staffing.rename_agent(staffing.enter_agent(agent.pk), name, by=SYSTEM)
    return _signed_in(user, name, agent.pk)


def _a_supervisor(number: int, queue: Queue) -> dict[str, object]:
    user = building.a_supervisor(f"{SUPERVISOR.lower()}{number}", queues=[queue])
    user.first_name = SUPERVISOR
    user.save()
    return _signed_in(user, SUPERVISOR, 0)


def _signed_in(user: User, name: str, agent: int) -> dict[str, object]:
    """A session as logging in makes it: a true password hash takes half a second."""
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "accounts.sessions.FloorBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.create()
    cookie = f"sessionid={session.session_key}; csrftoken={CSRF}"
    return {"name": name, "user": user.pk, "agent": agent, "cookie": cookie}


def shared_database(name: str) -> str:
    """The address of a new PostgreSQL database of this test run's server."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as database:
        database.execute(f"CREATE DATABASE {name}")
    return f"{url.rpartition('/')[0]}/{name}"


def marks(texts: Iterable[str]) -> list[bytes]:
    """What must not be found on a wire, as it would stand there."""
    return [json.dumps(text)[1:-1].encode() for text in texts]
