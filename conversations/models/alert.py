"""What one supervisor must be told, kept until it has been shown."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from conversations.models.conversation import Conversation


class Alert(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="alerts",
        db_index=False,
    )
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, null=True, related_name="+"
    )
    at = models.DateTimeField()
    level = models.CharField(max_length=10)
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(name="alert_by_user", fields=("user", "at")),)

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
