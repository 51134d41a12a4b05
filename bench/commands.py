"""What customers, agents and supervisors do all day, each by its name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bench.floor import Floor, Path, Work
from conversations import attendance
from conversations.models import Conversation, Queue, Workstream
from conversations.states import Channel, Method, Visibility
from conversations.states import Situation as S
from conversations.transitions import arrival, handling
from desk import commands as desk_commands
from desk import helping
from gateways import commands as doors
from supervisor import commands


def _opens(floor: Floor) -> Work:
    stream = Workstream.objects.filter(channel=Channel.LIVE_CHAT).latest("pk")
    facts = arrival.Arrival(
        workstream=stream,
        queue=stream.queue,
        customer_name="Customer 1",
        address="+45 00 00 00 00",
        text="Where is the blue parcel?",
    )
    return partial(doors.open_conversation, facts)


def _customer_writes(floor: Floor) -> Work:
    it = floor.one(S.IN_CONVERSATION)
    words = [arrival.Words("Is anybody there?", "bench")]
    return partial(doors.customer_writes, it.pk, words)


def _writes_after_the_end(floor: Floor) -> Work:
    closed = Conversation.objects.filter(closed_at__isnull=False)
    sms = closed.filter(channel=Channel.SMS).earliest("pk")
    words = [arrival.Words("Once more.", "bench")]
    return partial(doors.customer_writes, sms.pk, words)


def _agent_writes(floor: Floor) -> Work:
    it = floor.one(S.IN_CONVERSATION)
    assert it.agent is not None
    return partial(
        commands.write,
        it.agent.user,
        it.pk,
        text="I will look.",
        visibility=Visibility.PUBLIC,
    )


def _assigns(floor: Floor) -> Work:
    it = floor.one(S.OPEN)
    return partial(
        commands.assign_to_agent,
        floor.supervisor,
        it.pk,
        state_version=it.state_version,
        agent=floor.member(it.queue).pk,
        override=True,
    )


def _assigns_to_queue(floor: Floor) -> Work:
    it = floor.one(S.OPEN)
    others = Queue.objects.filter(type=it.queue.type).exclude(pk=it.queue_id)
    return partial(
        commands.assign_to_queue,
        floor.supervisor,
        it.pk,
        state_version=it.state_version,
        queue=others.earliest("pk").pk,
    )


def _transfers(floor: Floor) -> Work:
    messaging = (Channel.LIVE_CHAT, Channel.SMS)
    it = floor.one(S.IN_CONVERSATION, channel__in=messaging)
    return partial(
        commands.transfer,
        floor.supervisor,
        it.pk,
        state_version=it.state_version,
        agent=floor.with_room(it.queue, it.agent).pk,
    )


def _closes_by_force(floor: Floor) -> Work:
    it = floor.one(S.IN_CONVERSATION)
    return partial(
        commands.force_close, floor.supervisor, it.pk, state_version=it.state_version
    )


def _watches(floor: Floor) -> Work:
    it, user = floor.one(S.IN_CONVERSATION), floor.supervisor
    version, internal = it.state_version, Visibility.INTERNAL
    return lambda: (
        commands.monitor(user, it.pk, state_version=version),
        commands.join(user, it.pk, state_version=version),
        commands.write(user, it.pk, text="Well done.", visibility=internal),
        commands.leave(user, it.pk),
        commands.stop_monitoring(user, it.pk),
    )


def _accepts(floor: Floor) -> Work:
    offer = floor.one(S.AWAITING_ACCEPTANCE).offer
    assert offer is not None
    return partial(desk_commands.accept, offer.to_agent.user, offer.pk)


def _declines(floor: Floor) -> Work:
    offer = floor.one(S.TRANSFER_PENDING).offer
    assert offer is not None
    return partial(desk_commands.decline, offer.to_agent.user, offer.pk)


def _picks(floor: Floor) -> Work:
    it = floor.one(S.OPEN, queue__method=Method.MANUAL)
    agent = floor.member(it.queue)
    return partial(desk_commands.pick, agent, it.pk, state_version=it.state_version)


def _finishes(floor: Floor) -> Work:
    return _step(floor.one(S.IN_CONVERSATION), handling.finish)


def _revives(floor: Floor) -> Work:
    return _step(floor.one(S.WAITING), handling.revive)


def _closes(floor: Floor) -> Work:
    return _step(floor.one(S.WRAP_UP), handling.close)


def _step(it: Conversation, step: desk_commands.Step) -> Work:
    assert it.agent is not None
    version = it.state_version
    return partial(
        desk_commands.take_step, it.agent, it.pk, step, state_version=version
    )


def _hands_over(floor: Floor) -> Work:
    it = floor.one(S.IN_CONVERSATION, channel=Channel.LIVE_CHAT)
    assert it.agent is not None
    queue = Queue.objects.filter(type=it.queue.type).exclude(pk=it.queue_id)
    return partial(
        helping.hand_over_to_queue,
        it.agent,
        it.pk,
        state_version=it.state_version,
        queue=queue.earliest("pk").pk,
    )


def _comes_and_goes(floor: Floor) -> Work:
    it = floor.one(S.IN_CONVERSATION, channel=Channel.LIVE_CHAT)
    assert it.agent is not None
    agent = it.agent.pk

    def come_and_go() -> None:
        desk = attendance.agent_arrives(agent, "bench")
        chat = attendance.customer_arrives(it.pk, "bench")
        attendance.keep_alive([desk, chat])
        attendance.leave(desk)
        attendance.leave(chat)

    return come_and_go


COMMANDS: Mapping[str, Path] = {
    "a customer comes": _opens,
    "a customer writes": _customer_writes,
    "a customer writes after the end": _writes_after_the_end,
    "an agent writes": _agent_writes,
    "assign": _assigns,
    "assign to a queue": _assigns_to_queue,
    "transfer": _transfers,
    "force close": _closes_by_force,
    "monitor, join, whisper, leave": _watches,
    "accept": _accepts,
    "decline": _declines,
    "pick": _picks,
    "finish": _finishes,
    "revive": _revives,
    "close": _closes,
    "hand over to a queue": _hands_over,
    "come and go": _comes_and_goes,
}
