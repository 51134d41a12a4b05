"""The customers' side of a case: opens it, answers, loses patience, ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from replay import seen
from replay.cases import Case, Register
from replay.doors import Answer, Door
from replay.pace import Pace
from replay.plan import ASYNCHRONOUS, Story
from replay.script import GOODBYE, REPLY, Act, customer_acts
from replay.seen import Json
from replay.small_talk import phrases_for
from replay.watch import Watch

CONVERSATIONS = "/api/v1/conversations/"
NOTICE_VERSION = "demo-1"

PATHS: Mapping[str, str] = {
    "write": "customer-messages/",
    "bot_write": "bot/message/",
    "bot_escalate": "bot/escalate/",
    "bot_end": "bot/end/",
    "consent": "consent/",
    "elevate": "elevate/",
    "give_up": "end/",
    "end": "end/",
    "resolve": "resolve/",
}


@dataclass(frozen=True, slots=True)
class Customers:
    """All customers come through one machine's door, as channels do."""

    door: Door
    register: Register
    pace: Pace
    watch: Watch

    async def open(self, story: Story) -> Case | None:
        """The customer's first words; None when the server would not have them."""
        due = self.pace.now()
        answer = await self.door.post(CONVERSATIONS, opening(story))
        row = seen.conversation(answer.body) if answer.ok else None
        if row is None:
            return None
        self.watch.customer_wrote(self.pace.now() - due)
        case = Case(story, due, row)
        self.register.add(case)
        return case

    async def play(self, case: Case) -> None:
        """Everything after that: what is said waits for the other side, patience and
        the last goodbye go by the clock."""
        acts = customer_acts(case.story)
        async with asyncio.TaskGroup() as sides:
            talking = sides.create_task(self._talk(case, acts))
            await self._keep_time(case, acts)
            await self.pace.rest(LINGER)
            talking.cancel()
        case.end()

    async def _talk(self, case: Case, acts: Sequence[Act]) -> None:
        for act in acts:
            if act.after is None:
                continue
            due = await self._turn_of(case, act)
            await self.perform(case, act)
            if act.verb == "write":
                self.watch.customer_wrote(self.pace.now() - due)
            if act.turn is not None:
                case.settle(act.turn)
        await self._say_nothing_more(case)

    async def _turn_of(self, case: Case, act: Act) -> float:
        """Wait until this act is due, and answer since when it has been: never before
        the other side has spoken, and once more for whoever goes on speaking."""
        await case.wait_for_turn(act)
        while True:
            due = act_due(self.pace, case, act)
            if due <= self.pace.now():
                return due
            await self.pace.until(due)

    async def _say_nothing_more(self, case: Case) -> None:
        """The dialogue is over, but a person goes on: say so, and then leave."""
        heard = case.words_of_people
        await case.wait_until(lambda: case.words_of_people > heard)
        await self.pace.rest(REPLY)
        text = phrases_for(case.story.dialogue.language).nothing_more
        await self.perform(case, Act(0.0, "write", text, "nothing-more"))
        heard = case.words_of_people
        await case.wait_until(lambda: case.words_of_people > heard)
        await self.pace.rest(REPLY)
        await self.perform(case, Act(0.0, "end"))

    async def _keep_time(self, case: Case, acts: Sequence[Act]) -> None:
        for act in acts:
            if act.after is not None:
                continue
            await self.pace.until(self.pace.due(case.started, act.at))
            if act.verb == "give_up" and case.met_agent:
                continue
            if act.verb == "end":
                await self._fall_silent(case)
            await self.perform(case, act)

    async def _fall_silent(self, case: Case) -> None:
        """Whoever is still being talked to does not leave."""
        while (end := self.pace.due(case.moved_at, GOODBYE)) > self.pace.now():
            await self.pace.until(end)

    async def perform(self, case: Case, act: Act) -> None:
        """One act; what is refused meanwhile is let go."""
        path = f"{CONVERSATIONS}{case.row.id}/{PATHS[act.verb]}"
        said = replace(act, text=case.as_said(act.text))
        answer = await self.door.post(path, body_of(said))
        row = seen.conversation(answer.body)
        if row is not None:
            self.register.follow(case, row)
        if _is_over(case, answer):
            case.end()


LINGER = 60.0
"""For whoever still wraps up when the customer has long gone."""


def act_due(pace: Pace, case: Case, act: Act) -> float:
    """At its time, or so long after the word before it."""
    on_time = pace.due(case.started, act.at)
    return max(on_time, pace.due(case.moved_at, act.pause))


def opening(story: Story) -> Json:
    """The body that opens a conversation."""
    body: dict[str, object] = {
        "channel": story.channel,
        "queue": story.queue,
        "subject": story.dialogue.subject,
        "customer": {"name": story.customer_name, "address": story.address},
        "language": story.dialogue.language,
        "skills": list(story.skills),
        "bot": story.bot_turns > 0,
    }
    first = story.dialogue.turns[0]
    if first.by_customer:
        body |= {"text": first.text, "client_id": "turn-0"}
    if story.consent != "later":
        body["consent"] = _consent(given=story.consent == "at_once")
    return body


def body_of(act: Act) -> Json:
    """The body of one act."""
    bodies: Mapping[str, Json] = {
        "write": {"text": act.text, "client_id": act.key},
        "bot_write": {"text": act.text, "client_id": act.key},
        "elevate": {"to": "voice"},
        "give_up": {"left": True},
    }
    if act.verb == "consent":
        return _consent(given=True)
    return bodies.get(act.verb, {})


def _consent(*, given: bool) -> Json:
    at = datetime.now(UTC).isoformat()
    return {"given": given, "at": at, "text_version": NOTICE_VERSION}


def _is_over(case: Case, answer: Answer) -> bool:
    """Gone for good; or a live chat was told that it has ended."""
    if answer.status == 404:
        return True
    told = answer.code == "wrong_state" and case.row.state == "closed"
    return told and case.story.channel not in ASYNCHRONOUS
