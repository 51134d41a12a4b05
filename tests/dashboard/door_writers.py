"""What the two doors write: consults, hands, hand-overs, browsers that come and go.
Part of the table of writers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import transaction

from conversations import clock, moments, notices
from conversations.events import Actor, Kind
from conversations.models import Offer
from conversations.states import Situation
from conversations.transitions import (
    arrival,
    attending,
    chatting,
    consulting,
    handling,
    offering,
    staffing,
    supervising,
)
from conversations.transitions.scene import Scene
from supervisor import commands
from tests import building
from tests.building import act, at, later
from tests.dashboard import writers as w
from tests.dashboard.writers import Act, House, Writer, by_agent, of_agent, on

S, K = Situation, Kind
TALK, OPEN = S.IN_CONVERSATION, S.OPEN
Step = Callable[[House, Scene], object]


def then(
    step: Step, *before: Step, situation: Situation = TALK, **options: object
) -> Callable[[House], Act]:
    """One transition of a conversation, after those before it."""

    def prepare(house: House) -> Act:
        it = house.at(situation, **options)
        people = [house.agent, house.second]
        for each in before:
            act(it, partial(each, house), agents=people)
        return lambda: act(it, partial(step, house), agents=people)

    return prepare


def asks(house: House, scene: Scene) -> Offer:
    return consulting.ask(scene, house.second, by=by_agent(house), text="Can you?")


def asks_boss(house: House, scene: Scene) -> Offer:
    return consulting.ask(scene, house.boss, by=by_agent(house))


def consult_of(scene: Scene) -> int:
    return scene.conversation.offers.filter(kind="consult", state="open").get().pk


def is_helped(house: House, scene: Scene) -> object:
    return consulting.accept(scene, consult_of(scene), by=by_second(house))


def adds(house: House, scene: Scene) -> None:
    consulting.add(scene, house.second.user, by=by_agent(house))


def by_second(house: House) -> Actor:
    return Actor.agent(house.second)


def hands_over(house: House, scene: Scene) -> object:
    second = scene.agents[house.second.pk]
    return offering.hand_over(scene, second, by=by_agent(house), text="Please")


def raises(house: House, scene: Scene) -> None:
    handling.raise_hand(scene, "What now?", by=by_agent(house))


def gone(house: House, scene: Scene) -> None:
    chatting.customer_gone_soon(scene)


def due_after(
    prepare: Callable[[House], Act], seconds: float
) -> Callable[[House], Act]:
    """What the clock finds due so long after this step."""

    def prepared(house: House) -> Act:
        prepare(house)()
        return lambda: fire(seconds)

    return prepared


def fire(seconds: float) -> None:
    """The clock finds one thing due so long from now."""
    with at(later(seconds=seconds)):
        assert clock.fire_due() == 1


def _late_consult(house: House) -> Act:
    it = house.at(TALK)
    act(it, partial(asks, house))

    def end() -> None:
        with at(later(seconds=500)):
            act(it, consulting.time_out)

    return end


def _is_gone_for_good(house: House) -> Act:
    it = house.at(TALK)
    act(it, chatting.customer_gone_soon)
    return lambda: act(it, chatting.end_for_gone_customer)


def _is_rated(house: House) -> Act:
    it = house.at(S.WRAP_UP)

    def rate() -> None:
        with transaction.atomic():
            chatting.rate(it, 4, "Fine", now=moments.now())

    return rate


def _notice_is_read(house: House) -> Act:
    building.settings_are(agent_notice="You may be monitored.")
    version = notices.version_of("You may be monitored.")

    def read() -> None:
        with transaction.atomic():
            attending.read_notice(house.agent, version, now=moments.now())

    return read


def _by_agent_command(house: House) -> Act:
    it = house.at(TALK)
    return lambda: commands.raise_hand(house.agent.user, it.pk, "Help!")


def _by_boss_command(house: House) -> Act:
    it = house.at(TALK)
    act(it, partial(raises, house))
    return lambda: commands.lower_hand(house.boss, it.pk)


CONSULTS = (
    Writer("consulting.ask", K.CONSULT_ASKED, on(TALK, asks), silent=True),
    Writer("consulting.ask boss", K.CONSULT_ASKED, on(TALK, asks_boss), silent=True),
    Writer("consulting.accept", K.CONSULT_ACCEPTED, then(is_helped, asks), silent=True),
    Writer(
        "consulting.decline",
        K.CONSULT_DECLINED,
        then(lambda h, s: consulting.decline(s, consult_of(s), by=by_second(h)), asks),
        silent=True,
    ),
    Writer(
        "consulting.withdraw",
        K.CONSULT_WITHDRAWN,
        then(lambda h, s: consulting.withdraw(s, consult_of(s), by=by_agent(h)), asks),
        silent=True,
    ),
    Writer("consulting.time_out", K.CONSULT_TIMED_OUT, _late_consult, silent=True),
    Writer(
        "consulting.add",
        K.CONSULTANT_ADDED,
        then(adds, asks, is_helped),
        silent=True,
    ),
    Writer(
        "consulting.end",
        K.CONSULT_ENDED,
        then(
            lambda h, s: consulting.end(s, h.second.user, by=by_agent(h)),
            asks,
            is_helped,
        ),
        silent=True,
    ),
    Writer(
        "consulting.end by the consultant",
        K.CONSULTANT_LEFT,
        then(
            lambda h, s: consulting.end(s, h.second.user, by=by_second(h)),
            asks,
            is_helped,
            adds,
        ),
        silent=True,
    ),
    Writer(
        "supervising.force_close with help asked for",
        K.FORCE_CLOSED,
        then(
            lambda h, s: supervising.force_close(s, by=Actor.supervisor(h.boss)), asks
        ),
    ),
    Writer(
        "staffing.lose_agent who helps",
        K.AGENT_LOST,
        then(lambda h, s: staffing.lose_agent(s, h.second.pk), asks, is_helped),
        silent=True,
    ),
)

PASSING_ON = (
    Writer("offering.hand_over", K.HANDED_OVER, on(TALK, hands_over)),
    Writer(
        "offering.take_back",
        K.TRANSFER_WITHDRAWN,
        then(lambda h, s: offering.take_back(s, by=by_agent(h)), hands_over),
    ),
    Writer(
        "offering.accept hand-over",
        K.ACCEPTED,
        then(
            lambda h, s: offering.accept(s, w.offer_of(s), by=by_second(h)),
            hands_over,
        ),
    ),
    Writer(
        "arrival.customer_writes under an offer",
        K.RECEIVED,
        then(
            lambda h, s: arrival.customer_writes(s, "Still there?"),
            situation=S.AWAITING_ACCEPTANCE,
        ),
    ),
    Writer(
        "handling.hand_over_to_queue",
        K.HANDED_OVER_TO_QUEUE,
        on(TALK, lambda h, s: handling.hand_over_to_queue(s, h.other, by=by_agent(h))),
    ),
    Writer("handling.raise_hand", K.HAND_RAISED, on(TALK, raises)),
    Writer(
        "handling.lower_hand",
        K.HAND_LOWERED,
        then(lambda h, s: handling.lower_hand(s, by=Actor.supervisor(h.boss)), raises),
    ),
    Writer(
        "handling.save_notes",
        K.NOTES_SAVED,
        on(TALK, lambda h, s: handling.save_notes(s, "Allergic", by=by_agent(h))),
        silent=True,
    ),
    Writer("commands.raise_hand", K.HAND_RAISED, _by_agent_command),
    Writer("commands.lower_hand", K.HAND_LOWERED, _by_boss_command),
)

BROWSERS = (
    Writer("chatting.customer_gone_soon", K.CUSTOMER_GONE, on(TALK, gone)),
    Writer(
        "chatting.customer_back",
        K.CUSTOMER_BACK,
        then(lambda h, s: chatting.customer_back(s), gone),
    ),
    Writer("chatting.end_for_gone_customer", K.CUSTOMER_ENDED, _is_gone_for_good),
    Writer("chatting.rate", K.RATED, _is_rated, silent=True),
    Writer(
        "attending.sign_in",
        K.SIGNED_IN,
        of_agent(attending.sign_in, staffing.disconnect, staffing.vanish),
    ),
    Writer("attending.read_notice", K.NOTICE_READ, _notice_is_read, silent=True),
    Writer("clock.customer_gone", K.CUSTOMER_ENDED, due_after(on(TALK, gone), 181)),
    Writer(
        "clock.consult",
        K.CONSULT_TIMED_OUT,
        due_after(on(TALK, asks), 121),
        silent=True,
    ),
)

AT_THE_DOORS = (*CONSULTS, *PASSING_ON, *BROWSERS)
