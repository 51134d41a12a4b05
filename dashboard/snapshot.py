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
from dashboard.metrics import today_by_queue
from dashboard.parcel import Head, Parcel
from dashboard.reader import read_everything
from dashboard.rights import me
from dashboard.scope_view import ScopeView
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


@dataclass(frozen=True, slots=True)
class Board:
    """A snapshot by HTTP: gzip of its JSON, its entity tag, when it was compared."""

    packed: bytes
    tag: str
    compared_at: str | None

    @property
    def text(self) -> bytes:
        """For the few who cannot unpack."""
        return gzip.decompress(self.packed)


def board_of(user: User) -> Board:
    """Everything in the user's scope, read from the database now."""
    queues, now = supervised_queues(user), moments.now()
    floor = Floor()
    floor.apply(read_everything(queues))
    view = ScopeView(queues, floor)
    settings = settings_shown(FloorSettings.current())
    head: Head = {
        "server_time": moments.iso(moments.now()),
        "compared_at": moments.iso(now),
        "hub": "",
        "tick": 0,
    }
    tiles = view.tiles(today_by_queue(now))
    parcel = Parcel(view, head, settings=settings, tiles=tiles)
    parcel.pack()
    frame = parcel.frame(orjson.dumps(me(user)))
    return Board(frame, tag_of(parcel, user.pk, queues), head["compared_at"])


def tag_of(parcel: Parcel, user: int, queues: frozenset[int]) -> str:
    """The entity tag: what is shown of what, to whom."""
    scope = "-".join(str(pk) for pk in sorted(queues))
    seen = f"{shown(parcel.digest)}.{parcel.settings_version}.{parcel.tiles_tag}"
    return f'"{seen}.{user}.{scope}"'


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
