"""A simulated agent: looks at the desk, answers offers, takes breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from replay import conduct, seen
from replay.cases import Case, Register
from replay.conduct import Answer
from replay.doors import Door
from replay.hosting import Host
from replay.pace import Pace
from replay.seen import Conversation, Desk, Offer

DESK = "/api/v1/desk/"
Spawn = Callable[[Coroutine[object, object, None]], None]


@dataclass(frozen=True, slots=True)
class Floor:
    """What all simulated agents share."""

    register: Register
    pace: Pace
    seed: int
    spawn: Spawn


class Agent:
    """One of them, with a door of their own."""

    def __init__(self, door: Door, floor: Floor) -> None:
        self.door = door
        self._floor = floor
        self._known: set[int] = set()
        self._strays: set[int] = set()
        self._rows: dict[int, Conversation] = {}
        self._nudge = asyncio.Event()
        self._breaks = conduct.breaks(floor.seed, door.username)
        self._seen: seen.Agent | None = None
        self._changed_at = 0.0
        self._on_break = False

    @property
    def id(self) -> int | None:
        """Known after the first look."""
        return None if self._seen is None else self._seen.id

    @property
    def name(self) -> str:
        """As everybody sees it."""
        return "" if self._seen is None else self._seen.name

    @property
    def first_name(self) -> str:
        """By which customers call them."""
        return self.name.partition(" ")[0]

    def nudge(self) -> None:
        """There may be something on the desk: look soon."""
        self._nudge.set()

    def hear_of(self, offer: int) -> None:
        """An offer to this agent was seen in some answer."""
        if offer not in self._known:
            self._nudge.set()

    async def arrive(self) -> bool:
        """Come to work: False when there is no such agent."""
        if not (await self.door.log_in()).ok:
            return False
        return await self._look(leftovers=True)

    async def go_home(self) -> None:
        """Not needed today."""
        if self._seen is not None and self._seen.presence != "offline":
            await self._be("offline")

    async def work(self) -> None:
        """Until cancelled."""
        self._floor.spawn(self._take_breaks())
        while True:
            await self._keep_presence()
            await self._rest()
            await self._look()

    async def _rest(self) -> None:
        shape = self._seen
        assert shape is not None
        pause = conduct.next_look(shape.presence, shape.used_units, shape.total_units)
        try:
            async with asyncio.timeout(pause):
                await self._nudge.wait()
            await asyncio.sleep(conduct.LOOK_SOON)
        except TimeoutError:
            pass
        self._nudge.clear()

    async def _look(self, *, leftovers: bool = False) -> bool:
        asked_at = self._floor.pace.now()
        answer = await self.door.get(DESK)
        desk = seen.desk(answer.body) if answer.ok else None
        if desk is None:
            return False
        self._notice(desk.agent, asked_at)
        self._known.intersection_update(offer.id for offer in desk.offers)
        for offer in desk.offers:
            self._consider(offer)
        self._rows = {row.id: row for row in desk.conversations}
        for row in desk.conversations:
            case = self._floor.register.see(row)
            if case is None or row.agent != desk.agent.id:
                self._adopt(row, leftovers=leftovers)
        self._let_go(desk, asked_at)
        return True

    def _notice(self, agent: seen.Agent, asked_at: float) -> None:
        if self._seen is None or agent.presence != self._seen.presence:
            self._changed_at = asked_at
        self._seen = agent

    def _let_go(self, desk: Desk, asked_at: float) -> None:
        """What was ours and is not on the desk any more was taken away meanwhile."""
        here = {row.id for row in desk.conversations}
        for case in self._floor.register:
            ours = case.agent == desk.agent.id and case.seen_at < asked_at
            if ours and case.row.id not in here:
                case.lose_agent()

    # Offers

    def _consider(self, offer: Offer) -> None:
        if offer.id in self._known:
            return
        self._known.add(offer.id)
        self._floor.spawn(self._answer(offer))

    async def _answer(self, offer: Offer) -> None:
        case = self._floor.register.see(offer.conversation)
        reaction = self._reaction(case, offer)
        if reaction.answer is Answer.IGNORE:
            return
        left = (offer.expires_at - datetime.now(UTC)).total_seconds()
        after = reaction.after / self._floor.pace.speed
        await asyncio.sleep(conduct.in_time(after, left))
        path = f"/api/v1/offers/{offer.id}/{reaction.answer}/"
        answer = await self.door.post(path, {})
        row = seen.conversation(answer.body)
        if row is not None:
            self._floor.register.see(row)
        self.nudge()

    def _reaction(self, case: Case | None, offer: Offer) -> conduct.Reaction:
        if case is None:
            return conduct.reaction(self._floor.seed, -offer.conversation.id, 0)
        attempt, case.offers_seen = case.offers_seen, case.offers_seen + 1
        return conduct.reaction(self._floor.seed, case.story.number, attempt)

    # Conversations of an earlier replay, or of people

    def _adopt(self, row: Conversation, *, leftovers: bool) -> None:
        if row.id in self._strays:
            return
        self._strays.add(row.id)
        own = row.role == "primary" and row.agent == self.id
        care = self._host(row, leftover=leftovers) if own else self._step_out(row)
        self._floor.spawn(care)

    async def _host(self, row: Conversation, *, leftover: bool) -> None:
        """Nobody plays it: talk to its customer, if there is one, and wind it up."""
        dice = Random(f"{self._floor.seed}/stray/{row.id}")
        host = Host(
            self.door,
            self._floor.pace,
            lambda: self._own(row.id),
            self.first_name,
            dice,
        )
        await host.serve(leftover=leftover)
        self._strays.discard(row.id)

    def _own(self, conversation: int) -> Conversation | None:
        """As the last look showed it, while it is ours and no story's."""
        row = self._rows.get(conversation)
        strange = self._floor.register.get(conversation) is None
        return row if row is not None and row.agent == self.id and strange else None

    async def _step_out(self, row: Conversation) -> None:
        """A consultant without a script has nothing to add."""
        await self._floor.pace.rest(conduct.CONSULTS)
        await self.door.post(f"/api/v1/conversations/{row.id}/leave/", {})
        self._strays.discard(row.id)

    # Presence

    async def _take_breaks(self) -> None:
        for pause in self._breaks:
            await self._floor.pace.rest(pause.work)
            self._on_break = True
            await self._be(pause.presence)
            await self._floor.pace.rest(pause.length)
            self._on_break = False
            self.nudge()

    async def _keep_presence(self) -> None:
        """Back to work when nothing keeps us from it."""
        shape = self._seen
        assert shape is not None
        if self._on_break:
            return
        after = conduct.returns_after(
            shape.presence, shape.presence_set_by, shape.presence_reason
        )
        if after is None:
            return
        if self._floor.pace.now() >= self._changed_at + after / self._floor.pace.speed:
            await self._be("available")

    async def _be(self, presence: str) -> None:
        """Once more if somebody else has changed us meanwhile."""
        for _attempt in range(2):
            shape = self._seen
            assert shape is not None
            answer = await self.door.patch(
                f"/api/v1/agents/{shape.id}/",
                {"presence": presence, "state_version": shape.state_version},
            )
            changed = seen.agent(answer.body)
            if changed is not None:
                self._notice(changed, self._floor.pace.now())
            if answer.ok or changed is None:
                return
