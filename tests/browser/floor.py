"""Everybody whom the supervisor watches: agents, customers, other supervisors, each a
client of the public API of a real server."""

from __future__ import annotations

import os
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from tests.servers import LiveServer, wait_until

Json = dict[str, Any]

PASSWORD = "floorwalker"
CARE = "Care desk"
PEOPLE = ("channels", "supervisor", "agent1", "agent2")
_numbers = count(1)


class Caller:
    """One person or machine at the API, known by a token."""

    def __init__(self, url: str, username: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/api/v1/", timeout=30)
        body = {"username": username, "password": PASSWORD}
        token = self.ask("POST", "token/", body)["token"]
        self._http.headers["Authorization"] = f"Token {token}"

    def ask(self, method: str, path: str, body: Json | None = None) -> Any:
        answer = self._http.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        return self.ask("GET", path)

    def post(self, path: str, **body: object) -> Any:
        return self.ask("POST", path, body)

    def close(self) -> None:
        self._http.close()


class DemoAgent(Caller):
    """`agent1` or `agent2`, who are left to people: here to the tests."""

    @cached_property
    def id(self) -> int:
        return int(self.get("desk/")["agent"]["id"])

    @property
    def name(self) -> str:
        return str(self.get("desk/")["agent"]["name"])

    @property
    def row(self) -> Json:
        """As supervisors see this agent, too."""
        answer: Json = self.get("desk/")["agent"]
        return answer

    def is_offline(self) -> bool:
        return bool(self.row["presence"] == "offline")

    def read_notice(self) -> None:
        """Acknowledge the notice to agents, if there is a new one."""
        notice = self.get("desk/")["notice"]
        if notice["text"] and not notice["acknowledged"]:
            self.post("desk/notice/", text_version=notice["text_version"])

    def turn(self, presence: str) -> None:
        """Set the presence, if it is another."""
        now = self.row
        if now["presence"] != presence:
            body = {"state_version": now["state_version"], "presence": presence}
            self.ask("PATCH", f"agents/{self.id}/", body)

    def offers(self) -> list[Json]:
        offers: list[Json] = self.get("desk/")["offers"]
        return offers

    def accept(self) -> None:
        self._answer("accept")

    def decline(self) -> None:
        self._answer("decline")

    def accept_next(self) -> int:
        """Accept what routing offers next; answers which conversation it is."""
        wait_until(lambda: bool(self.offers()), "an offer", Path(os.devnull))
        [offer] = self.offers()
        self.accept()
        return int(offer["conversation"]["id"])

    def _answer(self, answer: str) -> None:
        [offer] = self.offers()
        self.post(f"offers/{offer['id']}/{answer}/")

    def say(self, conversation: int, text: str) -> None:
        self.post(
            f"conversations/{conversation}/messages/",
            text=text,
            visibility="public",
            client_id=f"agent-{next(_numbers)}",
        )

    def hears(self, conversation: int) -> list[str]:
        said = self.get(f"conversations/{conversation}/messages/")["messages"]
        return [message["text"] for message in said]


class Floor:
    """What happens on the floor besides the screen under test."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        self.machine = Caller(server.url, "channels")
        self.supervisor = Caller(server.url, "supervisor")
        self.nora = DemoAgent(server.url, "agent1")
        self.tomas = DemoAgent(server.url, "agent2")
        self.agents = {"agent1": self.nora, "agent2": self.tomas}

    def close(self) -> None:
        for one in (self.machine, self.supervisor, self.nora, self.tomas):
            one.close()

    def clear(self) -> None:
        """Nothing ongoing, both agents available: how each test begins."""
        for row in self.board()["conversations"]:
            self.force_close(row["id"])
        for agent in (self.nora, self.tomas):
            agent.turn("available")

    def board(self) -> Json:
        board: Json = self.supervisor.get("board/")
        return board

    def row(self, conversation: int) -> Json:
        row: Json = self.supervisor.get(f"conversations/{conversation}/")
        return row

    def open(self, subject: str = "Where is my parcel?", **facts: object) -> int:
        """A customer arrives: ten units (a persistent chat) for the Care desk, where
        nothing is routed by itself."""
        number = next(_numbers)
        body = {
            "channel": "persistent_chat",
            "queue": CARE,
            "subject": subject,
            "customer": {"name": f"Customer {number}", "address": f"c{number}"},
            "language": "en",
            "text": "Good morning, I have a question.",
        }
        row = self.machine.ask("POST", "conversations/", body | facts)
        return int(row["id"])

    def customer_says(self, conversation: int, text: str) -> None:
        path = f"conversations/{conversation}/customer-messages/"
        self.machine.post(path, text=text, client_id=f"customer-{next(_numbers)}")

    def customer_sees(self, conversation: int) -> list[str]:
        path = f"conversations/{conversation}/public-messages/"
        return [one["text"] for one in self.machine.get(path)["messages"]]

    def assign(self, conversation: int, agent: DemoAgent, **more: object) -> None:
        self._command(conversation, "assign", agent=agent.id, **more)

    def transfer(self, conversation: int, agent: DemoAgent) -> None:
        self._command(conversation, "transfer", agent=agent.id)

    def force_close(self, conversation: int) -> None:
        self._command(conversation, "force-close")

    def served(self, agent: DemoAgent, subject: str = "Where is my parcel?") -> int:
        """A new conversation that this agent has accepted."""
        conversation = self.open(subject)
        self.assign(conversation, agent, override=True)
        agent.accept()
        return conversation

    def _command(self, conversation: int, action: str, **body: object) -> None:
        version = self.row(conversation)["state_version"]
        path = f"conversations/{conversation}/{action}/"
        self.supervisor.post(path, state_version=version, reason="Test", **body)
