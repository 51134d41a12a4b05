"""What an agent does with a conversation: pick, write, release, wait, end, close."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from conversations import capacity, timers
from conversations.events import Actor, Kind, shown_name
from conversations.models import Agent, Message, Queue
from conversations.refusals import Refused
from conversations.states import (
    Channel,
    Sender,
    SessionEnd,
    Situation,
    StatusReason,
    Trigger,
    Visibility,
)
from conversations.transitions import offering, people
from conversations.transitions.arrival import said_before
from conversations.transitions.ending import shut, wind_up
from conversations.transitions.scene import Scene


def pick(scene: Scene, agent: Agent, *, by: Actor) -> None:
    """An agent takes an open conversation of their queue; capacity never refuses."""
    scene.move(Trigger.PICK, StatusReason.IN_CONVERSATION)
    offering.begin_handling(scene, agent)
    scene.conversation.at_front = False
    scene.record(Kind.PICKED, by=by, agent=agent.pk)


def release(scene: Scene, *, by: Actor) -> None:
    """The agent gives it back to the queue; a pending transfer is withdrawn."""
    agent = _the_primary(scene)
    scene.move(Trigger.RELEASE, StatusReason.AWAITING_ASSIGNMENT)
    offering.withdraw(scene)
    people.end_session(scene, SessionEnd.AGENT_RELEASED)
    people.stand_up(scene, agent, "released")
    people.send_consultants_home(scene, "released")
    capacity.give_back(scene, agent)
    offering.enter_queue(scene)
    people.tell(scene, "released")
    scene.record(Kind.RELEASED, by=by, agent=agent.pk)


def wait(scene: Scene, *, by: Actor) -> None:
    """The agent puts it aside until the customer writes; asynchronous channels only."""
    if not Channel(scene.conversation.channel).is_asynchronous:
        raise Refused(
            "wrong_channel",
            _("Only an asynchronous conversation can wait for its customer."),
        )
    agent = _the_primary(scene)
    scene.move(Trigger.WAIT, StatusReason.AWAITING_CUSTOMER)
    offering.withdraw(scene)
    people.end_session(scene, SessionEnd.AGENT_MOVED_TO_WAITING)
    people.send_everybody_home(scene, "waiting")
    capacity.give_back(scene, agent)
    timers.follow_state(scene.conversation, scene.now)
    scene.record(Kind.WAITED, by=by, agent=agent.pk)


def revive(scene: Scene, *, by: Actor) -> None:
    """Its agent goes on with a waiting one; never refused for capacity."""
    agent = _the_primary(scene)
    scene.move(Trigger.REVIVE, StatusReason.IN_CONVERSATION)
    offering.withdraw(scene)
    offering.begin_handling(scene, agent)
    scene.record(Kind.REVIVED, by=by, agent=agent.pk)


def finish(scene: Scene, *, by: Actor) -> None:
    """The agent ends it for the customer: wrap-up."""
    agent = _the_primary(scene)
    scene.move(Trigger.AGENT_ENDS, StatusReason.ENDED_BY_AGENT)
    offering.withdraw(scene)
    people.tell(scene, "agent_ended")
    wind_up(scene, SessionEnd.ENDED_BY_AGENT)
    scene.record(Kind.FINISHED, by=by, agent=agent.pk)


def close(scene: Scene, *, by: Actor) -> None:
    """The agent has finished the notes."""
    scene.move(Trigger.CLOSE, StatusReason.CLOSED_BY_AGENT)
    shut(scene, SessionEnd.ENDED_BY_AGENT)
    scene.record(Kind.CLOSED, by=by)


def hand_over_to_queue(scene: Scene, queue: Queue, *, by: Actor) -> None:
    """The agent's own transfer to a queue of the same type: open there, at once."""
    agent = _the_primary(scene)
    scene.move(Trigger.RELEASE, StatusReason.AWAITING_ASSIGNMENT)
    offering.withdraw(scene)
    people.end_session(scene, SessionEnd.AGENT_TRANSFERRED)
    people.send_everybody_home(scene, "transferred")
    capacity.give_back(scene, agent)
    scene.conversation.queue, scene.conversation.priority = queue, queue.priority
    scene.conversation.transfer_count += 1
    people.tell(scene, "transferred_to_queue", queue=queue.name)
    offering.enter_queue(scene, is_newcomer=True)
    scene.record(
        Kind.HANDED_OVER_TO_QUEUE, by=by, agent=agent.pk, target_queue=queue.pk
    )


def raise_hand(scene: Scene, text: str, *, by: Actor) -> None:
    """The agent asks the queue's supervisors for help, in a sentence."""
    agent = _the_primary(scene)
    _refuse_unless(scene, _WITH_AGENT)
    conversation = scene.conversation
    conversation.hand_since = conversation.hand_since or scene.now
    conversation.hand_text = text
    people.alert(
        scene,
        people.supervisors_of(scene),
        "warning",
        "hand_raised",
        agent=agent.name,
        subject=conversation.subject,
        customer=conversation.customer.name,
        text=text,
    )
    scene.record(Kind.HAND_RAISED, by=by, agent=agent.pk)


def lower_hand(scene: Scene, *, by: Actor) -> None:
    """A supervisor has seen to it, or the agent needs no help any more."""
    conversation = scene.conversation
    if conversation.hand_since is None:
        return
    conversation.hand_since, conversation.hand_text = None, ""
    agent = scene.primary
    if by.kind == "supervisor" and agent is not None:
        facts = {"by": by.name, "subject": conversation.subject}
        people.alert(scene, [agent.user_id], "info", "hand_cleared", **facts)
    scene.record(Kind.HAND_LOWERED, by=by)


def save_notes(scene: Scene, text: str, *, by: Actor) -> None:
    """What the agent notes of the conversation, for those who read it later."""
    if scene.conversation.is_closed:
        raise Refused.wrong_state(Situation.CLOSED, _NOTABLE)
    if scene.conversation.notes != text:
        scene.conversation.notes = text
        scene.record(Kind.NOTES_SAVED, by=by)


def free_wrap_up_units(scene: Scene) -> None:
    """The wrap-up goes on, but no longer takes units."""
    capacity.give_back_all(scene)


def write(
    scene: Scene,
    user: User,
    text: str,
    *,
    visibility: Visibility,
    by: Actor,
    client_id: str = "",
) -> Message:
    """A participating user says something; internal ones move nothing that is shown.

    The caller has checked that `user` takes part and may use this visibility.
    """
    kind = Sender.SUPERVISOR if by.kind == "supervisor" else Sender.AGENT
    repeated = said_before(scene, kind, client_id)
    if repeated is not None:
        return repeated
    _refuse_ended(scene, visibility)
    message = people.say(
        scene,
        kind=kind,
        user=user,
        name=by.name or shown_name(user),
        text=text,
        visibility=visibility,
        client_id=client_id,
    )
    if kind is Sender.AGENT:
        timers.restart(scene.conversation, scene.now)
    if visibility is Visibility.PUBLIC:
        scene.conversation.last_agent_message_at = scene.now
        scene.conversation.unanswered_since = None
    whispered = visibility is Visibility.INTERNAL and kind is Sender.SUPERVISOR
    scene.record(
        Kind.WHISPERED if whispered else Kind.SENT,
        by=by,
        message=message.pk,
        visibility=visibility,
    )
    return message


_TALKABLE = (
    Situation.OPEN,
    Situation.IN_CONVERSATION,
    Situation.TRANSFER_PENDING,
)


_WITH_AGENT = (Situation.IN_CONVERSATION, Situation.TRANSFER_PENDING)
_NOTABLE = (*_WITH_AGENT, Situation.WAITING, Situation.WRAP_UP)


def _refuse_unless(scene: Scene, situations: Sequence[Situation]) -> None:
    if scene.conversation.situation not in situations:
        raise Refused.wrong_state(scene.conversation.situation, situations)


def _refuse_ended(scene: Scene, visibility: Visibility) -> None:
    """Nobody answers a customer whose conversation has ended; notes may follow."""
    situation = scene.conversation.situation
    notes = visibility is Visibility.INTERNAL and situation is Situation.WRAP_UP
    if situation not in _TALKABLE and not notes:
        raise Refused.wrong_state(situation, _TALKABLE)


def _the_primary(scene: Scene) -> Agent:
    agent = scene.primary
    if agent is None:
        raise Refused.wrong_state(
            scene.conversation.situation, (Situation.IN_CONVERSATION,)
        )
    return agent
