"""The whole desk of one agent at one moment, and what is news since another one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Max, Q

from conversations import moments
from conversations.board import agent_row_of
from conversations.models import Agent, Alert, Event, Message, Offer, Participant
from conversations.moments import iso
from conversations.reading import consistent_read
from conversations.rows import AgentRow, ConversationRow
from conversations.viewers import Viewer, message_shown
from desk import reading
from desk.reading import Entry, Label, Named, Notice, OfferToYou
from live.digest import hashed_name, shown

FIRST_MESSAGES = 300
"""How much of a long conversation a desk starts with; more by the transcript's API."""
FRESH = timedelta(minutes=2)

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Signature:
    """A picture in a few numbers: versions, open offers, the newest event of each
    conversation (every transition writes one), what can be picked, where one works."""

    agent: int
    offers: frozenset[tuple[int, int]]
    events: frozenset[tuple[int, int]]
    pickable: frozenset[tuple[int, int]]
    alerts: frozenset[int]
    notice: tuple[str, bool]
    queues: frozenset[tuple[int, str]]
    labels: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Picture:
    """What a desk shows. `last` and `events` are the newest messages and events by
    conversation."""

    agent: AgentRow
    notice: Notice
    offers: dict[int, OfferToYou] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)
    pickable: list[ConversationRow] = field(default_factory=list)
    last: dict[int, int] = field(default_factory=dict)
    alerts: frozenset[int] = frozenset()
    events: dict[int, int] = field(default_factory=dict)
    queues: list[Named] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    @property
    def signature(self) -> Signature:
        """What the comparison compares: it moves whenever the picture does."""
        return Signature(
            self.agent["version"],
            frozenset(
                (pk, offer["conversation"]["version"])
                for pk, offer in self.offers.items()
            ),
            frozenset(self.events.items()),
            frozenset((row["id"], row["version"]) for row in self.pickable),
            self.alerts,
            (self.notice["text_version"], self.notice["acknowledged"]),
            frozenset((queue["id"], queue["name"]) for queue in self.queues),
            tuple((label["name"], label["base"]) for label in self.labels),
        )

    @property
    def digest(self) -> str:
        """By which the browser proves that it shows this (interface, `/ws/desk/`)."""
        digest = hashed_name(f"a:{self.agent['id']}:{self.agent['version']}")
        for pk, entry in self.entries.items():
            digest ^= hashed_name(f"c:{pk}:{entry['version']}:{self.last.get(pk, 0)}")
        for pk in self.offers:
            digest ^= hashed_name(f"o:{pk}")
        return shown(digest)

    @property
    def count(self) -> int:
        """How many offers and conversations there are."""
        return len(self.entries) + len(self.offers)


def picture_of(agent_id: int) -> tuple[Picture, Shown]:
    """The present picture, and all of it as the page takes it, messages included."""
    with consistent_read():
        agent = Agent.objects.select_related("user").get(pk=agent_id)
        picture = _look(agent)
        return picture, _all_of(picture, agent)


def desk_of(agent_id: int) -> Shown:
    """The same without transcripts: `GET /api/v1/desk/`."""
    with consistent_read():
        agent = Agent.objects.select_related("user").get(pk=agent_id)
        picture = _look(agent)
        picture.last = newest_messages(picture.entries)
        return _whole(picture)


def news_since(before: Picture, agent_id: int) -> tuple[Picture, list[Shown]]:
    """The present picture, and the frames that lead to it from an earlier one. Where
    somebody works changes so seldom that all is told anew then."""
    with consistent_read():
        agent = Agent.objects.select_related("user").get(pk=agent_id)
        now = _look(agent)
        if (now.queues, now.labels) != (before.queues, before.labels):
            return now, [{"type": "desk", **_all_of(now, agent)}]
        messages = _messages(now, agent, before.last)
        kept = {pk: last for pk, last in before.last.items() if pk in now.entries}
        now.last = kept | {pk: lines[-1]["id"] for pk, lines in messages.items()}
        frames = [
            *_offers_ended(before, now),
            *_gone(before, now, agent),
            *_rows(before, now),
            *_said(messages),
            *_offers_new(before, now),
            *_others(before, now),
            *_alerts(before, now),
        ]
    return now, frames


def _look(agent: Agent) -> Picture:
    entries = {entry["id"]: entry for entry in reading.entries_of(agent)}
    return Picture(
        agent=agent_row_of(agent.pk),
        notice=reading.notice_for(agent),
        offers={offer["id"]: offer for offer in reading.offers_to(agent)},
        entries=entries,
        pickable=reading.pickable_by(agent),
        alerts=frozenset(pk for _user, pk in fresh_alerts([agent.user_id])),
        events=newest_events(entries),
        queues=reading.queues_of(agent),
        labels=reading.labels(),
    )


def fresh_alerts(users: Collection[int]) -> list[tuple[int, int]]:
    """(user, alert) of what is still news."""
    since = moments.now() - FRESH
    fresh = Alert.objects.filter(user__in=users, at__gte=since)
    return list(fresh.values_list("user", "pk"))


def newest_events(conversations: Collection[int]) -> dict[int, int]:
    """By conversation."""
    events = Event.objects.filter(conversation__in=conversations).order_by()
    newest = events.values_list("conversation").annotate(newest=Max("pk"))
    return dict(newest)


def newest_messages(conversations: Collection[int]) -> dict[int, int]:
    """By conversation, as agents may see them."""
    messages = Message.objects.filter(conversation__in=conversations).order_by()
    newest = messages.values_list("conversation").annotate(newest=Max("pk"))
    return dict(newest)


def _all_of(picture: Picture, agent: Agent) -> Shown:
    messages = _messages(picture, agent, {})
    picture.last = {pk: lines[-1]["id"] for pk, lines in messages.items()}
    # JSON has no numbers for keys.
    said = {str(pk): lines for pk, lines in messages.items()}
    return {**_whole(picture), "messages": said}


def _whole(picture: Picture) -> Shown:
    return {
        "server_time": iso(moments.now()),
        "compared_at": iso(moments.now()),
        "digest": picture.digest,
        "agent": picture.agent,
        "notice": picture.notice,
        "offers": list(picture.offers.values()),
        "conversations": list(picture.entries.values()),
        "pickable": picture.pickable,
        "alerts": _alert_frames(picture.alerts),
        "labels": picture.labels,
        "queues": picture.queues,
    }


def _messages(
    picture: Picture, agent: Agent, known: Mapping[int, int]
) -> dict[int, list[Shown]]:
    """What was said in each conversation behind what is known of it, oldest first."""
    behind = [
        Q(conversation=pk, pk__gt=known[pk]) for pk in picture.entries if pk in known
    ]
    news = Message.objects.none()
    if behind:
        news = Message.objects.filter(Q(*behind, _connector=Q.OR)).order_by("pk")
    said = defaultdict(list)
    for message in news:
        said[message.conversation_id].append(_line(message, agent))
    for pk in picture.entries.keys() - known.keys():
        newest = Message.objects.filter(conversation=pk).order_by("-pk")
        lines = list(newest[:FIRST_MESSAGES])
        if lines:
            said[pk] = [_line(message, agent) for message in reversed(lines)]
    return said


def _line(message: Message, agent: Agent) -> Shown:
    line = message_shown(message, Viewer.AGENT)
    assert line is not None
    mine = message.sender_user_id == agent.user_id
    own = {"client_id": message.client_id} if mine and message.client_id else {}
    return {**line, "mine": mine, **own}


def _offers_ended(before: Picture, now: Picture) -> list[Shown]:
    ended = before.offers.keys() - now.offers.keys()
    states = Offer.objects.filter(pk__in=ended).values_list("pk", "state")
    return [{"type": "offer_ended", "id": pk, "state": state} for pk, state in states]


def _gone(before: Picture, now: Picture, agent: Agent) -> list[Shown]:
    ids = before.entries.keys() - now.entries.keys()
    if not ids:
        return []
    why = _why_left(ids, agent)
    gone = [{"id": pk, "reason": why.get(pk, "closed")} for pk in sorted(ids)]
    return [{"type": "gone", "conversations": gone}]


def _why_left(ids: set[int], agent: Agent) -> dict[int, str]:
    stays = Participant.objects.filter(conversation__in=ids, user=agent.user_id)
    return dict(stays.order_by("pk").values_list("conversation", "left_reason"))


def _rows(before: Picture, now: Picture) -> list[Shown]:
    news = [e for pk, e in now.entries.items() if before.entries.get(pk) != e]
    return [{"type": "rows", "conversations": news}] if news else []


def _said(messages: Mapping[int, list[Shown]]) -> list[Shown]:
    return [
        {"type": "message", "conversation": pk, "message": line}
        for pk, lines in messages.items()
        for line in lines
    ]


def _offers_new(before: Picture, now: Picture) -> list[Shown]:
    """New ones, and those whose conversation is another one by now."""
    news = [o for pk, o in sorted(now.offers.items()) if before.offers.get(pk) != o]
    return [{"type": "offer", "offer": offer} for offer in news]


def _others(before: Picture, now: Picture) -> list[Shown]:
    frames: list[Shown] = []
    if now.agent != before.agent:
        frames.append({"type": "presence", "agent": now.agent})
    if now.notice != before.notice:
        frames.append({"type": "notice", "notice": now.notice})
    if now.pickable != before.pickable:
        frames.append({"type": "pickable", "rows": now.pickable})
    return frames


def _alerts(before: Picture, now: Picture) -> list[Shown]:
    return _alert_frames(now.alerts - before.alerts)


def _alert_frames(ids: Collection[int]) -> list[Shown]:
    alerts = Alert.objects.filter(pk__in=ids).order_by("pk") if ids else []
    return [
        {
            "type": "alert",
            "id": alert.pk,
            "level": alert.level,
            "kind": alert.kind,
            "params": alert.params,
            "conversation": alert.conversation_id,
        }
        for alert in alerts
    ]
