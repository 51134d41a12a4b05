"""The public HTTP API as the replay uses it: one server, and one door for each user."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import uniform
from secrets import token_hex

import httpx

from replay.seen import Json
from replay.tally import Tally

ATTEMPTS = 3
LONGEST_PAUSE = 10.0
AT_ONCE = 8
LOOKS_AT_ONCE = 2
TIMEOUT = httpx.Timeout(30.0, connect=5.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `code` is the API's word for a refusal."""

    status: int
    body: Json

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.status < 300

    @property
    def code(self) -> str:
        """Stable, such as `wrong_state`; the bare status where there is none."""
        return str(self.body.get("code") or self.status)


class Server:
    """One server, that may go away and come back; everybody waits for it together."""

    def __init__(self, url: str, tally: Callable[[], list[Tally]], say: Say) -> None:
        limits = httpx.Limits(max_connections=AT_ONCE + LOOKS_AT_ONCE)
        self._client = httpx.AsyncClient(base_url=url, timeout=TIMEOUT, limits=limits)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._looks = asyncio.Semaphore(LOOKS_AT_ONCE)
        self._there = asyncio.Event()
        self._there.set()
        self._tallies = tally
        self._say = say

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def send(
        self,
        method: str,
        path: str,
        body: Json | None,
        headers: Mapping[str, str],
        *,
        look: bool,
    ) -> Answer:
        """Send until there is an answer. Looks at desks stand behind all the rest."""
        async with self._looks if look else self._nothing(), self._turns:
            while True:
                await self._there.wait()
                try:
                    response = await self._client.request(
                        method, path, json=body, headers=headers
                    )
                except httpx.TransportError as error:
                    await self._wait_for_it(error)
                    continue
                return self._counted(response)

    def _counted(self, response: httpx.Response) -> Answer:
        answer = Answer(response.status_code, _json(response))
        for tally in self._tallies():
            tally.requests += 1
            if answer.status >= 500 or answer.status in (400, 401, 429):
                tally.failed[answer.code] += 1
            elif not answer.ok:
                tally.refused[answer.code] += 1
        return answer

    async def _wait_for_it(self, error: httpx.TransportError) -> None:
        """The first to notice says it and knocks; the others wait for the event."""
        for tally in self._tallies():
            tally.failed[type(error).__name__] += 1
        if not self._there.is_set():
            return
        self._there.clear()
        self._say("The server does not answer; waiting for it to come back.")
        try:
            await self._knock()
        finally:
            self._there.set()
        self._say("The server is back.")

    async def _knock(self) -> None:
        pause = 0.5
        while True:
            await asyncio.sleep(uniform(pause / 2, pause))
            pause = min(2 * pause, LONGEST_PAUSE)
            try:
                response = await self._client.get("/healthz")
            except httpx.TransportError:
                continue
            if response.status_code < 500:
                return

    @asynccontextmanager
    async def _nothing(self) -> AsyncIterator[None]:
        yield


class Door:
    """One user's way in: logs in when needed, repeats what a hiccup swallowed."""

    def __init__(self, server: Server, username: str, password: str) -> None:
        self.username = username
        self._server = server
        self._password = password
        self._token = ""
        self._logging_in = asyncio.Lock()

    async def get(self, path: str) -> Answer:
        """Look at something."""
        return await self._call("GET", path, None, look=True)

    async def post(self, path: str, body: Json) -> Answer:
        """Do something."""
        return await self._call("POST", path, body)

    async def patch(self, path: str, body: Json) -> Answer:
        """Change something."""
        return await self._call("PATCH", path, body)

    async def log_in(self) -> Answer:
        """Get a token; too many tries are waited out."""
        body = {"username": self.username, "password": self._password}
        answer = await self._server.send("POST", "/api/v1/token/", body, {}, look=False)
        self._token = str(answer.body.get("token") or "")
        return answer

    async def _call(
        self, method: str, path: str, body: Json | None, *, look: bool = False
    ) -> Answer:
        # However often it is sent, the server does it once.
        key = {} if look else {"Idempotency-Key": token_hex(16)}
        for attempt in range(1, ATTEMPTS + 1):
            token = await self._valid_token()
            headers = {**key, "Authorization": f"Token {token}"}
            answer = await self._server.send(method, path, body, headers, look=look)
            if answer.status == 401:
                self._token = "" if self._token == token else self._token
            elif answer.status < 500 and answer.status != 429:
                return answer
            if attempt < ATTEMPTS:
                await asyncio.sleep(uniform(0.5, 1.5) * attempt)
        return answer

    async def _valid_token(self) -> str:
        """One log-in for all who find the door shut at the same time."""
        async with self._logging_in:
            if not self._token:
                await self.log_in()
            return self._token


Say = Callable[[str], None]


def _json(response: httpx.Response) -> Json:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
