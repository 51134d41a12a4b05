"""The conversations that are being played: what is known of each, from any answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from time import monotonic

from replay.plan import CARE, Story
from replay.script import Act
from replay.seen import Conversation


class Case:
    """A story on its way. `row` is the newest row seen in any answer; `agent` the id of
    the simulated or real agent who has it, as far as is known.

    `turn` is the dialogue's next turn: whoever it belongs to says it, or a person does
    who says something else in its place. `words_of_people` counts what these said.
    """

    def __init__(self, story: Story, started: float, row: Conversation) -> None:
        self.story = story
        self.started = started
        self.row = row
        self.agent = row.agent
        self.met_agent = row.agent is not None
        self.seen_at = started
        self.offers_seen = 0
        self.answered_by = ""
        self.ended = row.is_closed
        self.turn = 1 if story.dialogue.turns[0].by_customer else 0
        self.moved_at = started
        self.read = 0
        self.words_of_people = 0
        self._news = asyncio.Event()

    def see(self, row: Conversation) -> None:
        """Learn from an answer; an older row than the one known tells nothing."""
        if row.id == self.row.id and row.version < self.row.version:
            return
        self.row, self.agent = row, row.agent
        self.seen_at = monotonic()
        self.met_agent = self.met_agent or row.agent is not None
        self.ended = self.ended or row.is_closed
        self._tell()

    def lose_agent(self) -> None:
        """Whoever had it has it no longer; a newer row will tell who does."""
        self.agent = None
        self._tell()

    def settle(self, turn: int) -> None:
        """This turn was said, or there was no saying it any more."""
        self.turn = max(self.turn, turn + 1)
        self.moved_at = monotonic()
        self._tell()

    def hear_person(self) -> None:
        """Somebody without a script spoke to the customer: it is the customer's turn,
        whatever the dialogue's agent would have said."""
        turns = self.story.dialogue.turns
        while self.turn < len(turns) and not turns[self.turn].by_customer:
            self.turn += 1
        self.words_of_people += 1
        self.met_agent = True
        self.moved_at = monotonic()
        self._tell()

    async def wait_for_turn(self, act: Act) -> None:
        """Until everything before this act was said."""
        await self.wait_until(lambda: self.turn >= (act.after or 0))

    def has_passed(self, act: Act) -> bool:
        """Whether the talk has gone on past the point where this act belongs."""
        return act.after is not None and self.turn > act.after

    def end(self) -> None:
        """Nobody plays it any further."""
        self.ended = True
        self._tell()

    def as_said(self, text: str) -> str:
        """The dialogue's words with the name of the agent who really answers."""
        written = self.story.dialogue.agent_name
        if not written or not self.answered_by:
            return text
        return re.sub(rf"\b{re.escape(written)}\b", self.answered_by, text)

    async def wait_until(self, true: Callable[[], bool]) -> None:
        """Until this becomes true of the case by some news."""
        while not true():
            await self._news.wait()

    @property
    def is_stranded(self) -> bool:
        """With a bot that says no more, or where no agent comes by itself: left alone
        it would stand on the floor for weeks."""
        unserved = self.story.queue == CARE and self.row.state == "open"
        return unserved or self.row.phase == "with_bot"

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


class Register:
    """All cases by the id of their conversation."""

    def __init__(self, hint: Callable[[int, int], None]) -> None:
        self._cases: dict[int, Case] = {}
        self._hint = hint

    def __len__(self) -> int:
        return len(self._cases)

    def __iter__(self) -> Iterator[Case]:
        return iter(list(self._cases.values()))

    def get(self, conversation: int) -> Case | None:
        """The case of this conversation; None when it is somebody else's."""
        return self._cases.get(conversation)

    def add(self, case: Case) -> None:
        """From now on the rows of its conversation are its news."""
        self._cases[case.row.id] = case

    def drop(self, case: Case) -> None:
        """It is over."""
        self._cases.pop(case.row.id, None)

    def see(self, row: Conversation) -> Case | None:
        """Tell the case that this row is about, if it is one of ours."""
        case = self._cases.get(row.id)
        if case is not None:
            case.see(row)
        return case

    def follow(self, case: Case, row: Conversation) -> None:
        """What the customer wrote may stand in a new conversation, linked to the one
        that was closed meanwhile: the story goes on there. Whoever is offered it may
        as well look now as later."""
        if row.id != case.row.id:
            self.drop(case)
            case.read = 0
            case.see(row)
            self.add(case)
        else:
            case.see(row)
        if row.offer is not None and row.offered_to is not None:
            self._hint(row.offered_to, row.offer)
