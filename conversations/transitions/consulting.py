"""An agent asks a colleague or a supervisor for help, beside the conversation.

A consultant reads along and writes to the staff only, until the primary agent adds
them; they take no units (domain, section 5, map 2.5).
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from conversations import meters, timers
from conversations.events import SYSTEM, Actor, Kind, shown_name
from conversations.models import Agent, Offer, Participant
from conversations.refusals import Refused
from conversations.reports import stay_of
from conversations.states import Mode, OfferKind, OfferState, Situation
from conversations.transitions import people
from conversations.transitions.scene import Scene

MOST_CONSULTANTS = 5
_TALKING = (Situation.IN_CONVERSATION, Situation.TRANSFER_PENDING)


def ask(scene: Scene, asked: Agent | User, *, by: Actor, text: str = "") -> Offer:
    """Ask an agent, or a supervisor of the queue, to help; they have a countdown."""
    user = asked.user if isinstance(asked, Agent) else asked
    _refuse_asking(scene, user)
    conversation = scene.conversation
    wait = timedelta(seconds=conversation.workstream.consult_seconds)
    offer = Offer.objects.create(
        conversation=conversation,
        agent=asked if isinstance(asked, Agent) else None,
        supervisor=None if isinstance(asked, Agent) else asked,
        queue=conversation.queue,
        kind=OfferKind.CONSULT,
        offered_by=by.user,
        text=text,
        created_at=scene.now,
        expires_at=scene.now + wait,
    )
    meters.count(meters.OFFERS, offer.kind, OfferState.OPEN)
    timers.start_consult(offer)
    timers.restart(conversation, scene.now)
    _call(scene, offer, by)
    scene.record(Kind.CONSULT_ASKED, by=by, facts=_facts(offer))
    return offer


def accept(scene: Scene, offer_id: int, *, by: Actor) -> Offer:
    """The one who was asked reads along from now on."""
    offer = _open(scene, offer_id)
    people.end_consult_offer(scene, offer, OfferState.ACCEPTED)
    user = _target(offer)
    stay = stay_of(scene.conversation.pk, user) or Participant(
        conversation=scene.conversation, user=user, joined_at=scene.now
    )
    stay.mode, stay.is_added = Mode.CONSULT, False
    stay.is_supervising = offer.supervisor_id is not None
    stay.name, stay.seen_at = _name(offer), scene.now
    stay.save()
    people.note(scene, "consult_began", name=stay.name)
    timers.restart(scene.conversation, scene.now)
    _tell_asker(scene, offer, "info", "consult_accepted")
    scene.record(Kind.CONSULT_ACCEPTED, by=by, facts=_facts(offer))
    return offer


def decline(scene: Scene, offer_id: int, *, by: Actor) -> Offer:
    """They cannot help just now."""
    offer = _open(scene, offer_id)
    people.end_consult_offer(scene, offer, OfferState.DECLINED)
    _tell_asker(scene, offer, "warning", "consult_declined")
    scene.record(Kind.CONSULT_DECLINED, by=by, facts=_facts(offer))
    return offer


def withdraw(scene: Scene, offer_id: int, *, by: Actor) -> Offer:
    """The asking agent needs no help any more."""
    offer = _open(scene, offer_id)
    people.end_consult_offer(scene, offer, OfferState.WITHDRAWN)
    scene.record(Kind.CONSULT_WITHDRAWN, by=by, facts=_facts(offer))
    return offer


def time_out(scene: Scene) -> None:
    """Whoever was asked has not answered in time."""
    late = scene.conversation.offers.filter(
        kind=OfferKind.CONSULT, state=OfferState.OPEN, expires_at__lte=scene.now
    )
    # That one whose clock has just run down and is gone; each late one has its own.
    offer = late.filter(timer=None).first() or late.first()
    if offer is None:
        return
    people.end_consult_offer(scene, offer, OfferState.TIMED_OUT)
    _tell_asker(scene, offer, "warning", "consult_timed_out")
    scene.record(Kind.CONSULT_TIMED_OUT, by=SYSTEM, facts=_facts(offer))


def add(scene: Scene, user: User, *, by: Actor) -> None:
    """The primary lets a consultant into the chat: the customer is told."""
    stay = _consultant(scene, user)
    if stay.is_added:
        return
    stay.is_added = True
    stay.save(update_fields=["is_added"])
    people.tell(scene, "consultant_joined", name=stay.name)
    scene.record(Kind.CONSULTANT_ADDED, by=by, user=user.pk)


def end(scene: Scene, user: User, *, by: Actor) -> None:
    """The primary ends it, or the consultant leaves."""
    stay = _consultant(scene, user)
    if stay.is_supervising and by.user != user and not _was_asked(scene, user):
        raise Refused(
            "invalid", _("A supervisor who has joined leaves when they want.")
        )
    stay.left_at = scene.now
    stay.left_reason = "left" if by.user == user else "dismissed"
    stay.save(update_fields=["left_at", "left_reason"])
    _tell_of_end(scene, stay)
    left = by.user == user
    kind = Kind.CONSULTANT_LEFT if left else Kind.CONSULT_ENDED
    scene.record(kind, by=by, user=user.pk)


def _was_asked(scene: Scene, supervisor: User) -> bool:
    """Whether they help because an agent asked them, not of their own accord."""
    asked = scene.conversation.offers.filter(supervisor=supervisor)
    return asked.filter(state=OfferState.ACCEPTED).exists()


def _refuse_asking(scene: Scene, user: User) -> None:
    conversation = scene.conversation
    if conversation.situation not in _TALKING:
        raise Refused.wrong_state(conversation.situation, _TALKING)
    stay = stay_of(conversation.pk, user)
    if stay is not None and stay.mode != Mode.MONITOR:
        raise Refused("invalid", _("They are in this conversation already."))
    asked = conversation.offers.filter(kind=OfferKind.CONSULT, state=OfferState.OPEN)
    if any(user in (offer.supervisor, _agent_user(offer)) for offer in asked):
        raise Refused("offer_pending", _("They have been asked already."))
    seats = conversation.participants.filter(mode=Mode.CONSULT, left_at__isnull=True)
    if asked.count() + seats.count() >= MOST_CONSULTANTS:
        raise Refused(
            "invalid",
            _("At most %(most)d people can help at a time.")
            % {"most": MOST_CONSULTANTS},
        )


def _call(scene: Scene, offer: Offer, by: Actor) -> None:
    """Agents see it at their desk; supervisors are told on the floor."""
    if offer.agent_id is not None:
        scene.desks.add(offer.agent_id)
        return
    assert offer.supervisor_id is not None
    people.alert(
        scene,
        [offer.supervisor_id],
        "warning",
        "consult_asked",
        agent=by.name,
        subject=scene.conversation.subject,
        customer=scene.conversation.customer.name,
        text=offer.text,
        offer=offer.pk,
        expires_at=offer.expires_at.isoformat(),
    )


def _open(scene: Scene, offer_id: int) -> Offer:
    offer = scene.conversation.offers.filter(
        pk=offer_id, kind=OfferKind.CONSULT, state=OfferState.OPEN
    ).first()
    if offer is None or scene.now >= offer.expires_at:
        raise Refused(
            "offer_ended", _("This offer has ended; it can't be answered now.")
        )
    return offer


def _consultant(scene: Scene, user: User) -> Participant:
    stay = stay_of(scene.conversation.pk, user)
    if stay is None or stay.mode != Mode.CONSULT:
        raise Refused("not_participant", _("They are not helping here."))
    return stay


def _tell_of_end(scene: Scene, stay: Participant) -> None:
    if stay.is_added:
        people.tell(scene, "consultant_left", name=stay.name)
    else:
        people.note(scene, "consult_ended", name=stay.name)


def _tell_asker(scene: Scene, offer: Offer, level: str, kind: str) -> None:
    if offer.offered_by_id is not None:
        facts = {"agent": _name(offer), "subject": scene.conversation.subject}
        people.alert(scene, [offer.offered_by_id], level, kind, **facts)


def _facts(offer: Offer) -> dict[str, object]:
    return {
        "offer": offer.pk,
        "offer_kind": offer.kind,
        "agent": offer.agent_id,
        "supervisor": offer.supervisor_id,
    }


def _agent_user(offer: Offer) -> User | None:
    return None if offer.agent is None else offer.agent.user


def _target(offer: Offer) -> User:
    user = _agent_user(offer) or offer.supervisor
    assert user is not None
    return user


def _name(offer: Offer) -> str:
    return offer.agent.name if offer.agent is not None else shown_name(_target(offer))
