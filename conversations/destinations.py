"""Where else a conversation may go: other open queues of its type."""

from __future__ import annotations

from typing import TypedDict

from django.utils.translation import gettext as _

from conversations.models import Conversation, Queue
from conversations.refusals import Refused


class QueueNamed(TypedDict):
    """All that is shown of queues that may be out of scope (domain, Assign)."""

    id: int
    name: str


def other_queues(conversation: Conversation) -> list[QueueNamed]:
    """The other open queues of the same type."""
    queues = Queue.objects.filter(type=conversation.channel_kind, is_open=True)
    others = queues.exclude(pk=conversation.queue_id)
    return [{"id": queue.pk, "name": queue.name} for queue in others]


def other_queue(conversation: Conversation, queue_id: int) -> Queue:
    """One of them; raises `invalid` and `wrong_queue_type`."""
    queue = Queue.objects.filter(pk=queue_id).first()
    if queue is None or queue.pk == conversation.queue_id:
        raise Refused("invalid", _("Choose another queue than the present one."))
    if queue.type != conversation.channel_kind:
        raise Refused(
            "wrong_queue_type",
            _("%(queue)s takes another type of work.") % {"queue": queue.name},
        )
    if not queue.is_open:
        raise Refused("invalid", _("%(queue)s is closed now.") % {"queue": queue.name})
    return queue
