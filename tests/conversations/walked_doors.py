"""The steps of the random walk at the two doors, and what must hold of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from conversations import attendance, moments, notices
from conversations.locks import one_transaction
from conversations.models import (
    Agent,
    Conversation,
    FloorSettings,
    Offer,
    OpenSocket,
    Participant,
    PresenceStay,
    Queue,
    Timer,
)
from conversations.states import CLOSING_CLOCKS, Phase, State
from conversations.transitions import chatting
from conversations.transitions.consulting import MOST_CONSULTANTS
from desk import commands as desk
from desk import helping
from supervisor import commands as floor
from tests.conversations import asking

numbers = st.integers(0, 11)
TALKING = (Phase.IN_CONVERSATION, Phase.TRANSFER_PENDING)


class DoorSteps:
    """What agents ask of each other, and browsers that come and go."""

    now: datetime
    queues: list[Queue]
    step: Callable[..., None]
    it: Callable[..., Conversation]
    agent: Callable[[int], Agent]
    supervisor: Callable[[int], User]

    # Help, and passing on

    @rule(number=numbers, who=numbers, boss=st.booleans(), odd=st.integers(0, 9))
    def asks_for_help(self, number: int, who: int, boss: bool, odd: int) -> None:
        it, agent = self.handled(number)
        asked: dict[str, Any] = (
            {"supervisor": self.supervisor(who).pk}
            if boss
            else {"colleague": self.agent(who).pk}
        )
        version = it.state_version - (odd == 0)
        self.step(lambda: helping.consult(agent, it.pk, state_version=version, **asked))
        if odd > 3:
            self.answers_for_help(number, accepted=odd > 5)

    def answers_for_help(self, number: int, *, accepted: bool) -> None:
        """One of those who were asked says yes or no."""
        asked = list(Offer.objects.filter(**CONSULTS).order_by("pk"))
        if asked:
            offer = asked[number % len(asked)]
            answer = desk.accept if accepted else desk.decline
            self.step(lambda: answer(asking.target_of(offer), offer.pk))

    @rule(number=numbers, act=st.sampled_from(["add", "end", "leave"]))
    @precondition(lambda self: Participant.objects.filter(**HELPING).exists())
    def helps(self, number: int, act: str) -> None:
        stays = list(Participant.objects.filter(**HELPING).select_related("user"))
        stay = stays[number % len(stays)]
        own = Agent.objects.filter(user=stay.user).first() or self.agent(number)
        primary = stay.conversation.agent or self.agent(number)
        steps: dict[str, Callable[[], object]] = {
            "add": lambda: helping.add_consultant(
                primary, stay.conversation_id, stay.user_id
            ),
            "end": lambda: helping.end_consult(
                primary, stay.conversation_id, stay.user_id
            ),
            "leave": lambda: helping.leave(own, stay.conversation_id),
        }
        self.step(steps[act])

    @rule(number=numbers)
    @precondition(lambda self: Offer.objects.filter(**ASKED).exists())
    def takes_back(self, number: int) -> None:
        asked = list(Offer.objects.filter(**ASKED).order_by("pk"))
        offer = asked[number % len(asked)]
        agent = Agent.objects.filter(user=offer.offered_by).first()
        self.step(lambda: helping.take_back(agent or self.agent(number), offer.pk))

    @rule(number=numbers, who=numbers)
    def hands_over(self, number: int, who: int) -> None:
        it, agent = self.handled(number)
        self.step(
            lambda: helping.hand_over(
                agent,
                it.pk,
                state_version=it.state_version,
                colleague=self.agent(who).pk,
            )
        )

    @rule(number=numbers, queue=numbers)
    def hands_over_to_queue(self, number: int, queue: int) -> None:
        it, agent = self.handled(number)
        to = self.queues[queue % 3].pk
        self.step(
            lambda: helping.hand_over_to_queue(
                agent, it.pk, state_version=it.state_version, queue=to
            )
        )

    @rule(number=numbers, up=st.booleans(), boss=st.booleans())
    def hand(self, number: int, up: bool, boss: bool) -> None:
        it, agent = self.handled(number)
        user = self.supervisor(number) if boss else agent.user
        if up:
            self.step(lambda: floor.raise_hand(user, it.pk, "What now?"))
        else:
            self.step(lambda: floor.lower_hand(user, it.pk))

    @rule(number=numbers, text=st.sampled_from(["", "Called back", "Allergic"]))
    def notes(self, number: int, text: str) -> None:
        it, agent = self.handled(number)
        self.step(lambda: desk.save_notes(agent, it.pk, text))

    # Browsers

    @rule(who=numbers, process=st.sampled_from(["here", "there", "killed"]))
    def agent_comes(self, who: int, process: str) -> None:
        agent = self.agent(who).pk
        self.step(lambda: attendance.agent_arrives(agent, process))

    @rule(who=numbers)
    def reads_notice(self, who: int) -> None:
        version = notices.version_of(FloorSettings.current().agent_notice)
        agent = self.agent(who).pk
        self.step(lambda: attendance.agent_reads_notice(agent, version), most=2)

    @rule(number=numbers, process=st.sampled_from(["here", "killed"]))
    def customer_comes(self, number: int, process: str) -> None:
        it = self.it(number, channel="live_chat")
        self.step(lambda: attendance.customer_arrives(it.pk, process))

    @rule(number=numbers, of_agent=st.booleans())
    @precondition(lambda self: OpenSocket.objects.exists())
    def leaves(self, number: int, of_agent: bool) -> None:
        every = OpenSocket.objects.order_by("pk")
        sockets = list(every.filter(agent__isnull=not of_agent) or every)
        socket = sockets[number % len(sockets)].pk
        self.step(lambda: attendance.leave(socket))

    @rule(who=numbers)
    def agent_reloads(self, who: int) -> None:
        agent = self.agent(who).pk

        def goes_and_comes() -> None:
            for socket in OpenSocket.objects.filter(agent=agent):
                attendance.leave(socket.pk)
            attendance.agent_arrives(agent, "here")

        self.step(goes_and_comes, most=2)

    @rule(number=numbers)
    def customer_is_away(self, number: int) -> None:
        it = self.it(number, channel="live_chat", phase__in=TALKING)

        def looks_in() -> None:
            attendance.leave(attendance.customer_arrives(it.pk, "here"))

        self.step(looks_in, most=2)

    @rule(number=numbers, score=st.integers(1, 5))
    def rates(self, number: int, score: int) -> None:
        it = self.it(number, state__in=(State.WRAP_UP, State.CLOSED))
        rate = one_transaction(chatting.rate)
        self.step(lambda: rate(it, score, "", now=moments.now()))

    def alive(self) -> None:
        """The browsers of the processes that were not killed gave signs of life."""
        here = OpenSocket.objects.exclude(process="killed")
        attendance.keep_alive(here.values_list("pk", flat=True))

    def handled(self, number: int) -> tuple[Conversation, Agent]:
        """A conversation that somebody talks in, if there is any."""
        it = self.it(number, phase__in=TALKING, agent__isnull=False)
        return it, it.agent or self.agent(number)

    # What holds after each step

    @invariant()
    def help_is_sound(self) -> None:
        asked = Counter(ids(Offer.objects.filter(kind="consult", state="open")))
        helping_now = Counter(ids(Participant.objects.filter(**HELPING)))
        for it in Conversation.objects.all():
            talks = it.phase in TALKING and it.agent_id is not None
            assert talks or not asked[it.pk], it.situation
            assert talks or it.hand_since is None, it.situation
            # Joined supervisors and a first agent come on top of those who were asked.
            assert asked[it.pk] + helping_now[it.pk] <= MOST_CONSULTANTS + 3
            assert it.state != State.CLOSED or not helping_now[it.pk]
        consults = Offer.objects.filter(kind="consult", state="open")
        clocks = Timer.objects.filter(kind="consult").values_list("offer", flat=True)
        assert sorted(clocks) == sorted(consults.values_list("pk", flat=True))

    @invariant()
    def what_closes_is_shown(self) -> None:
        due: dict[int, tuple[datetime, str]] = {}
        closing = Timer.objects.filter(kind__in=CLOSING_CLOCKS).order_by("-due_at")
        for pk, at, kind in closing.values_list("conversation", "due_at", "kind"):
            due[pk] = at, kind
        for it in Conversation.objects.all():
            first = due.get(it.pk, (None, ""))
            if (it.closes_at, it.closes_kind) == first:
                continue
            # Monitoring has restarted it, and nobody inside has seen that yet.
            assert first[0] is not None and it.closes_at is not None, it.situation
            assert it.closes_at < first[0]
            assert it.events.filter(kind="monitoring.started").exists()

    @invariant()
    def presences_are_told_without_a_gap(self) -> None:
        agents = {agent.pk: agent for agent in Agent.objects.all()}
        stays = PresenceStay.objects.order_by("agent", "pk")
        told = {pk: list(own) for pk, own in groupby(stays, lambda s: s.agent_id)}
        assert told.keys() == agents.keys()
        for pk, own in told.items():
            assert all(a.until == b.since for a, b in pairwise(own))
            last, agent = own[-1], agents[pk]
            assert last.until is None
            assert (last.presence, last.label, last.set_by, last.reason) == (
                agent.presence,
                agent.presence_label,
                agent.presence_set_by,
                agent.presence_reason,
            )

    @invariant()
    def who_is_gone_is_gone(self) -> None:
        seen = OpenSocket.objects.filter(seen_at__gte=self.now - attendance.SILENCE)
        gone = Agent.objects.filter(disconnected_at__isnull=False)
        assert not seen.filter(agent__in=gone).exists()
        graces = Timer.objects.filter(kind="agent_grace").values_list(
            "agent", flat=True
        )
        assert set(graces) == set(gone.values_list("pk", flat=True))
        absent = Timer.objects.filter(kind="customer_gone").values("conversation")
        assert not seen.filter(conversation__in=absent).exists()


def ids(rows: QuerySet[Any]) -> list[int]:
    """Of the conversations to which these rows belong."""
    return list(rows.values_list("conversation", flat=True))


HELPING: dict[str, Any] = {"mode": "consult", "left_at": None}
CONSULTS: dict[str, Any] = {"kind": "consult", "state": "open"}
ASKED: dict[str, Any] = {"state": "open", "offered_by__agent__isnull": False}
