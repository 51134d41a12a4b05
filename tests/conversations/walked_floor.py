"""The floor on which the random walk starts."""

from __future__ import annotations

from conversations import attendance
from conversations.models import Conversation
from conversations.states import Channel, Method, Situation
from tests import building
from tests.conversations import asking

SITUATIONS = [
    Situation.OPEN,
    Situation.IN_CONVERSATION,
    Situation.WAITING,
    Situation.WRAP_UP,
    Situation.IN_CONVERSATION,
    Situation.AWAITING_ACCEPTANCE,
    Situation.OPEN,
    Situation.WITH_BOT,
    Situation.TRANSFER_PENDING,
]


class Floor:
    """Three queues, six agents, two supervisors: made once, each walk starts there."""

    def __init__(self) -> None:
        building.settings_are(
            supervisor_assign=True,
            supervisor_transfer=True,
            force_close=True,
            agent_notice="You may be monitored.",
        )
        methods = (Method.HIGHEST_CAPACITY, Method.HIGHEST_CAPACITY, Method.MANUAL)
        self.queues = [building.a_queue(method=method) for method in methods]
        self.agents = [
            building.an_agent(
                queues=[self.queues[n % 3], self.queues[(n + 1) % 3]],
                units=(20, 40, 60)[n % 3],
            )
            for n in range(6)
        ]
        self.supervisors = [
            building.a_supervisor(queues=self.queues),
            building.a_supervisor(queues=self.queues[:2]),
        ]
        kinds = (Channel.LIVE_CHAT, Channel.SMS, Channel.WHATSAPP)
        blocks = ("always", "timed", "never")
        self.streams = [
            building.a_workstream(
                kind,
                queue=queue,
                wrap_up_block=block,
                open_close_seconds=3600,
                active_close_seconds=7200,
                waiting_close_seconds=7200,
                wrap_up_close_seconds=900,
            )
            for kind, queue, block in zip(kinds, self.queues, blocks, strict=True)
        ]
        for situation, stream in zip(SITUATIONS, self.streams * 3, strict=False):
            building.in_situation(situation, stream=stream, agent=self.agents[1])
        self._bring_to_life()

    def _bring_to_life(self) -> None:
        """Desks are open, a customer is there, one agent is asked for help."""
        for agent, process in zip(self.agents, ("here", "killed") * 2, strict=False):
            attendance.agent_arrives(agent.pk, process)
        talk = Conversation.objects.filter(phase="in_conversation").first()
        assert talk is not None
        attendance.customer_arrives(talk.pk, "killed")
        asking.ask(talk, self.agents[2])
        asking.helped(talk, self.agents[3])
