"""The agents' side of a case: whoever has it says the agent's lines and winds it up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from replay import seen
from replay.agents import Agent
from replay.cases import Case, Register
from replay.customers import CONVERSATIONS, Customers, act_due
from replay.doors import Answer
from replay.pace import Pace
from replay.script import REPLY, Act, agent_acts
from replay.watch import Watch

FITTING: Mapping[str, frozenset[str]] = {
    "write": frozenset({"active"}),
    "wait": frozenset({"active"}),
    "revive": frozenset({"waiting"}),
    "finish": frozenset({"active", "waiting"}),
    "close": frozenset({"wrap_up"}),
}
"""In which states an act of the agent makes sense; else it is let go."""

ATTEMPTS = 4
FREEING = frozenset({"wait", "finish", "close", "resolve"})


@dataclass(frozen=True, slots=True)
class Service:
    """Plays the agents' acts of any case through the door of its present agent."""

    roster: Mapping[int, Agent]
    customers: Customers
    register: Register
    pace: Pace
    watch: Watch

    async def play(self, case: Case) -> None:
        """Each act at its time, but never before there is an agent and the customer has
        spoken. People do as they like: their cases wait here, and what they have said
        in their own words is not said again."""
        earliest = 0.0
        for act in agent_acts(case.story):
            await case.wait_for_turn(act)
            await self.pace.until(max(act_due(self.pace, case, act), earliest))
            await self._see_to(case, act)
            if act.turn is not None and case.turn == act.turn:
                case.settle(act.turn)
            earliest = self.pace.now() + REPLY / self.pace.speed

    async def _see_to(self, case: Case, act: Act) -> None:
        def ready() -> bool:
            return case.agent in self.roster or case.has_passed(act)

        for _attempt in range(ATTEMPTS):
            await case.wait_until(ready)
            if case.has_passed(act) or await self._perform(case, act):
                return

    async def _perform(self, case: Case, act: Act) -> bool:
        """Whether that is done with: also when its time has gone."""
        if act.verb == "resolve":
            await self.customers.perform(case, act)
            return True
        if case.row.state not in FITTING[act.verb]:
            return True
        if act.verb == "finish" and case.row.state == "waiting":
            await self._step(case, "revive")
            return False
        if act.verb == "write":
            return await self._write(case, act)
        return await self._step(case, act.verb)

    async def _write(self, case: Case, act: Act) -> bool:
        assert case.agent is not None
        case.answered_by = self.roster[case.agent].first_name
        body = {
            "text": case.as_said(act.text),
            "visibility": "public",
            "client_id": act.key,
        }
        answer = await self._post(case, "messages", body)
        if answer.ok:
            self.watch.agent_wrote()
        return self._settled(case, answer)

    async def _step(self, case: Case, verb: str) -> bool:
        body = {"state_version": case.row.state_version}
        answer = await self._post(case, verb, body)
        return self._settled(case, answer)

    async def _post(self, case: Case, verb: str, body: Mapping[str, object]) -> Answer:
        assert case.agent is not None
        agent = self.roster[case.agent]
        answer = await agent.door.post(f"{CONVERSATIONS}{case.row.id}/{verb}/", body)
        row = seen.conversation(answer.body)
        if row is not None:
            self.register.see(row)
        if verb in FREEING:
            agent.nudge()
        return answer

    def _settled(self, case: Case, answer: Answer) -> bool:
        """Stale: again on the present row. Not theirs any more: the next agent's."""
        if answer.code in ("not_participant", "not_found"):
            case.lose_agent()
            return False
        return answer.code not in ("stale_version", "wrong_state")
