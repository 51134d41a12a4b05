"""Every command of the API, each on a floor where it does something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from conversations import notices
from conversations.events import SYSTEM, Actor
from conversations.models import (
    Agent,
    Conversation,
    FloorSettings,
    Message,
    Queue,
    Workstream,
)
from conversations.states import Channel, Presence, Sender, Situation, Visibility
from conversations.transitions import configuring, consulting, handling, supervising
from tests import building
from tests.supervisor.matrix import ALL_ON

Body = dict[str, object]


@dataclass(frozen=True, slots=True)
class Floor:
    """One conversation at hand, and somebody for each command."""

    it: Conversation
    queue: Queue
    other: Queue
    agent: Agent
    helper: Agent
    supervisor: User
    machine: User

    def who(self, name: str) -> User:
        user = getattr(self, name)
        return user.user if isinstance(user, Agent) else user

    @property
    def asked(self) -> int:
        """The offer that is out: the conversation's own, or a consult."""
        newest = self.it.offers.order_by("-pk").first()
        assert newest is not None
        return newest.pk


Made = Callable[[Floor], Body]
Before = Callable[[Floor], object]


def nothing(_floor: Floor) -> Body:
    return {}


def seen(floor: Floor, **more: object) -> Body:
    return {"state_version": floor.it.state_version, **more}


def to_helper(floor: Floor) -> Body:
    return seen(floor, agent=floor.helper.pk)


def to_other_queue(floor: Floor) -> Body:
    return seen(floor, queue=floor.other.pk)


def helper_user(floor: Floor) -> Body:
    return {"user": floor.helper.user_id}


def said(**more: object) -> Made:
    return lambda _floor: {"text": "Where is my parcel?", **more}


def several(floor: Floor) -> Body:
    return {"messages": [{"text": f"Word {n}"} for n in range(3)]}


def ingested(floor: Floor) -> Body:
    return {"messages": [{"text": "Word", "conversation": floor.it.pk}] * 3}


def monitored(floor: Floor) -> None:
    building.monitors(floor.it, floor.supervisor)


def joined(floor: Floor) -> None:
    building.act(floor.it, lambda s: supervising.join(s, floor.supervisor))


def hand_up(floor: Floor) -> None:
    by = Actor.agent(floor.agent)
    building.act(floor.it, lambda s: handling.raise_hand(s, "Help?", by=by))


def consulted(floor: Floor) -> None:
    by = Actor.agent(floor.agent)
    building.act(floor.it, lambda s: consulting.ask(s, floor.helper, by=by))


def helped(floor: Floor) -> None:
    consulted(floor)
    pk, by = floor.asked, Actor.agent(floor.helper)
    building.act(floor.it, lambda s: consulting.accept(s, pk, by=by))


def as_it_is(_floor: Floor) -> None:
    """Nothing needs to be done before."""


@dataclass(frozen=True, slots=True)
class Command:
    """`who` sends `body` to `path`, in this situation, after `before`."""

    label: str
    method: str
    path: str
    who: str
    body: Made = nothing
    situation: Situation = Situation.IN_CONVERSATION
    before: Before = as_it_is
    channel: Channel = Channel.PERSISTENT_CHAT
    status: int = 200

    def __str__(self) -> str:
        return self.label

    def address(self, floor: Floor) -> str:
        """Below `/api/v1/`."""
        offer = floor.asked if "{o}" in self.path else 0
        return self.path.format(c=floor.it.pk, a=floor.agent.pk, o=offer)


ONE = "conversations/{c}/"
OPEN, WITH_BOT = Situation.OPEN, Situation.WITH_BOT


def _supervisors() -> list[Command]:
    who = "supervisor"
    return [
        Command("assign", "POST", f"{ONE}assign/", who, to_helper, OPEN),
        Command("assign to queue", "POST", f"{ONE}assign/", who, to_other_queue, OPEN),
        Command("transfer", "POST", f"{ONE}transfer/", who, to_helper),
        Command("force close", "POST", f"{ONE}force-close/", who, seen),
        Command("monitor", "POST", f"{ONE}monitor/", who, seen),
        Command("unmonitor", "DELETE", f"{ONE}monitor/", who, before=monitored),
        Command("join", "POST", f"{ONE}join/", who, seen),
        Command("leave", "DELETE", f"{ONE}join/", who, before=joined),
        Command("whisper", "POST", f"{ONE}messages/", who, said(), before=monitored),
        Command("lower hand", "DELETE", f"{ONE}hand/", who, before=hand_up),
    ]


def _about_agents() -> list[Command]:
    who, agent = "supervisor", "agents/{a}/"
    return [
        Command("capacity", "PATCH", agent, who, _capacity),
        Command("presence", "PATCH", agent, who, _presence),
    ]


def _agents() -> list[Command]:
    who = "agent"
    offered, wrap_up = Situation.AWAITING_ACCEPTANCE, Situation.WRAP_UP
    return [
        Command("accept", "POST", "offers/{o}/accept/", who, situation=offered),
        Command("decline", "POST", "offers/{o}/decline/", who, situation=offered),
        Command("pick", "POST", f"{ONE}pick/", who, seen, OPEN),
        Command("release", "POST", f"{ONE}release/", who, seen),
        Command("finish", "POST", f"{ONE}finish/", who, seen),
        Command("close", "POST", f"{ONE}close/", who, _noted, wrap_up),
        Command("wait", "POST", f"{ONE}wait/", who, seen),
        Command("revive", "POST", f"{ONE}revive/", who, seen, Situation.WAITING),
        Command("answer", "POST", f"{ONE}messages/", who, said(visibility="public")),
        Command("notes", "PUT", f"{ONE}notes/", who, said()),
        Command("raise hand", "POST", f"{ONE}hand/", who, said()),
        Command("notice", "POST", "desk/notice/", who, _notice),
        *_helping(),
    ]


def _helping() -> list[Command]:
    who, consult = "agent", f"{ONE}consult/"
    withdraw = "offers/{o}/withdraw/"
    return [
        Command("consult", "POST", consult, who, to_helper),
        Command("take back", "POST", withdraw, who, before=consulted),
        Command("help", "POST", "offers/{o}/accept/", "helper", before=consulted),
        Command("add", "POST", f"{consult}add/", who, helper_user, before=helped),
        Command("end help", "POST", f"{consult}end/", who, helper_user, before=helped),
        Command("go", "POST", f"{ONE}leave/", "helper", before=helped),
        Command("hand over", "POST", f"{ONE}hand-over/", who, to_helper),
        Command("hand to queue", "POST", f"{ONE}hand-over/", who, to_other_queue),
    ]


def _machines() -> list[Command]:
    who, writes = "machine", f"{ONE}customer-messages/"
    bot, record = f"{ONE}bot/", Channel.RECORD
    return [
        Command("open", "POST", "conversations/", who, _opening, status=201),
        Command("write", "POST", writes, who, said()),
        Command("write again", "POST", writes, who, said(), Situation.WAITING),
        Command("go on", "POST", writes, who, said(), Situation.CLOSED, status=201),
        Command("write several", "POST", writes, who, several),
        Command("ingest", "POST", "customer-messages/", who, ingested),
        Command("consent", "POST", f"{ONE}consent/", who, _consent),
        Command("end", "POST", f"{ONE}end/", who),
        Command("elevate", "POST", f"{ONE}elevate/", who, lambda _f: {"to": "voice"}),
        Command("resolve", "POST", f"{ONE}resolve/", who, channel=record),
        Command("bot writes", "POST", f"{bot}message/", who, said(), WITH_BOT),
        Command("bot escalates", "POST", f"{bot}escalate/", who, situation=WITH_BOT),
        Command("bot ends", "POST", f"{bot}end/", who, situation=WITH_BOT),
    ]


def _capacity(floor: Floor) -> Body:
    return {**_agent_seen(floor), "capacity_units": 6_000}


def _presence(floor: Floor) -> Body:
    return {**_agent_seen(floor), "presence": Presence.AWAY}


def _agent_seen(floor: Floor) -> Body:
    floor.agent.refresh_from_db()
    return {"state_version": floor.agent.state_version}


def _noted(floor: Floor) -> Body:
    return seen(floor, notes="All is well.")


def _notice(_floor: Floor) -> Body:
    return {"text_version": notices.version_of(FloorSettings.current().agent_notice)}


def _opening(floor: Floor) -> Body:
    stream = floor.it.workstream_id
    return {"workstream": stream, "customer": {"name": "Kirsten"}, "text": "Hello"}


def _consent(_floor: Floor) -> Body:
    return {"given": True, "text_version": "1"}


COMMANDS = (*_supervisors(), *_agents(), *_machines(), *_about_agents())


@dataclass(frozen=True, slots=True)
class Place:
    """Where conversations of one channel are, with an agent who has some of them."""

    channel: Channel
    queue: Queue
    other: Queue
    stream: Workstream
    agent: Agent
    around: int


def a_place(channel: Channel, *, around: int = 0) -> Place:
    """A queue with so many other agents, and so many conversations of one agent's."""
    building.settings_are(**ALL_ON, capacity_max=10_000)
    queue, other = (building.a_queue(kind=channel.kind) for _each in range(2))
    stream = building.a_workstream(channel, queue=queue, units=10)
    agent = building.an_agent(queues=[queue, other], units=5_000)
    others = [building.an_agent() for _each in range(around)]
    with transaction.atomic():
        members = [agent.pk, *(each.pk for each in others)]
        configuring.save_queue(queue, by=SYSTEM, agents=members)
    place = Place(channel, queue, other, stream, agent, around)
    for _each in range(around):
        _in_place(place, Situation.IN_CONVERSATION)
    return place


def a_floor(command: Command, place: Place) -> Floor:
    """A conversation for this command among what else is in the place."""
    it = _in_place(place, command.situation)
    _talk(it, place.around)
    queues = (place.queue, place.other)
    floor = Floor(
        it=it,
        queue=place.queue,
        other=place.other,
        agent=place.agent,
        helper=building.an_agent(queues=[place.queue], units=80),
        supervisor=building.a_supervisor(queues=queues),
        machine=building.a_machine(),
    )
    command.before(floor)
    return floor


def _in_place(place: Place, situation: Situation) -> Conversation:
    has_agent = situation not in (OPEN, WITH_BOT)
    return building.in_situation(
        situation,
        channel=place.channel,
        queue=place.queue,
        stream=place.stream,
        agent=place.agent if has_agent else None,
        text="Good morning",
        address="+45 12345678",
    )


def _talk(it: Conversation, length: int) -> None:
    """So much has been said before."""
    said = it.messages.order_by("-pk").first()
    assert said is not None and said.public_number is not None
    it.messages.bulk_create(
        Message(
            conversation=it,
            at=said.at,
            sender_kind=Sender.CUSTOMER,
            visibility=Visibility.PUBLIC,
            public_number=said.public_number + number,
            text="Hello?",
        )
        for number in range(1, length + 1)
    )
