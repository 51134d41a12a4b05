"""The whole truth of one scope: from the hub, or by HTTP from the database."""

from __future__ import annotations

import gzip
from dataclasses import dataclass

import orjson
from django.contrib.auth.models import User

from conversations import moments
from conversations.models import FloorSettings
from conversations.models.choices import label
from dashboard.floor import Floor
from dashboard.metrics import tiles_of, today_by_queue
from dashboard.reader import read_everything
from dashboard.rights import me
from dashboard.scope_view import ScopeView, listed
from live.digest import shown
from supervisor.scope import supervised_queues


def settings_shown(settings: FloorSettings) -> dict[str, object]:
    """What a supervisor's page must know of the settings."""
    return {
        "version": settings.version,
        "supervisor_monitor": settings.supervisor_monitor,
        "supervisor_assign": settings.supervisor_assign,
        "supervisor_transfer": settings.supervisor_transfer,
        "force_close": settings.force_close,
        "sentiment": settings.sentiment,
        "reason_mandatory": settings.reason_mandatory,
        "consent_mode": settings.consent_mode,
    }


def snapshot_text(
    view: ScopeView,
    *,
    head: dict[str, object],
    settings: dict[str, object],
    viewer: dict[str, object],
    tiles: dict[str, object],
) -> str:
    """JSON of a snapshot, its rows joined from strings that are ready.

    `head`: server_time, compared_at, hub, tick (interface, HTTP).
    """
    fixed = {
        "type": "snapshot",
        **head,
        "digest": shown(view.digest),
        "count": view.count,
        "settings": settings,
        "me": viewer,
        "metrics": tiles,
    }
    return orjson.dumps(fixed).decode()[:-1] + listed(view.items()) + "}"


def packed(text: str) -> bytes:
    """The binary frame of the stream: gzip of the same JSON."""
    return gzip.compress(text.encode(), compresslevel=5, mtime=0)


@dataclass(frozen=True, slots=True)
class Board:
    """A snapshot by HTTP: its JSON, its entity tag, and when it was read."""

    text: str
    tag: str
    compared_at: str


def board_of(user: User) -> Board:
    """Everything in the user's scope, read from the database now."""
    queues = supervised_queues(user)
    floor = Floor()
    now = moments.now()
    compared_at = str(moments.iso(now))
    floor.apply(read_everything(queues))
    view = ScopeView(queues, floor)
    settings = settings_shown(FloorSettings.current())
    tiles = tiles_of(view.items(), today_by_queue(now))
    text = snapshot_text(
        view,
        head={
            "server_time": moments.iso(moments.now()),
            "compared_at": compared_at,
            "hub": "",
            "tick": 0,
        },
        settings=settings,
        viewer=me(user),
        tiles=tiles,
    )
    scope = "-".join(str(pk) for pk in sorted(queues))
    tag = f'"{shown(view.digest)}.{settings["version"]}.{user.pk}.{scope}"'
    return Board(text, tag, compared_at)


def plain_rows(queues: frozenset[int]) -> list[dict[str, object]]:
    """The same table for a page without JavaScript: names instead of ids."""
    reading = read_everything(queues)
    agents = {row["id"]: row["name"] for row in reading.agents}
    names = {row["id"]: row["name"] for row in reading.queues}
    return [
        {
            **row,
            "queue_name": names[row["queue"]],
            "agent_name": agents.get(row["agent"] or 0, ""),
            "state_label": label(row["phase"] or row["state"]),
            "channel_label": label(row["channel"]),
            "sentiment_label": label(row["sentiment"]["level"]),
        }
        for row in reading.conversations
    ]
