"""Why a waiting conversation went to somebody, or to nobody, at a moment."""

from __future__ import annotations

from django.db import models

from conversations.models.conversation import Conversation
from conversations.models.people import Agent
from conversations.models.places import Queue


class RoutingDecision(models.Model):
    """What routing found. One row for each offer, and one whenever the reasons for
    which nobody gets it have changed.

    `reason` is about the whole (empty: the candidates say why), `summary` counts
    reasons, `candidates` are `[agent, reason, remaining units, presence]` in the order
    of choice; an empty reason is an eligible one.
    """

    conversation = models.ForeignKey(
        Conversation,
        models.CASCADE,
        related_name="routing_decisions",
        db_index=False,
    )
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(db_index=True)
    chosen = models.ForeignKey(
        Agent, models.CASCADE, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=30, blank=True, default="")
    summary = models.JSONField(default=dict)
    candidates = models.JSONField(default=list)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(name="decision_in_order", fields=("conversation", "id")),
        )

    def __str__(self) -> str:
        return f"#{self.pk}"
