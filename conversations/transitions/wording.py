"""Small things that administrators give names to: presence labels, quick replies,
operating hours that no queue keeps any more. No row on the floor shows their ids, so
none has a version; the audit trail says who changed them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from conversations import moments
from conversations.events import Actor, Kind, record
from conversations.models import OperatingHours, PresenceLabel
from conversations.refusals import Refused


def save_presence_label(label: PresenceLabel, *, by: Actor) -> None:
    """Agents who have chosen it keep what they have; the next choice goes by this."""
    label.save()
    _note(by, presence_label=label.name, presence=label.base)


def remove_presence_label(label: PresenceLabel, *, by: Actor) -> None:
    """It can't be chosen any more; agents who have it keep it until they change."""
    label.delete()
    _note(by, presence_label=label.name, removed=True)


def note_quick_reply(name: str, *, by: Actor, removed: bool = False) -> None:
    """A quick reply was saved or removed by its own room. Its text is not told."""
    _note(by, quick_reply=name, **({"removed": True} if removed else {}))


def remove_hours(hours: OperatingHours, *, by: Actor) -> None:
    """Only those that no queue keeps."""
    if hours.queues.exists():
        raise Refused("invalid", _("A queue keeps these hours."))
    pk = hours.pk
    hours.delete()
    record(
        Kind.HOURS_CHANGED,
        at=moments.now(),
        by=by,
        data={"hours": pk, "removed": True},
    )


def _note(by: Actor, **facts: object) -> None:
    record(Kind.WORDING_CHANGED, at=moments.now(), by=by, data=facts, settings=True)
