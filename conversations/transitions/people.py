"""Steps shared by transitions: sessions, participants, system messages, alerts.

None of these records an event; they are parts of a transition that does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.contrib.auth.models import User
from django.db.models import Max, QuerySet

from conversations import meters, timers
from conversations.models import (
    Agent,
    Alert,
    Message,
    Offer,
    Participant,
    Queue,
    Session,
)
from conversations.states import (
    Mode,
    OfferKind,
    OfferState,
    Sender,
    SessionEnd,
    StatusReason,
    Trigger,
    Visibility,
)
from conversations.transitions.scene import Scene
from conversations.viewers import MONITORING_ENDED

SYSTEM_TEXTS: Mapping[str, str] = {
    "supervisor_joined": "%(name)s joined the conversation.",
    "supervisor_left": "%(name)s left the conversation.",
    "agent_joined": "%(name)s is now here to help you.",
    "agent_ended": "The conversation was ended.",
    "customer_ended": "The customer ended the conversation.",
    "force_closed": "A supervisor ended this conversation.",
    "auto_closed": "The conversation was closed because nothing more happened.",
    "elevated": "The conversation continues by %(to)s.",
    "released": "The conversation went back to the queue.",
    "overflow_ended": "We can't take your conversation now. Please try again later.",
    "customer_left": "The customer has left.",
    "consultant_joined": "%(name)s joined the conversation.",
    "consultant_left": "%(name)s left the conversation.",
    "consult_began": "%(name)s reads along to help.",
    "consult_ended": "%(name)s no longer reads along.",
    "transferred_to_queue": "You are being transferred to %(queue)s.",
    "overflow_transferred": "You are being transferred to %(queue)s.",
}
"""English of each system message; screens translate by code (domain, section 1)."""


def open_session(scene: Scene, agent: Agent | None = None) -> Session:
    """A stay in the present queue begins."""
    return Session.objects.create(
        conversation=scene.conversation,
        queue=scene.conversation.queue,
        agent=agent,
        bot_name=scene.conversation.bot_name,
        opened_at=scene.now,
    )


def move_to_queue(scene: Scene, queue: Queue, reason: SessionEnd) -> None:
    """An open conversation waits in another queue from now on, without a look at that
    one's rules for entry. The wait as a whole goes on; a queue's patience begins."""
    conversation = scene.conversation
    scene.move(Trigger.ASSIGN_TO_QUEUE, StatusReason.AWAITING_ASSIGNMENT)
    end_session(scene, reason)
    conversation.queue, conversation.priority = queue, queue.priority
    conversation.queued_at = scene.now
    open_session(scene)
    timers.start_patience(conversation)


def end_session(scene: Scene, reason: SessionEnd) -> None:
    """The present stay ends; while waiting there is none."""
    scene.conversation.sessions.filter(closed_at__isnull=True).update(
        closed_at=scene.now, reason=reason
    )
    call_off_help(scene)


def call_off_help(scene: Scene) -> None:
    """Whoever is asked for help just now need not answer any more; no hand is up."""
    scene.conversation.hand_since, scene.conversation.hand_text = None, ""
    asked = scene.conversation.offers.filter(
        kind=OfferKind.CONSULT, state=OfferState.OPEN
    )
    for offer in asked:
        end_consult_offer(scene, offer, OfferState.WITHDRAWN)


def end_consult_offer(scene: Scene, offer: Offer, state: OfferState) -> None:
    """The consult was answered, called off or not answered in time."""
    offer.state, offer.ended_at = state, scene.now
    offer.save(update_fields=["state", "ended_at"])
    meters.count(meters.OFFERS, offer.kind, state)
    timers.stop_consult(offer)
    if offer.agent_id is not None:
        scene.desks.add(offer.agent_id)


def sit_down(scene: Scene, agent: Agent) -> None:
    """The agent becomes primary, whatever they were in the conversation before."""
    _note_watching(scene, _stays(scene, [agent.user_id]), "became_agent")
    _stays(scene, [agent.user_id]).update(left_at=scene.now, left_reason="became_agent")
    Participant.objects.create(
        conversation=scene.conversation,
        user_id=agent.user_id,
        mode=Mode.PRIMARY,
        name=agent.name,
        joined_at=scene.now,
    )


def stand_up(scene: Scene, agent: Agent, reason: str) -> None:
    """The agent takes no part any more."""
    _stays(scene, [agent.user_id]).update(left_at=scene.now, left_reason=reason)


def stay_as_consultant(scene: Scene, agent: Agent) -> None:
    """The first agent of a transfer stays on (domain, section 3, Transfer)."""
    _stays(scene, [agent.user_id]).update(mode=Mode.CONSULT)


def send_consultants_home(scene: Scene, reason: str) -> None:
    """Agents who helped the one who has left; supervisors leave by themselves."""
    helping = _stays(scene).filter(mode=Mode.CONSULT, is_supervising=False)
    helping.update(left_at=scene.now, left_reason=reason)


def send_everybody_home(scene: Scene, reason: str) -> None:
    """All stays end: agents', consultants' and watching supervisors'."""
    _note_watching(scene, _stays(scene), reason)
    _stays(scene).update(left_at=scene.now, left_reason=reason)


def tell(scene: Scene, code: str, **params: str) -> Message:
    """A public system message: participants learn what happened."""
    return _announce(scene, Visibility.PUBLIC, code, params)


def note(scene: Scene, code: str, **params: str) -> Message:
    """The same for agents and supervisors only."""
    return _announce(scene, Visibility.INTERNAL, code, params)


def say(
    scene: Scene,
    *,
    kind: Sender,
    text: str,
    visibility: Visibility,
    user: User | None = None,
    name: str = "",
    code: str = "",
    params: Mapping[str, str] | None = None,
    client_id: str = "",
    score: float | None = None,
    level: str = "",
) -> Message:
    """Store one message; public ones get the customer's number."""
    message = Message(
        sender_kind=kind,
        sender_user=user,
        sender_name=name,
        visibility=visibility,
        text=text,
        code=code,
        params=dict(params or {}),
        client_id=client_id,
        score=score,
        level=level,
    )
    return say_all(scene, [message])[0]


def say_all(scene: Scene, messages: Sequence[Message]) -> list[Message]:
    """Store these new messages of one visibility, said now, in their order."""
    number = _next_public_number(scene, Visibility(messages[0].visibility))
    for offset, message in enumerate(messages):
        message.conversation, message.at = scene.conversation, scene.now
        message.public_number = None if number is None else number + offset
    for message in messages:
        meters.count(meters.MESSAGES, message.sender_kind, message.visibility)
    return Message.objects.bulk_create(messages)


def supervisors_of(scene: Scene) -> list[int]:
    """Who supervises the conversation's queue."""
    supervisors = scene.conversation.queue.supervisors.filter(is_active=True)
    return list(supervisors.values_list("pk", flat=True))


def alert(
    scene: Scene, users: Iterable[int], level: str, kind: str, **params: object
) -> None:
    """Tell these users on the floor; written with the transition's event."""
    told = [
        Alert(
            user_id=user_id,
            conversation=scene.conversation,
            at=scene.now,
            level=level,
            kind=kind,
            params=params,
        )
        for user_id in users
    ]
    scene.alerts += told
    meters.count(meters.ALERTS, level, times=len(told))


def _announce(
    scene: Scene, visibility: Visibility, code: str, params: Mapping[str, str]
) -> Message:
    return say(
        scene,
        kind=Sender.SYSTEM,
        text=SYSTEM_TEXTS[code] % params,
        visibility=visibility,
        code=code,
        params=params,
    )


def _stays(scene: Scene, users: Iterable[int] | None = None) -> QuerySet[Participant]:
    stays = scene.conversation.participants.filter(left_at__isnull=True)
    return stays if users is None else stays.filter(user_id__in=users)


def _note_watching(scene: Scene, stays: QuerySet[Participant], reason: str) -> None:
    """The end of monitoring is in the audit trail also where another transition
    brought it: in that one's event."""
    watching = stays.filter(is_supervising=True).values_list("user_id", flat=True)
    if users := sorted(watching):
        scene.notes[MONITORING_ENDED] = {"users": users, "why": reason}


def _next_public_number(scene: Scene, visibility: Visibility) -> int | None:
    if visibility is not Visibility.PUBLIC:
        return None
    last = scene.conversation.messages.aggregate(last=Max("public_number"))["last"]
    return (last or 0) + 1
