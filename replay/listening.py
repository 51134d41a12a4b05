"""The customers' ears: what is said to them by whoever plays no dialogue."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from replay import seen
from replay.agents import Agent
from replay.cases import Case
from replay.customers import CONVERSATIONS
from replay.doors import Door
from replay.seen import Message

LISTEN = 2.5
LISTEN_ALONE = 8.0
"""Real seconds between two looks at a conversation that no simulated agent has: with
somebody there, and in the queue."""

OVER = frozenset(
    {"agent_ended", "auto_closed", "customer_left", "force_closed", "overflow_ended"}
)
"""What the system says when there is no more talking."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Simulated agents tell what they say; people must be listened to."""

    door: Door
    roster: Mapping[int, Agent]

    async def play(self, case: Case) -> None:
        """Until it ends; silent while a simulated agent has it."""
        while not case.ended:
            await case.wait_until(lambda: case.agent not in self.roster)
            await asyncio.sleep(LISTEN if case.met_agent else LISTEN_ALONE)
            if case.agent not in self.roster and case.row.phase != "with_bot":
                await self._listen(case)

    async def _listen(self, case: Case) -> None:
        conversation = case.row.id
        path = f"{CONVERSATIONS}{conversation}/public-messages/?after={case.read}"
        answer = await self.door.get(path)
        if answer.status == 404:
            case.end()
        if case.row.id == conversation:  # not gone on in another one meanwhile
            for message in seen.messages(answer.body):
                self._hear(case, message)

    def _hear(self, case: Case, message: Message) -> None:
        case.read = message.id
        if message.code in OVER:
            case.end()
        elif message.code == "agent_joined":
            case.met_agent = True
        elif message.sender in ("agent", "supervisor") and not self._ours(message):
            case.hear_person()

    def _ours(self, message: Message) -> bool:
        return any(agent.name == message.name for agent in self.roster.values())
