"""What customers think of how they were helped."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from conversations.models.conversation import Conversation


class Rating(models.Model):
    """One to five; kept beside the conversation, which is closed by then and final."""

    conversation = models.OneToOneField(
        Conversation, models.PROTECT, related_name="rating"
    )
    at = models.DateTimeField()
    score = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    comment = models.TextField(max_length=1_000, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="rating_1_to_5", condition=Q(score__gte=1, score__lte=5)
            ),
        )

    def __str__(self) -> str:
        return f"#{self.pk}: {self.score}"
