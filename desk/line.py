"""The desk's socket: kept equal to the picture of the agent's desk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TypeVar

from django.contrib.auth.models import User

from accounts.roles import Role, roles_of_users
from accounts.signed_in import signed_out
from conversations import attendance
from conversations.doorbell import Typing
from conversations.models import (
    ONGOING,
    UNANSWERED,
    Agent,
    Conversation,
    FloorSettings,
    Membership,
    NoticeRead,
    Offer,
    OpenSocket,
    Participant,
)
from conversations.moments import iso
from conversations.notices import version_of
from conversations.reading import consistent_read
from conversations.states import Method, Mode, State
from desk import reading
from desk.picture import (
    Picture,
    Signature,
    fresh_alerts,
    newest_events,
    news_since,
    picture_of,
)
from live.lines import Line, Lines, Look, Topic, Verdicts
from live.sockets import FORBIDDEN, SIGNED_OUT, TOO_SLOW, Frame

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Holder:
    """The agent's user behind a socket, as they came in."""

    user: int
    agent: int
    session: str
    stamp: str


class DeskLine(Line):
    """One open desk; several tabs of one agent are several of these."""

    def __init__(
        self,
        holder: Holder,
        send: Callable[[Frame], Awaitable[None]],
        close: Callable[[int], Awaitable[None]],
    ) -> None:
        super().__init__(send, close)
        self.holder = holder
        self.picture: Picture | None = None

    def refresh(self) -> None:
        """The page wants the whole truth."""
        self.picture = None
        self.ring()

    def look(self) -> Look:
        """All of it at first, then what is news."""
        before, agent = self.picture, self.holder.agent
        if before is None:
            self.picture, whole = picture_of(agent)
            frames: list[Frame] = [{"type": "desk", **whole}]
        else:
            self.picture, frames = news_since(before, agent)
        return Look(frames, _topics(self.picture, agent))

    def proof(self) -> Frame:
        """What the page must show by now."""
        picture = self.picture
        return {
            "compared_at": iso(self.compared_at),
            "digest": "" if picture is None else picture.digest,
            "count": 0 if picture is None else picture.count,
        }

    def typing(self, typing: Typing) -> Frame | None:
        """Somebody else writes in a conversation on this desk."""
        picture = self.picture
        if picture is None or typing.conversation not in picture.entries:
            return None
        if typing.user == self.holder.user:
            return None
        return {
            "type": "typing",
            "conversation": typing.conversation,
            "sender": {"kind": typing.kind, "name": typing.name},
            "visibility": typing.visibility,
        }

    def may_type(self, conversation: int, *, public: bool) -> bool:
        """Whether others may be told that this agent writes there."""
        picture = self.picture
        entry = None if picture is None else picture.entries.get(conversation)
        return entry is not None and (entry["is_added"] or not public)


def compare(lines: Collection[Line]) -> Verdicts:
    """Which desks are not as the database is, and which may stay open no longer."""
    desks = [line for line in lines if isinstance(line, DeskLine)]
    verdicts: dict[Line, int | None] = {}
    present = signatures({desk.holder.agent for desk in desks})
    for desk in desks:
        picture = desk.picture
        if picture is None or picture.signature != present.get(desk.holder.agent):
            verdicts[desk] = None
    return verdicts | _displaced(desks) | _turned_out(desks)


def signatures(agents: Collection[int]) -> dict[int, Signature]:
    """The signature of each agent's desk; a few queries for all of them."""
    with consistent_read():
        return _signatures(agents)


desks = Lines("desk", compare=compare, keep_alive=attendance.keep_alive)
"""Every open desk of this process."""


def _topics(picture: Picture, agent: int) -> frozenset[Topic]:
    offered = {offer["conversation"]["id"] for offer in picture.offers.values()}
    seen = {*picture.entries, *offered, *(row["id"] for row in picture.pickable)}
    return frozenset({("d", agent), *(("c", pk) for pk in seen)})


def _displaced(desks: Collection[DeskLine]) -> dict[Line, int | None]:
    """A row that a clock took for lost while this process stood still: whoever is still
    there comes in anew, and is there again."""
    placed = {desk.socket: desk for desk in desks if desk.socket is not None}
    present = OpenSocket.objects.filter(pk__in=placed).values_list("pk", flat=True)
    return {placed[pk]: TOO_SLOW for pk in placed.keys() - set(present)}


def _turned_out(desks: Collection[DeskLine]) -> dict[Line, int | None]:
    out = signed_out({desk.holder for desk in desks})
    roles = roles_of_users({desk.holder.user for desk in desks})
    codes: dict[Line, int | None] = {}
    for desk in desks:
        if desk.holder in out:
            codes[desk] = SIGNED_OUT
        elif Role.AGENT not in roles[desk.holder.user]:
            codes[desk] = FORBIDDEN
    return codes


def _signatures(agents: Collection[int]) -> dict[int, Signature]:
    rows = Agent.objects.filter(pk__in=agents).values_list("pk", "user", "version")
    people = {pk: (user, version) for pk, user, version in rows}
    agent_of = {user: pk for pk, (user, _version) in people.items()}
    open_offers = Offer.objects.filter(UNANSWERED, agent__in=agents)
    offers = _grouped(
        (agent, (pk, version))
        for agent, pk, version in open_offers.values_list(
            "agent", "pk", "conversation__version"
        )
    )
    places = Membership.objects.filter(agent__in=agents)
    queues = _grouped(
        (agent, (pk, name))
        for agent, pk, name in places.values_list("agent", "queue", "queue__name")
    )
    alerts = _grouped(
        (agent_of[user], pk) for user, pk in fresh_alerts(tuple(agent_of))
    )
    entries = _entries(agents, agent_of)
    events = newest_events({pk for own in entries.values() for pk in own})
    pickable = _pickable(agents)
    notice, readers = _notice(agents)
    labels = tuple((label["name"], label["base"]) for label in reading.labels())
    return {
        pk: Signature(
            version,
            frozenset(offers[pk]),
            frozenset((c, events[c]) for c in entries[pk] if c in events),
            pickable[pk],
            frozenset(alerts[pk]),
            (notice, readers is None or pk in readers),
            frozenset(queues[pk]),
            labels,
        )
        for pk, (_user, version) in people.items()
    }


def _notice(agents: Collection[int]) -> tuple[str, frozenset[int] | None]:
    """The version of the notice, and who has read it; None: there is nothing to."""
    text = FloorSettings.current().agent_notice
    version = version_of(text)
    if not text.strip():
        return version, None
    read = NoticeRead.objects.filter(agent__in=agents, text_version=version)
    return version, frozenset(read.values_list("agent", flat=True))


def _grouped(pairs: Iterable[tuple[int, T]]) -> defaultdict[int, set[T]]:
    groups: defaultdict[int, set[T]] = defaultdict(set)
    for key, value in pairs:
        groups[key].add(value)
    return groups


def _entries(
    agents: Collection[int], agent_of: dict[int, int]
) -> defaultdict[int, set[int]]:
    ongoing = Conversation.objects.filter(ONGOING)
    entries = _grouped(ongoing.filter(agent__in=agents).values_list("agent", "pk"))
    helping = Participant.objects.filter(
        user__in=agent_of,
        mode=Mode.CONSULT,
        is_supervising=False,
        left_at__isnull=True,
        conversation__closed_at__isnull=True,
    )
    for user, pk in helping.values_list("user", "conversation"):
        entries[agent_of[user]].add(pk)
    return entries


def _pickable(agents: Collection[int]) -> dict[int, frozenset[tuple[int, int]]]:
    """Agents of the same queues have the same to pick from: it is sought out once."""
    places = Membership.objects.filter(agent__in=agents, queue__method=Method.MANUAL)
    queues = _grouped(places.values_list("agent", "queue"))
    waiting = Conversation.objects.filter(
        ONGOING, queue__in=set().union(*queues.values()), state=State.OPEN
    )
    in_turn = list(
        waiting.order_by(*reading.IN_TURN).values_list("queue", "pk", "version")
    )

    @cache
    def first_of(own: frozenset[int]) -> frozenset[tuple[int, int]]:
        rows = ((pk, version) for queue, pk, version in in_turn if queue in own)
        return frozenset(islice(rows, reading.MOST_PICKABLE))

    return {agent: first_of(frozenset(queues[agent])) for agent in agents}


def holder_of(user: User, session: str) -> Holder | None:
    """Whoever may open a desk with this session: an agent with the role; else None."""
    agent = Agent.objects.filter(user=user).values_list("pk", flat=True).first()
    if agent is None or Role.AGENT not in roles_of_users([user.pk])[user.pk]:
        return None
    return Holder(user.pk, agent, session, user.get_session_auth_hash())
