"""The demo floor as data: queues, workstreams, people. Loaded by `setup_demo`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from accounts.roles import Role
from conversations.states import (
    Channel,
    ChannelKind,
    Method,
    Presence,
    SkillMatch,
    WrapUpBlock,
)

PASSWORD = "floorwalker"

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60

SUPPORT = "Support"
BILLING = "Billing"
SALES = "Sales"
DANISH = "Danish support"
CARE = "Care desk"
PHONE = "Phone"
CASES = "Cases"


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """A queue; `priority` smaller first."""

    name: str
    priority: int
    service_level_seconds: int
    type: ChannelKind = ChannelKind.MESSAGING
    method: Method = Method.HIGHEST_CAPACITY
    skill_match: SkillMatch = SkillMatch.EXACT


QUEUES = (
    QueuePlan(PHONE, 10, 20, type=ChannelKind.VOICE, method=Method.LEAST_ACTIVE),
    QueuePlan(CARE, 20, 120, method=Method.MANUAL),
    QueuePlan(SUPPORT, 40, 60),
    QueuePlan(DANISH, 40, 60, skill_match=SkillMatch.CLOSEST),
    QueuePlan(BILLING, 60, 90, method=Method.ADVANCED_ROUND_ROBIN),
    QueuePlan(SALES, 80, 120),
    QueuePlan(CASES, 120, 4 * HOUR, type=ChannelKind.RECORD),
)


Week = tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, slots=True)
class HoursPlan:
    """Operating hours, and which queues keep them. The demo never closes."""

    name: str
    time_zone: str
    week: Week
    queues: tuple[str, ...] = ()


ALL_DAY = (("00:00", "24:00"),)
OFFICE_DAY = (("09:00", "12:00"), ("12:30", "17:00"))
HOURS = (
    HoursPlan("Always open", "UTC", (ALL_DAY,) * 7, (PHONE,)),
    HoursPlan(
        "Office hours",
        "Europe/Copenhagen",
        (OFFICE_DAY,) * 4 + ((("09:00", "15:00"),), (), ()),
    ),
)

OVERFLOW = {SALES: 10 * MINUTE}
"""After so many seconds in this queue, agents without the skills will do too."""

LABELS = {
    "Lunch": Presence.AWAY,
    "Meeting": Presence.DO_NOT_DISTURB,
    "Coaching": Presence.DO_NOT_DISTURB,
    "Back office": Presence.BUSY,
}
"""The house's own words for presences."""


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """A workstream; None seconds never close by themselves (domain, section 5)."""

    name: str
    channel: Channel
    queue: str
    units: int
    offer_seconds: int = 120
    wrap_up_block: WrapUpBlock = WrapUpBlock.ALWAYS
    open_close_seconds: int | None = None
    active_close_seconds: int | None = None
    waiting_close_seconds: int | None = 28 * DAY
    keep_same_agent: bool = False


def _asynchronous(name: str, channel: Channel, queue: str) -> StreamPlan:
    return StreamPlan(
        name,
        channel,
        queue,
        units=10,
        active_close_seconds=30 * DAY,
        keep_same_agent=True,
    )


WORKSTREAMS = (
    StreamPlan(
        "Website chat",
        Channel.LIVE_CHAT,
        SUPPORT,
        units=15,
        open_close_seconds=20 * MINUTE,
    ),
    _asynchronous("Customer portal", Channel.PERSISTENT_CHAT, SUPPORT),
    _asynchronous("Text messages", Channel.SMS, BILLING),
    _asynchronous("WhatsApp", Channel.WHATSAPP, SALES),
    _asynchronous("Messenger", Channel.MESSENGER, SALES),
    StreamPlan(
        "Hotline",
        Channel.VOICE,
        PHONE,
        units=40,
        offer_seconds=40,
        wrap_up_block=WrapUpBlock.TIMED,
        active_close_seconds=2 * HOUR,
    ),
    StreamPlan(
        "Cases and e-mail",
        Channel.RECORD,
        CASES,
        units=10,
        wrap_up_block=WrapUpBlock.NEVER,
    ),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A user. With `units` also an agent, who works in `queues`; a supervisor
    supervises `queues`."""

    username: str
    first_name: str
    last_name: str
    roles: tuple[Role, ...]
    queues: tuple[str, ...] = ()
    units: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    is_superuser: bool = False

    @property
    def name(self) -> str:
        """The name that everybody sees."""
        return f"{self.first_name} {self.last_name}".strip()


ALL_QUEUES = tuple(plan.name for plan in QUEUES)

LOGINS = (
    Person("supervisor", "Astrid", "Holm", (Role.SUPERVISOR,), ALL_QUEUES),
    Person("billing", "Marcus", "Webb", (Role.SUPERVISOR,), (BILLING,)),
    Person(
        "agent1",
        "Nora",
        "Lindqvist",
        (Role.AGENT,),
        (SUPPORT, CARE),
        units=40,
        skills={"Accounts": 8, "Complaints": 9, "Danish": 6},
    ),
    Person(
        "agent2",
        "Tomas",
        "Berg",
        (Role.AGENT,),
        (SUPPORT, CARE),
        units=40,
        skills={"Accounts": 6, "Complaints": 7},
    ),
    Person("admin", "Ingrid", "Dahl", (Role.ADMINISTRATOR,), is_superuser=True),
    Person("api", "Reporting", "API", (Role.API_ACCESS, Role.SUPERVISOR), ALL_QUEUES),
    Person("channels", "Demo", "channels", (Role.API_ACCESS,)),
)
"""Who people log in as; `channels` is the machine through which the replay's
customers come."""


@dataclass(frozen=True, slots=True)
class Team:
    """Simulated agents with the same queues; units and skills go round."""

    size: int
    queues: tuple[str, ...]
    units: tuple[int, ...]
    skills: tuple[str, ...]


TEAMS = (
    Team(22, (SUPPORT,), (50, 60, 45), ("Accounts", "Technical", "Complaints")),
    Team(12, (SUPPORT, BILLING), (60, 50), ("Accounts", "Payments", "Complaints")),
    Team(10, (BILLING,), (50, 60), ("Payments", "Loans", "Insurance")),
    Team(14, (SALES,), (60, 50), ("Travel", "Orders")),
    Team(8, (SALES, BILLING), (60, 45), ("Travel", "Orders", "Payments")),
    Team(10, (DANISH, SUPPORT), (60, 50), ("Danish", "Accounts", "Technical")),
    Team(14, (PHONE,), (40,), ("Accounts", "Travel", "Payments")),
    Team(6, (CASES, SUPPORT), (60, 50), ("Complaints", "Accounts", "Insurance")),
)

_FIRST_NAMES = (
    "Freja Emil Amira Lucas Ida Mateo Sofie Kwame Laura Anders Priya Oscar Clara "
    "Yusuf Maja Daniel Elena Mikkel Hana Noah Signe Rafael Karla Viktor Leila "
    "Magnus Chloe Rasmus Zofia Jonas Aisha Peter"
)
_LAST_NAMES = (
    "Jensen Okafor Nielsen Garcia Sørensen Novak Kjær Haddad Mortensen Silva "
    "Bruun Schmidt Østergaard Kaur Lund Rossi Vestergaard Tanaka Møller Kowalska "
    "Bak Dubois Krogh Ahmed Winther Larsen Popescu Friis Murphy Thomsen Costa"
)


def simulated_agents() -> list[Person]:
    """`sim01` and up, the teams evenly mixed: the first few of them already serve
    every queue, so that a small replay needs only those."""
    places = sorted(_places())
    return [
        _simulated(number, TEAMS[team], position)
        for number, (_share, team, position) in enumerate(places, start=1)
    ]


def _places() -> Iterator[tuple[float, int, int]]:
    for index, team in enumerate(TEAMS):
        for position in range(team.size):
            yield (position + 0.5) / team.size, index, position


def _simulated(number: int, team: Team, position: int) -> Person:
    # The two lists have no common divisor in length, so no name comes twice.
    return Person(
        f"sim{number:02d}",
        _turn(_FIRST_NAMES, number),
        _turn(_LAST_NAMES, number),
        (Role.AGENT,),
        team.queues,
        units=team.units[position % len(team.units)],
        skills=_skills(team, position),
    )


def _turn(names: str, number: int) -> str:
    in_turn = names.split()
    return in_turn[number % len(in_turn)]


def _skills(team: Team, position: int) -> dict[str, int]:
    """The team's first skill and, in turn, most of the others; 4 to 9 of 10."""
    return {
        name: 4 + (position + 2 * index) % 6
        for index, name in enumerate(team.skills)
        if index == 0 or (position + index) % 3
    }


PEOPLE = (*LOGINS, *simulated_agents())
