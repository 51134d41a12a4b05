"""What was answered to a command that carried a key (ADR 0011)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

MAX_KEY = 64


class Receipt(models.Model):
    """Written in the transaction of the command itself: there is one exactly where the
    command was done. `part` tells the transactions of one request apart; `answer` is
    JSON as text, because the order of its fields is part of what was answered."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    key = models.CharField(max_length=MAX_KEY)
    part = models.BigIntegerField(default=0)
    fingerprint = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=Now(), db_index=True)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(default="{}")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                name="receipt_once", fields=("user", "key", "part")
            ),
        )

    def __str__(self) -> str:
        return f"#{self.pk}"
