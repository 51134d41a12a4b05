"""A simulated agent with somebody who writes themselves: greets, asks, listens, and
winds it up when the customer has gone. Also brings to an end what an earlier replay
has left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from replay import conduct, seen
from replay.doors import Door
from replay.pace import Pace
from replay.seen import Conversation
from replay.small_talk import Phrases, phrases_for

ONE = "/api/v1/conversations/"
Present = Callable[[], Conversation | None]


@dataclass(slots=True)
class Host:
    """One conversation; `present` is its row while it is this agent's and no story's.

    Everything here takes real seconds: there is a real person at the other end.
    """

    door: Door
    pace: Pace
    present: Present
    name: str
    dice: Random
    read: int = field(default=0, init=False)
    heard_at: float = field(default=0.0, init=False)
    said: int = field(default=0, init=False)
    answers: int = field(default=0, init=False)
    is_waited_for: bool = field(default=False, init=False)

    async def serve(self, *, leftover: bool) -> None:
        """Talk until one of the two has had enough, then put it away. A leftover of
        another replay is greeted only if somebody writes in it after all."""
        patience = self.dice.uniform(5, 60) if leftover else conduct.STRAY
        self.heard_at = self.pace.now()
        row = self.present()
        if row is None:
            return
        phrases = phrases_for(row.language)
        if leftover:
            await self._listen(row.id)
        else:
            await self._welcome(row, phrases)
        self.is_waited_for = False
        while (row := self._in_talk()) is not None:
            await asyncio.sleep(conduct.LISTEN)
            await self._listen(row.id)
            silent = self.pace.now() - self.heard_at
            if self.is_waited_for and silent >= conduct.THINKS:
                patience = conduct.STRAY
                await self._answer(row, phrases)
            elif silent >= patience:
                await self._part(row, phrases)
                break
        await self._put_away()

    def _in_talk(self) -> Conversation | None:
        row = self.present()
        return row if row is not None and row.state == "active" else None

    async def _welcome(self, row: Conversation, phrases: Phrases) -> None:
        await self._pause()
        greeting = phrases.greet(agent=self.name, customer=row.customer)
        await self._say(row, greeting)
        await self._listen(row.id)
        await self._pause()
        await self._say(row, phrases.asking)

    async def _answer(self, row: Conversation, phrases: Phrases) -> None:
        self.is_waited_for = False
        if self.said == 0:
            await self._welcome(row, phrases)
            return
        await self._say(row, phrases.answer(self.answers))
        self.answers += 1

    async def _part(self, row: Conversation, phrases: Phrases) -> None:
        if self.said:
            await self._say(row, phrases.parting)

    async def _listen(self, conversation: int) -> None:
        """Hear what the customer has said since the last time."""
        path = f"{ONE}{conversation}/messages/?after={self.read}"
        answer = await self.door.get(path)
        for message in seen.messages(answer.body):
            self.read = max(self.read, message.id)
            if message.sender == "customer":
                self.heard_at, self.is_waited_for = self.pace.now(), True

    async def _say(self, row: Conversation, text: str) -> None:
        if self._in_talk() is None:
            return
        key = f"host-{self.name}-{row.id}-{self.said}"
        self.said += 1
        body = {"text": text, "visibility": "public", "client_id": key}
        await self.door.post(f"{ONE}{row.id}/messages/", body)

    async def _pause(self) -> None:
        await asyncio.sleep(self.dice.uniform(2, 5))

    async def _put_away(self) -> None:
        await self._pause()
        row = self.present()
        for _step in range(len(conduct.TIDYING) + 2):
            verb = None if row is None else conduct.TIDYING.get(row.state)
            if row is None or verb is None:
                break
            row = await self._step(row, verb)

    async def _step(self, row: Conversation, verb: str) -> Conversation | None:
        """The row after it; None when it is not this agent's any more."""
        body: Mapping[str, object] = {"state_version": row.state_version}
        answer = await self.door.post(f"{ONE}{row.id}/{verb}/", body)
        after = seen.conversation(answer.body)
        return after if after is not None and after.agent == row.agent else None
