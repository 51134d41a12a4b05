"""What customers, record systems and bots do: open, write, consent, elevate, end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from conversations import timers
from conversations.events import BOT, CUSTOMER, Actor, Kind, record
from conversations.models import (
    Alert,
    Conversation,
    Customer,
    Message,
    Queue,
    Workstream,
)
from conversations.refusals import Refused
from conversations.rows import SkillShown
from conversations.states import (
    Channel,
    ConsentMode,
    Elevation,
    Phase,
    Sender,
    SessionEnd,
    Situation,
    State,
    StatusReason,
    Trigger,
    Visibility,
)
from conversations.transitions import mood, offering, overflowing, people
from conversations.transitions.ending import shut, wind_up
from conversations.transitions.scene import Scene


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known when a customer reaches us."""

    workstream: Workstream
    queue: Queue
    customer_name: str = ""
    address: str = ""
    subject: str = ""
    language: str = ""
    skills: list[str | SkillShown] = field(default_factory=list)
    text: str = ""
    client_id: str = ""
    bot_name: str = ""
    consent: bool | None = None
    consent_at: datetime | None = None
    consent_text_version: str = ""
    previous: Conversation | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """One message as it reaches us; the same client id is stored once."""

    text: str
    client_id: str = ""


def open_conversation(arrival: Arrival, *, by: Actor, now: datetime) -> Conversation:
    """A new conversation, in its queue or with the bot, with the notice first."""
    conversation = _create(arrival, now)
    scene = Scene(conversation, {}, now)
    _give_notice(scene)
    people.open_session(scene)
    timers.follow_state(conversation, now)
    if arrival.text:
        _take_in(scene, [Words(arrival.text, arrival.client_id)])
    if conversation.situation is Situation.OPEN:
        overflowing.check_entry(scene)
    conversation.save()
    # A new thing is at its first version: it is named, but not counted up.
    record(
        Kind.OPENED,
        at=now,
        by=by,
        conversation=conversation,
        changed=[conversation],
        watched=[conversation.pk],
        data={
            "queue": conversation.queue_id,
            "bot": bool(arrival.bot_name),
            **scene.notes,
        },
        alerts=bool(Alert.objects.bulk_create(scene.alerts)),
        routable=True,
    )
    return conversation


def customer_writes(
    scene: Scene, text: str, *, client_id: str = "", by: Actor = CUSTOMER
) -> Message:
    """The customer says something. A waiting conversation goes back to its queue,
    unless a transfer of it is pending; a wrap-up keeps the message and its state."""
    return customer_writes_all(scene, [Words(text, client_id)], by=by)[0]


def customer_writes_all(
    scene: Scene, words: Sequence[Words], *, by: Actor = CUSTOMER
) -> list[Message]:
    """The same for several messages, as one transition; those that were said before
    are answered as they are."""
    places: list[str | int] = [said.client_id or n for n, said in enumerate(words)]
    known = all_said_before(scene, Sender.CUSTOMER, words)
    fresh: dict[str | int, Words] = {}
    for place, said in zip(places, words, strict=True):
        if place not in known:
            fresh.setdefault(place, said)
    if fresh:
        messages = _receive(scene, list(fresh.values()), by)
        known |= dict(zip(fresh, messages, strict=True))
    return [known[place] for place in places]


def _receive(scene: Scene, words: Sequence[Words], by: Actor) -> list[Message]:
    _refuse_when_closed(scene)
    messages = _take_in(scene, words)
    if scene.conversation.situation is Situation.WAITING:
        offering.reopen_for_customer(scene)
    numbers = [message.pk for message in messages]
    one = {"message": numbers[0]} if len(numbers) == 1 else {"messages": numbers}
    scene.record(Kind.RECEIVED, by=by, facts=one)
    return messages


def all_said_before(
    scene: Scene, kind: Sender, words: Iterable[Words]
) -> dict[str | int, Message]:
    """The messages with these client ids, by client id: sending twice stores once."""
    ids = {said.client_id for said in words} - {""}
    if not ids:
        return {}
    same = scene.conversation.messages.filter(sender_kind=kind, client_id__in=ids)
    return {message.client_id: message for message in same}


def said_before(scene: Scene, kind: Sender, client_id: str) -> Message | None:
    """The one message with this client id."""
    return all_said_before(scene, kind, [Words("", client_id)]).get(client_id)


def record_consent(
    scene: Scene, *, given: bool, at: datetime | None, text_version: str
) -> None:
    """What the customer answered to being monitored, and to which text."""
    conversation = scene.conversation
    _refuse_when_closed(scene)
    conversation.consent_given = given
    conversation.consent_at = at or scene.now
    conversation.consent_text_version = text_version
    scene.record(Kind.CONSENT_RECORDED, by=CUSTOMER, given=given)


def customer_ends(scene: Scene, *, left: bool = False) -> None:
    """The customer ends it, or (`left`) is gone: wrap-up once an agent had it."""
    conversation = scene.conversation
    reason = StatusReason.CUSTOMER_LEFT if left else StatusReason.ENDED_BY_CUSTOMER
    situation = scene.move(Trigger.CUSTOMER_ENDS, reason)
    ended = SessionEnd.CUSTOMER_DISCONNECTED if left else SessionEnd.ENDED_BY_CUSTOMER
    offering.withdraw(scene)
    people.tell(scene, "customer_left" if left else "customer_ended")
    if situation is Situation.CLOSED:
        shut(scene, ended)
    else:
        wind_up(scene, ended)
    scene.record(Kind.CUSTOMER_ENDED, by=CUSTOMER, left=left, state=conversation.state)


def elevate(scene: Scene, to: Elevation) -> None:
    """Text becomes voice or video; from then on nobody can transfer it."""
    conversation = scene.conversation
    if conversation.channel_kind != "messaging":
        raise Refused(
            "wrong_channel", _("Only a messaging conversation can be elevated.")
        )
    if conversation.elevated == to:
        return
    if conversation.agent_id is None:
        raise Refused.wrong_state(conversation.situation, (Situation.IN_CONVERSATION,))
    scene.move(Trigger.ELEVATE, StatusReason.IN_CONVERSATION)
    offering.withdraw(scene)
    timers.follow_state(conversation, scene.now)
    conversation.elevated = to
    people.tell(scene, "elevated", to=to)
    scene.record(Kind.ELEVATED, by=CUSTOMER, to=to)


def resolve(scene: Scene, *, by: Actor) -> None:
    """The record behind the work was resolved: the work item closes."""
    if scene.conversation.channel != Channel.RECORD:
        raise Refused("wrong_channel", _("Only a record can be resolved."))
    scene.move(Trigger.RESOLVE, StatusReason.RESOLVED)
    offering.withdraw(scene)
    shut(scene, SessionEnd.RESOLVED)
    scene.record(Kind.RESOLVED, by=by)


def bot_writes(scene: Scene, text: str, *, client_id: str = "") -> Message:
    """The bot answers the customer."""
    repeated = said_before(scene, Sender.BOT, client_id)
    if repeated is not None:
        return repeated
    _refuse_without_bot(scene)
    message = people.say(
        scene,
        kind=Sender.BOT,
        name=scene.conversation.bot_name,
        text=text,
        visibility=Visibility.PUBLIC,
        client_id=client_id,
    )
    scene.conversation.unanswered_since = None
    scene.record(Kind.SENT, by=BOT, message=message.pk)
    return message


def bot_escalates(scene: Scene) -> None:
    """The bot hands over: the conversation enters its queue."""
    scene.move(Trigger.BOT_ESCALATES, StatusReason.AWAITING_ASSIGNMENT)
    people.end_session(scene, SessionEnd.BOT_ESCALATED)
    scene.conversation.bot_name = ""
    offering.enter_queue(scene, is_newcomer=True)
    scene.record(Kind.BOT_ESCALATED, by=BOT)


def bot_ends(scene: Scene) -> None:
    """The bot has done it all."""
    scene.move(Trigger.BOT_ENDS, StatusReason.ENDED_BY_BOT)
    shut(scene, SessionEnd.ENDED_BY_BOT)
    scene.record(Kind.BOT_ENDED, by=BOT)


def _create(arrival: Arrival, now: datetime) -> Conversation:
    stream = arrival.workstream
    situation = Situation.WITH_BOT if arrival.bot_name else Situation.OPEN
    state, phase = situation.parts
    waits = None if arrival.bot_name else now
    return Conversation.objects.create(
        customer=_customer(arrival),
        workstream=stream,
        channel=stream.channel,
        queue=arrival.queue,
        previous=arrival.previous,
        subject=arrival.subject,
        language=arrival.language,
        skills=arrival.skills,
        units=stream.units,
        priority=arrival.queue.priority,
        state=state,
        phase=phase,
        status_reason=StatusReason.WITH_BOT
        if arrival.bot_name
        else StatusReason.AWAITING_ASSIGNMENT,
        bot_name=arrival.bot_name,
        opened_at=now,
        queued_at=now,
        waiting_since=waits,
        first_queued_at=waits,
        state_since=now,
        consent_given=arrival.consent,
        consent_at=arrival.consent_at or (now if arrival.consent is not None else None),
        consent_text_version=arrival.consent_text_version,
    )


def _customer(arrival: Arrival) -> Customer:
    if arrival.previous is not None:
        return arrival.previous.customer
    if arrival.address:
        known = Customer.objects.filter(
            address=arrival.address, name=arrival.customer_name
        ).first()
        if known is not None:
            return known
    return Customer.objects.create(name=arrival.customer_name, address=arrival.address)


def _give_notice(scene: Scene) -> None:
    floor = scene.settings
    if floor.consent_mode == ConsentMode.NONE:
        return
    people.say(
        scene,
        kind=Sender.SYSTEM,
        text=floor.customer_notice,
        visibility=Visibility.PUBLIC,
        code="notice",
    )


def _take_in(scene: Scene, words: Sequence[Words]) -> list[Message]:
    conversation = scene.conversation
    scores = [_score(scene, said.text) for said in words]
    readings = mood.next_moods(scene, scores)
    messages = people.say_all(
        scene,
        [
            Message(
                sender_kind=Sender.CUSTOMER,
                sender_name=conversation.customer.name,
                visibility=Visibility.PUBLIC,
                text=said.text,
                client_id=said.client_id,
                score=score,
                level=reading.level,
            )
            for said, score, reading in zip(words, scores, readings, strict=True)
        ],
    )
    conversation.last_customer_message_at = scene.now
    if conversation.state != State.WRAP_UP and conversation.unanswered_since is None:
        conversation.unanswered_since = scene.now
    _keep_clock(scene)
    mood.follow(scene, readings[-1], messages)
    return messages


def _score(scene: Scene, text: str) -> float | None:
    """The first text that is long enough also tells the language."""
    conversation = scene.conversation
    if not conversation.language:
        conversation.language = mood.language_of(text)
    return mood.score_of(scene, text)


def _keep_clock(scene: Scene) -> None:
    """A word puts off the end, but not that of the agent's notes."""
    if scene.conversation.state == State.WRAP_UP:
        timers.show(scene.conversation)
    else:
        timers.restart(scene.conversation, scene.now)


def _refuse_when_closed(scene: Scene) -> None:
    if scene.conversation.is_closed:
        ongoing = [s for s in Situation if s is not Situation.CLOSED]
        raise Refused.wrong_state(Situation.CLOSED, ongoing)


def _refuse_without_bot(scene: Scene) -> None:
    if scene.conversation.phase != Phase.WITH_BOT:
        raise Refused.wrong_state(scene.conversation.situation, (Situation.WITH_BOT,))
