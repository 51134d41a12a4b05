"""The customer's and the agent's browser, as the contract says that they must behave.

Independent of the product: nothing of it is imported. What is on a screen came by a
frame or an answer; whatever should not have come is kept in `faults`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.doors.network import Lost, Network, json_of

Json = dict[str, Any]
REFUSED = (4400, 4401, 4403)
PAUSE = 0.02  # seconds before another attempt to connect


@dataclass
class Unsent:
    """Something written: kept and sent again until the server has answered."""

    client_id: str
    text: str
    extra: Json = field(default_factory=dict)


class Browser:
    """A page with one socket that comes again, and an outbox that forgets nothing."""

    path = ""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.bell = network.bell
        self.outbox: list[Unsent] = []
        self.faults: list[str] = []
        self.frames: list[Json] = []
        self.raw: list[str] = []
        self.closes: list[int] = []
        self.socket: ClientConnection | None = None
        self.is_whole = False
        self.beats = True
        self._beat_at = 0.0
        self._heartbeat = 5.0
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks.append(asyncio.create_task(self._stay_connected()))
        self._tasks.append(asyncio.create_task(self._keep_sending()))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.socket is not None:
            await self.socket.close()
        await self.network.close()

    async def until(self, condition: Callable[[], object], what: str) -> None:
        await self.bell.until(condition, f"{self}: {what}", self.shown)

    def write(self, text: str, client_id: str, **extra: object) -> None:
        """What this person says; it is sent, however long that takes."""
        self.outbox.append(Unsent(client_id, text, extra))
        self.bell.ring()

    def shown(self) -> object:
        """For the report of a failure."""
        return [frame["type"] for frame in self.frames[-8:]]

    async def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        """One attempt; `Lost` says nothing of what became of it."""
        return await self.network.request(method, path, body)

    # What each kind of page does in its own way

    async def greet(self, socket: ClientConnection) -> None:
        """The page's first words at its socket."""

    def take(self, frame: Json) -> None:
        """A frame, in its order."""
        raise NotImplementedError

    async def post(self, item: Unsent) -> httpx.Response:
        """Send one thing written."""
        raise NotImplementedError

    def stored(self, item: Unsent, answer: Json) -> None:
        """The server has it."""

    async def without_socket(self) -> None:
        """What the page does while it has none."""

    def is_over(self) -> bool:
        """Whether a socket is wanted no more."""
        return False

    # The socket's life

    async def _stay_connected(self) -> None:
        while not self.is_over():
            try:
                self.socket = await self.network.connect(self.path)
                await self.greet(self.socket)
                await self._read(self.socket)
            except Lost:
                await self._rest()
            except ConnectionClosed as end:
                self._closed(end)
            finally:
                self.socket, self.is_whole = None, False

    async def _rest(self) -> None:
        with suppress(Lost):
            if self.network.is_up:
                await self.without_socket()
                await asyncio.sleep(PAUSE)
        await self.network.back()

    async def _read(self, socket: ClientConnection) -> None:
        while not self.is_over():
            text = await socket.recv()
            assert isinstance(text, str)
            self.raw.append(text)
            frame = json.loads(text)
            self.frames.append(frame)
            self.take(frame)
            self.bell.ring()
            await self._beat(socket)
        await socket.close()

    async def _beat(self, socket: ClientConnection) -> None:
        """In answer to a frame: the timers of hidden tabs are slowed down."""
        now = asyncio.get_running_loop().time()
        if self.beats and now - self._beat_at >= self._heartbeat:
            self._beat_at = now
            await socket.send(json.dumps({"type": "ping"}))

    def _closed(self, end: ConnectionClosed) -> None:
        code = end.rcvd.code if end.rcvd is not None else 1006
        self.closes.append(code)
        if code in REFUSED:
            self.faults.append(f"the socket was closed with {code}")
        self.bell.ring()

    # The outbox

    async def _keep_sending(self) -> None:
        while True:
            while not self.outbox:
                await self.bell.wait()
            try:
                answer = await self.post(self.outbox[0])
            except Lost:
                await self.network.back()
                continue
            item = self.outbox.pop(0)
            if answer.is_success:
                self.stored(item, json_of(answer))
            else:
                self.faults.append(f"{item.text!r}: {answer.status_code} {answer.text}")
            self.bell.ring()


class ChatClient(Browser):
    """A customer. Has the messages by number, and the state; the token alone opens."""

    path = "/ws/chat/"

    def __init__(self, network: Network, site: str, name: str) -> None:
        super().__init__(network)
        self.site, self.name = site, name
        self.token = ""
        self.state: Json = {}
        self.messages: dict[int, Json] = {}
        self.has_read_on = False
        self._next = 1

    def __str__(self) -> str:
        return f"customer {self.name}"

    def shown(self) -> object:
        return self.state.get("status"), self.texts, super().shown()

    @property
    def last(self) -> int:
        """All up to here are there."""
        last = 0
        while last + 1 in self.messages:
            last += 1
        return last

    @property
    def texts(self) -> list[str]:
        return [message["text"] for _id, message in sorted(self.messages.items())]

    async def open(self, question: str, client_id: str) -> None:
        """Ask until there is an answer; the same id opens once."""
        body = {"site": self.site, "name": self.name, "question": question}
        while not self.token:
            try:
                answer = await self.ask(
                    "POST", "/api/v1/chat/", {**body, "client_id": client_id}
                )
            except Lost:
                await self.network.back()
                continue
            assert answer.status_code in (200, 201), answer.text
            self._hear(json_of(answer))
        self.start()

    async def rate(self, score: int) -> None:
        """After the end, with the token that came with it."""
        while self.state.get("rating") != score:
            try:
                await self.read()
                if self.state.get("rating") is None:
                    answer = await self._ask("POST", "rating/", {"score": score})
                    assert answer.is_success, answer.text
                    self._hear(json_of(answer))
            except Lost:
                await self.network.back()

    async def read(self) -> None:
        """By HTTP, what there is behind what is known."""
        answer = await self._ask("GET", f"?after={self.last}")
        assert answer.is_success, answer.text
        self._hear(json_of(answer))
        self.bell.ring()

    async def greet(self, socket: ClientConnection) -> None:
        after = self.last
        self._next = after + 1
        hello = {"type": "hello", "token": self.token, "after": after}
        await socket.send(json.dumps(hello))

    def take(self, frame: Json) -> None:
        kind = frame["type"]
        if kind == "hello":
            self._heartbeat, self.is_whole = frame["heartbeat_seconds"], True
        elif kind == "state":
            self._hear(frame)
        elif kind == "message":
            self._in_order(frame["message"])
        elif kind == "pulse" and frame["last"] != self._next - 1:
            self.faults.append(f"a pulse says {frame['last']}, here {self._next - 1}")

    async def post(self, item: Unsent) -> httpx.Response:
        body = {"text": item.text, "client_id": item.client_id}
        return await self._ask("POST", "messages/", body)

    def stored(self, item: Unsent, answer: Json) -> None:
        self._put(answer["message"])

    async def without_socket(self) -> None:
        """Poll."""
        await self.read()

    def is_over(self) -> bool:
        """What was said up to the end is still read; then nothing more comes."""
        return bool(self.state.get("status") == "ended")

    async def _stay_connected(self) -> None:
        await super()._stay_connected()
        while not self.has_read_on:
            try:
                await self.read()
                self.has_read_on = True
            except Lost:
                await self.network.back()

    async def _ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        return await self.network.request(
            method, f"/api/v1/chat/{path}", body, Authorization=f"Chat {self.token}"
        )

    def _hear(self, news: Json) -> None:
        self.token = news.get("token", self.token)
        self.state = news.get("state", self.state)
        for message in news.get("messages", ()):
            self._put(message)

    def _in_order(self, message: Json) -> None:
        if message["id"] != self._next:
            self.faults.append(f"message {message['id']} came instead of {self._next}")
        self._next = message["id"] + 1
        self._put(message)

    def _put(self, message: Json) -> None:
        known = self.messages.setdefault(message["id"], message)
        if known != message:
            self.faults.append(f"two messages {message['id']}")


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
            self._tasks.append(asyncio.create_task(self._acknowledge(version)))

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
