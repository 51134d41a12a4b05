"""What belongs to the desk alone: canned answers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models import Queue
from conversations.models.message import MAX_TEXT


class QuickReply(models.Model):
    """A text that agents send often; without queues it is for all of them.

    `%(customer)s` and `%(agent)s` in the text become names when it is put into the
    reply box.
    """

    shortcut = models.SlugField(_("shortcut"), max_length=40)
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("text"), max_length=MAX_TEXT)
    language = models.CharField(
        _("language"), max_length=12, blank=True, default="", help_text=_("Empty: any.")
    )
    queues = models.ManyToManyField(
        Queue, blank=True, related_name="+", verbose_name=_("queues")
    )

    class Meta:
        verbose_name = _("quick reply")
        verbose_name_plural = _("quick replies")
        ordering = ("shortcut", "language")
        constraints = (
            models.UniqueConstraint(
                name="quick_reply_once", fields=("shortcut", "language")
            ),
        )

    def __str__(self) -> str:
        return self.title
