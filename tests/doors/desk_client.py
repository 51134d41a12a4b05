"""The agent's browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import blake2b

import httpx
from websockets.asyncio.client import ClientConnection

from tests.doors.browser import Browser, Json, Unsent
from tests.doors.network import Lost, Network


class DeskClient(Browser):
    """An agent. What lies on the desk is what the frames say; each pulse must prove it.

    An own message is on the screen when its frame has come, not when it is answered.
    """

    path = "/ws/desk/"

    def __init__(self, network: Network, name: str) -> None:
        super().__init__(network)
        self.name = name
        self.agent: Json = {}
        self.entries: dict[int, Json] = {}
        self.offers: dict[int, Json] = {}
        self.messages: dict[int, dict[int, Json]] = {}
        self.gone: dict[int, str] = {}
        self.alerts: dict[int, Json] = {}
        self.proofs = 0
        self._must_refresh = False

    def __str__(self) -> str:
        return f"agent {self.name}"

    def shown(self) -> object:
        return list(self.entries), list(self.offers), super().shown()

    def texts(self, conversation: int) -> list[str]:
        return [line["text"] for line in self.lines(conversation)]

    def lines(self, conversation: int) -> list[Json]:
        said = self.messages.get(conversation, {})
        return [message for _id, message in sorted(said.items())]

    @property
    def digest(self) -> str:
        """Of what is here, by the contract's rule."""
        names = [f"a:{self.agent['id']}:{self.agent['version']}"]
        names += [f"o:{pk}" for pk in self.offers]
        for pk, entry in self.entries.items():
            last = max(self.messages.get(pk, {}), default=0)
            names.append(f"c:{pk}:{entry['version']}:{last}")
        digest = 0
        for name in names:
            hashed = blake2b(name.encode(), digest_size=8).digest()
            digest ^= int.from_bytes(hashed, "big")
        return f"{digest:016x}"

    def say(
        self, conversation: int, text: str, client_id: str, visibility: str = "public"
    ) -> None:
        self.write(text, client_id, conversation=conversation, visibility=visibility)

    async def act(
        self,
        path: str,
        body: Callable[[], Json],
        is_done: Callable[[], bool],
        *,
        method: str = "POST",
    ) -> None:
        """What a person does with a button: press it, and where nothing is known of it
        look at the desk, and press again only if nothing has come of it."""
        while not is_done():
            try:
                answer = await self.ask(method, f"/api/v1/{path}", body())
            except Lost:
                await self.network.back()
                await self.until(lambda: self.is_whole, "the whole desk is back")
                continue
            assert answer.is_success or answer.status_code == 409, answer.text
            before = self.proofs
            await self.until(
                lambda before=before: is_done() or self.proofs > before,  # type: ignore[misc]
                f"sees what came of {path}",
            )

    async def accept(self, conversation: int) -> None:
        await self._answer(conversation, "accept")

    async def decline(self, conversation: int) -> None:
        await self._answer(conversation, "decline")

    async def greet(self, socket: ClientConnection) -> None:
        self.is_whole = False

    def take(self, frame: Json) -> None:
        getattr(self, f"_take_{frame['type']}")(frame)

    async def post(self, item: Unsent) -> httpx.Response:
        path = f"/api/v1/conversations/{item.extra['conversation']}/messages/"
        body = {"text": item.text, "client_id": item.client_id}
        body["visibility"] = item.extra["visibility"]
        return await self.ask("POST", path, body)

    async def _answer(self, conversation: int, answer: str) -> None:
        def pending() -> list[int]:
            return [
                pk
                for pk, offer in self.offers.items()
                if offer["conversation"]["id"] == conversation
            ]

        await self.until(pending, f"is offered #{conversation}")
        (offer,) = pending()
        await self.act(
            f"offers/{offer}/{answer}/", dict, lambda: offer not in self.offers
        )

    async def _beat(self, socket: ClientConnection) -> None:
        await super()._beat(socket)
        if self._must_refresh:
            self._must_refresh = False
            await socket.send(json.dumps({"type": "refresh"}))

    def _take_hello(self, frame: Json) -> None:
        assert frame["protocol"] == 1
        self._heartbeat = frame["heartbeat_seconds"]

    def _take_desk(self, frame: Json) -> None:
        left = self.entries.keys() - {entry["id"] for entry in frame["conversations"]}
        self.gone |= dict.fromkeys(left, "while away")
        self.agent = frame["agent"]
        self.entries = {entry["id"]: entry for entry in frame["conversations"]}
        self.offers = {offer["id"]: offer for offer in frame["offers"]}
        self.messages = {
            int(pk): {message["id"]: message for message in said}
            for pk, said in frame["messages"].items()
        }
        for alert in frame["alerts"]:
            self._take_alert(alert)
        self.is_whole = True
        self._prove(frame)
        if not frame["notice"]["acknowledged"]:
            version = frame["notice"]["text_version"]
            self.begin(self._acknowledge(version))

    def _take_rows(self, frame: Json) -> None:
        for entry in frame["conversations"]:
            self.entries[entry["id"]] = entry

    def _take_gone(self, frame: Json) -> None:
        for left in frame["conversations"]:
            self.entries.pop(left["id"], None)
            self.gone[left["id"]] = left["reason"]

    def _take_offer(self, frame: Json) -> None:
        self.offers[frame["offer"]["id"]] = frame["offer"]

    def _take_offer_ended(self, frame: Json) -> None:
        self.offers.pop(frame["id"], None)

    def _take_message(self, frame: Json) -> None:
        message, pk = frame["message"], frame["conversation"]
        said = self.messages.setdefault(pk, {})
        if message["id"] in said or message["id"] < max(said, default=0):
            self.faults.append(f"message {message['id']} of #{pk} came late or twice")
        said[message["id"]] = message

    def _take_typing(self, frame: Json) -> None:
        """Shown for five seconds."""

    def _take_presence(self, frame: Json) -> None:
        self.agent = frame["agent"]

    def _take_notice(self, frame: Json) -> None:
        """The bar at the top."""

    def _take_pickable(self, frame: Json) -> None:
        """Nothing is picked here."""

    def _take_alert(self, frame: Json) -> None:
        self.alerts[frame["id"]] = frame

    def _take_pulse(self, frame: Json) -> None:
        self._prove(frame)

    def _prove(self, frame: Json) -> None:
        if frame["digest"] == self.digest:
            self.proofs += 1
            return
        self._must_refresh = True
        self.faults.append(f"{frame['type']}: {frame['digest']}, here {self.digest}")

    async def _acknowledge(self, version: str) -> None:
        body = {"text_version": version}
        while True:
            try:
                await self.ask("POST", "/api/v1/desk/notice/", body)
                return
            except Lost:
                await self.network.back()
