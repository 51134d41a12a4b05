"""Finds the workstream and the queue for somebody who comes in by a channel."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.serializers import ValidationError

from conversations.models import Queue, Workstream
from conversations.refusals import Refused
from conversations.states import Channel

Place = TypeVar("Place", Queue, Workstream)


def places_for(
    *,
    channel: str | None,
    queue: int | str | None,
    workstream: int | str | None,
) -> tuple[Workstream, Queue]:
    """Where it comes in and where it waits.

    Raises `ValidationError` for what does not exist or does not fit together, and
    `Refused("wrong_queue_type")`.
    """
    wanted = None if queue is None else _named(Queue.objects.all(), "queue", queue)
    if workstream is not None:
        streams = Workstream.objects.select_related("queue")
        stream = _named(streams, "workstream", workstream)
        _refuse_other_channel(stream, channel)
    else:
        stream = _stream_of(channel, wanted)
    chosen = wanted or stream.queue
    _refuse_wrong_type(stream, chosen)
    return stream, chosen


def _named(places: QuerySet[Place], field: str, wanted: int | str) -> Place:
    """By id or by exact name."""
    here = Q(pk=wanted) if isinstance(wanted, int) else Q(name=wanted)
    place = places.filter(here).first()
    if place is None:
        raise ValidationError({field: [_("There is none with this id or name.")]})
    return place


def _stream_of(channel: str | None, wanted: Queue | None) -> Workstream:
    """A workstream of the channel, first of all one whose own queue it is."""
    if channel is None:
        raise ValidationError({"channel": [_("Give a channel or a workstream.")]})
    streams = list(Workstream.objects.select_related("queue").filter(channel=channel))
    if not streams:
        raise ValidationError({"channel": [_("No workstream takes this channel in.")]})
    fitting = [stream for stream in streams if stream.queue == wanted]
    return (fitting or streams)[0]


def _refuse_other_channel(stream: Workstream, channel: str | None) -> None:
    if channel is not None and stream.channel != channel:
        problem = _("The workstream is for another channel.")
        raise ValidationError({"channel": [problem]})


def _refuse_wrong_type(stream: Workstream, queue: Queue) -> None:
    if queue.type != Channel(stream.channel).kind:
        raise Refused(
            "wrong_queue_type",
            _("The queue takes conversations of another type than this channel's."),
        )
