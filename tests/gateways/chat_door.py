"""The customer's own door as a browser calls it: one token, no cookies."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

from django.db import transaction
from django.test import Client

from conversations import moments
from conversations.events import Actor
from conversations.models import Agent, Conversation, Queue, Workstream
from conversations.states import Channel, Situation
from conversations.transitions import handling
from conversations.transitions.scene import Scene
from gateways.chat import passes
from gateways.models import ChatPass, ChatSite
from tests import building
from tests.calling import Answer

QUESTION = "Where is my parcel?"
_numbers = count(1)


def a_site(key: str = "", *, stream: Workstream | None = None, **more: Any) -> ChatSite:
    """A website with a chat; with a live chat and a queue of its own."""
    key = key or f"site-{next(_numbers)}"
    stream = stream or building.a_workstream(Channel.LIVE_CHAT)
    return ChatSite.objects.create(key=key, name=key.title(), workstream=stream, **more)


def a_client_id() -> str:
    """As a browser makes them up."""
    return f"browser-made-{next(_numbers):08d}"


class Door:
    """One customer's browser."""

    def __init__(self, site: ChatSite, *, address: str = "", token: str = "") -> None:
        self.site = site
        self.token = token
        self.address = address or f"192.0.2.{next(_numbers) % 250}"
        self.client = Client(REMOTE_ADDR=self.address)

    def open(self, **changes: object) -> Answer:
        """Open a chat and keep its token."""
        answer = self.post("", self.opening(**changes), token="")
        if answer.status < 300:
            self.token = answer.body["token"]
        return answer

    def opening(self, **changes: object) -> dict[str, object]:
        """What a browser sends to open a chat."""
        return {
            "site": self.site.key,
            "name": "Kirsten",
            "question": QUESTION,
            "client_id": a_client_id(),
            **changes,
        }

    def say(self, text: str = "Hello?", client_id: str = "") -> Answer:
        body = {"text": text, "client_id": client_id or a_client_id()}
        return self.post("messages/", body)

    def end(self) -> Answer:
        return self.post("end/", {})

    def rate(self, score: object = 5, **more: object) -> Answer:
        return self.post("rating/", {"score": score, **more})

    def read(self, after: int | None = None) -> Answer:
        return self.get("" if after is None else f"?after={after}")

    def get(self, path: str = "", *, token: str | None = None) -> Answer:
        return self._call("GET", path, token=token)

    def post(self, path: str, body: object, *, token: str | None = None) -> Answer:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._call("POST", path, data, token=token)

    def _call(
        self, method: str, path: str, body: bytes = b"", *, token: str | None
    ) -> Answer:
        token = self.token if token is None else token
        response = self.client.generic(
            method,
            f"/api/v1/chat/{path}",
            data=body,
            content_type="application/json",
            headers={"Authorization": f"Chat {token}"} if token else {},
        )
        assert not response.cookies
        assert response["Cache-Control"] == "no-store"
        self.headers = response.headers
        raw = response.content
        return Answer(response.status_code, json.loads(raw) if raw else None, raw)


def opened(site: ChatSite | None = None, **more: str) -> Door:
    """A customer who has asked their question."""
    door = Door(site or a_site(), **more)
    answer = door.open()
    assert answer.status == 201, answer.raw
    return door


def behind(door: Door) -> Conversation:
    """The conversation of this customer."""
    nonce = door.token.split(":")[0]
    return ChatPass.objects.get(nonce=nonce).conversation


def picked(
    door: Door, name: str = "nora", *, agent: Agent | None = None
) -> Conversation:
    """An agent has taken it."""
    conversation = behind(door)
    if agent is None:
        agent = building.an_agent(name, queues=[conversation.queue], units=100)
    take = _taking(agent.pk)
    building.act(conversation, take, agents=[agent])
    return conversation


def _taking(agent: int) -> Callable[[Scene], None]:
    def take(scene: Scene) -> None:
        own = scene.agents[agent]
        handling.pick(scene, own, by=Actor.agent(own))

    return take


def a_pass(situation: Situation, queue: Queue, agent: Agent) -> str:
    """A token that is good for a conversation in this situation."""
    conversation = building.in_situation(situation, queue=queue, agent=agent)
    site = ChatSite.objects.filter(is_default=True).first() or a_site(is_default=True)
    now = moments.now()
    with transaction.atomic():
        made = passes.new_pass(
            conversation, site, made_for="x", client_id=a_client_id(), now=now
        )
    token = passes.live_token(made, now)
    assert token is not None
    return token
