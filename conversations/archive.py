"""Takes what has long been over out of the database and into files, nothing twice and
nothing nowhere (ADR 0012, docs/history.md).

A stroke writes its file as `.part` and has it on the disk before the rows go; the
event that says so goes with them. Whoever is killed between finds a `.part` next time:
with an event it is the only copy and gets its name, without one the rows are still
there and it is thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from django.db.models import Model, QuerySet

from conversations import append_only, archive_files, moments
from conversations.archive_files import Archived
from conversations.events import SYSTEM, Kind, record
from conversations.locks import one_transaction
from conversations.models import (
    Alert,
    Conversation,
    Event,
    Hold,
    Message,
    Offer,
    Participant,
    Rating,
    RoutingDecision,
    Session,
)
from conversations.reading import consistent_read

STROKE = 500
CHANGED_MEANWHILE = 5
"""How often a stroke is begun anew because one of its conversations was just rated."""

HANGS_ON: Mapping[str, type[Model]] = {
    "messages": Message,
    "sessions": Session,
    "participants": Participant,
    "offers": Offer,
    "holds": Hold,
    "routing_decisions": RoutingDecision,
    "ratings": Rating,
    "alerts": Alert,
    "events": Event,
}
"""What goes into the file with a conversation. Timers, sockets and passes just go."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """What one stroke has put away."""

    file: str
    count: int


def archive(cut: datetime, folder: Path, *, stroke: int = STROKE) -> list[Stroke]:
    """Put away everything closed before `cut` that nothing goes on from, stroke by
    stroke. Raises OSError where the folder or the disk will not have it."""
    with archive_files.alone(folder):
        settle(folder)
        done = []
        while (one := _stroke(cut, folder, stroke)) is not None:
            done.append(one)
        return done


def settle(folder: Path) -> None:
    """Finish what somebody who was killed has left; call inside `alone`."""
    for part in archive_files.parts(folder):
        name = archive_files.name_of(part)
        said = Event.objects.filter(kind=Kind.CONVERSATIONS_ARCHIVED, data__file=name)
        if said.exists():
            archive_files.finish(part)
        else:
            part.unlink()


def _stroke(cut: datetime, folder: Path, most: int) -> Stroke | None:
    for _attempt in range(CHANGED_MEANWHILE):
        with consistent_read():
            whole = _read(_oldest(cut, most))
        if not whole:
            return None
        part = archive_files.write(folder, whole)
        name = archive_files.name_of(part)
        if _remove(whole, cut, name):
            archive_files.finish(part)
            return Stroke(name, len(whole))
    raise OSError(f"{part}: its conversations do not keep still.")


def _oldest(cut: datetime, most: int) -> list[int]:
    """The last of a chain goes first: what others go on from waits for them."""
    over = Conversation.objects.filter(closed_at__lt=cut, next__isnull=True)
    return list(over.order_by("closed_at", "pk").values_list("pk", flat=True)[:most])


def _read(ids: list[int]) -> list[Archived]:
    """The conversations with all that hangs on them, each kind in one look."""
    joins = ("customer", "queue", "workstream", "agent")
    rows = Conversation.objects.select_related(*joins).filter(pk__in=ids)
    hanging = {name: _by_conversation(kind, ids) for name, kind in HANGS_ON.items()}
    return [
        {
            "format": archive_files.FORMAT,
            "conversation": _columns(row),
            "customer": _columns(row.customer),
            "names": {
                "queue": row.queue.name,
                "workstream": row.workstream.name,
                "agent": row.agent.name if row.agent else "",
            },
            **{name: found.get(row.pk, []) for name, found in hanging.items()},
        }
        for row in rows.order_by("pk")
    ]


def _by_conversation(
    kind: type[Model], ids: Iterable[int]
) -> dict[int, list[dict[str, object]]]:
    in_order = _of(ids, kind).order_by("conversation_id", "pk")
    return {
        pk: [_columns(row) for row in own]
        for pk, own in groupby(in_order, lambda row: row.conversation_id)  # type: ignore[attr-defined]
    }


def _of(ids: Iterable[int], kind: type[Model]) -> QuerySet[Model]:
    return kind._default_manager.filter(conversation__in=ids)


def _columns(row: Model) -> dict[str, object]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
    }


@one_transaction
def _remove(whole: list[Archived], cut: datetime, name: str) -> bool:
    """Remove exactly what was written; False where it is not as it was any more."""
    ids = archive_files.ids_of(whole)
    rows = Conversation.objects.filter(pk__in=ids, next__isnull=True)
    list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    if _read(ids) != whole or rows.count() != len(ids):
        return False
    for kind in HANGS_ON.values():
        if kind is not Event:
            _of(ids, kind).delete()
    # Last, since nobody can write an event from here to the commit.
    with append_only.lifted():
        _of(ids, Event).delete()
    rows.delete()
    record(
        Kind.CONVERSATIONS_ARCHIVED,
        at=moments.now(),
        by=SYSTEM,
        data={"archived": len(ids), "cut": moments.iso(cut), "file": name},
    )
    return True
