"""What was said. Customers' words: never in logs, metrics, URLs or events."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from conversations.models.choices import choices
from conversations.models.conversation import Conversation
from conversations.states import Sender, Visibility

MAX_TEXT = 10_000


class Message(models.Model):
    """Public messages are numbered on their own: a customer's door shows that number,
    so that a gap can never tell of an internal one (domain, section 3)."""

    conversation = models.ForeignKey(
        Conversation, models.PROTECT, related_name="messages", db_index=False
    )
    at = models.DateTimeField()
    sender_kind = models.CharField(max_length=12, choices=choices(Sender))
    sender_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    sender_name = models.CharField(max_length=120, blank=True, default="")
    visibility = models.CharField(max_length=10, choices=choices(Visibility))
    public_number = models.PositiveIntegerField(null=True)
    text = models.TextField(max_length=MAX_TEXT)
    code = models.CharField(max_length=40, blank=True, default="")
    params = models.JSONField(default=dict)
    client_id = models.CharField(max_length=64, blank=True, default="")
    score = models.FloatField(null=True)
    level = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        ordering = ("id",)
        indexes = (
            # With the order in it: else "the newest of this conversation" may be looked
            # for from the end of the whole table.
            models.Index(name="message_in_order", fields=("conversation", "id")),
        )
        constraints = (
            models.UniqueConstraint(
                name="message_once",
                fields=("conversation", "sender_kind", "client_id"),
                condition=~Q(client_id=""),
            ),
            models.UniqueConstraint(
                name="message_public_number",
                fields=("conversation", "public_number"),
                condition=Q(public_number__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"#{self.pk}"
