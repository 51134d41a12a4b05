"""What happens all day, each by its name: what must not cost more as history grows."""

from __future__ import annotations

from collections.abc import Mapping

from bench.commands import COMMANDS
from bench.floor import Floor, Path, Work
from conversations import attendance, clock, explaining, moments, router
from conversations.models import Queue
from conversations.reports import (
    people_of,
    sessions_of,
    stay_of,
    timeline_of,
    transcript_of,
)
from conversations.states import Situation as S
from conversations.viewers import Viewer
from dashboard import alerts, metrics, reader, rights, snapshot
from desk import colleagues, picture
from desk.line import signatures
from gateways.chat import door
from gateways.chat.line import marks_of
from supervisor import looking, sweep
from supervisor.rules import Action


def _things(floor: Floor) -> Work:
    keys = {("c", pk) for pk in (*floor.ongoing, floor.closed.pk)}
    keys |= {("a", agent.pk) for agent in floor.agents[:5]}
    keys |= {("q", Queue.objects.earliest("pk").pk)}
    return lambda: reader.read_things(keys)


def _scope(floor: Floor) -> Work:
    some = frozenset(Queue.objects.order_by("pk").values_list("pk", flat=True)[:5])
    return lambda: reader.read_everything(some)


def _rights(floor: Floor) -> Work:
    viewer = rights.viewer_of(floor.supervisor, "")
    return lambda: rights.lost_rights([viewer])


def _panel(floor: Floor) -> Work:
    it, user = floor.one(S.IN_CONVERSATION), floor.supervisor
    return lambda: (
        looking.look_at(user, it.pk),
        stay_of(it.pk, user),
        people_of(it, Viewer.SUPERVISOR),
        transcript_of(it, Viewer.SUPERVISOR),
        timeline_of(it, Viewer.SUPERVISOR),
        sessions_of(it),
    )


def _why(floor: Floor) -> Work:
    it = floor.one(S.OPEN)
    agent = floor.agents[0]
    return lambda: (
        explaining.at_present(it),
        explaining.in_the_past(it, [it.queue_id]),
        explaining.why_nothing_for(agent),
    )


def _desks(floor: Floor) -> Work:
    agents = {agent.pk for agent in floor.agents}
    return lambda: signatures(agents)


def _desk_news(floor: Floor) -> Work:
    agent = floor.agents[0].pk
    before, _whole = picture.picture_of(agent)
    return lambda: picture.news_since(before, agent)


def _chats(floor: Floor) -> Work:
    some = floor.ongoing
    return lambda: marks_of(some)


def _door(floor: Floor) -> Work:
    it = floor.one(S.OPEN)
    now = moments.now()
    return lambda: (door.position_of(it), door.pace_of(it.queue_id, now))


def _choices(floor: Floor) -> Work:
    it = floor.one(S.IN_CONVERSATION)
    return lambda: looking.candidates_for(it, Action.TRANSFER)


def _an_agent(floor: Floor) -> Work:
    user, agent = floor.supervisor, floor.agents[0].pk
    return lambda: looking.agent_in_sight(user, agent)


def _colleagues(floor: Floor) -> Work:
    agent, it = floor.agents[0], floor.one(S.IN_CONVERSATION)
    return lambda: colleagues.colleagues_of(agent, it)


def _alerts(floor: Floor) -> Work:
    user = floor.supervisor.pk
    return lambda: alerts.Outbox().unsent([user])


def _asks(floor: Floor) -> Work:
    user = floor.supervisor
    return lambda: alerts.open_asks(user)


def _board(floor: Floor) -> Work:
    user = floor.supervisor
    return lambda: snapshot.board_of(user)


def _desk(floor: Floor) -> Work:
    agent = floor.agents[0].pk
    return lambda: picture.picture_of(agent)


def _as_it_is(work: Work) -> Path:
    return lambda _floor: work


READS: Mapping[str, Path] = {
    "hub: rows that changed": _things,
    "hub: comparison": _as_it_is(reader.read_versions),
    "hub: everything": _as_it_is(reader.read_everything),
    "hub: one scope": _scope,
    "hub: today's counts": _as_it_is(lambda: metrics.today_by_queue(moments.now())),
    "hub: rights": _rights,
    "hub: alerts": _alerts,
    "page: who asks for help": _asks,
    "page: snapshot by HTTP": _board,
    "panel: all of it": _panel,
    "panel: whom to choose": _choices,
    "panel: an agent": _an_agent,
    "panel: why not assigned": _why,
    "desk: everything": _desk,
    "desk: news": _desk_news,
    "desk: comparison of 50": _desks,
    "desk: colleagues": _colleagues,
    "chat: comparison of 50": _chats,
    "chat: place and pace": _door,
}


BACKGROUND: Mapping[str, Path] = {
    "clock: timers": _as_it_is(clock.fire_due),
    "clock: lost sockets": _as_it_is(attendance.end_lost_sockets),
    "clock: router": _as_it_is(router.route_all),
    "clock: why nobody": _as_it_is(explaining.note_waiting),
    "clock: orphaned watching": _as_it_is(sweep.end_orphaned_watching),
}

PATHS: Mapping[str, Path] = {**READS, **COMMANDS, **BACKGROUND}
