"""The append-only record: audit trail, analytics source and time machine in one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.conversation import Conversation


class Event(models.Model):
    """One transition. `changes` names each live thing whose version went up by one.

    Holds ids and codes, never message text; `reason` is what a supervisor gave.
    Database triggers refuse UPDATE and DELETE (see `append_only`).
    """

    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=20)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    actor_name = models.CharField(max_length=120, blank=True, default="")
    conversation = models.ForeignKey(
        Conversation, models.PROTECT, null=True, related_name="events", db_index=False
    )
    changes = models.JSONField(default=list)
    data = models.JSONField(default=dict)
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("id",)
        indexes = (
            models.Index(name="event_by_kind", fields=("kind",)),
            models.Index(name="event_in_order", fields=("conversation", "id")),
        )

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
