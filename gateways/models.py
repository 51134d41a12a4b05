"""The customer's own door: the sites that show the chat, and the passes to it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conversations.models import Conversation, Workstream
from conversations.states import Channel


class ChatSite(models.Model):
    """A place from which customers write: its name, its workstream, its origins.

    `origins` are whole origins such as `https://www.example.com`, one a line: only
    their pages may embed the chat. What is written while the queue is closed becomes
    work of `offline_workstream`; without one it is not taken.
    """

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    workstream = models.ForeignKey(
        Workstream,
        models.PROTECT,
        related_name="+",
        limit_choices_to={"channel__in": (Channel.LIVE_CHAT, Channel.PERSISTENT_CHAT)},
        verbose_name=_("workstream"),
    )
    offline_workstream = models.ForeignKey(
        Workstream,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("workstream for offline messages"),
    )
    origins = models.TextField(_("origins"), blank=True, default="")
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        verbose_name = _("chat site")
        verbose_name_plural = _("chat sites")
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                name="one_default_site",
                fields=("is_default",),
                condition=Q(is_default=True),
            ),
        )

    def __str__(self) -> str:
        return self.name


class ChatPass(models.Model):
    """A customer's right to one conversation.

    The token is signed and holds `nonce` and `generation`; nothing that is stored here
    is one. Ending the conversation makes the next generation, with which it can be read
    and rated for a while; the one before only tells that it has ended, and dies as soon
    as the next one is used.
    """

    conversation = models.OneToOneField(
        Conversation, models.CASCADE, related_name="chat_pass"
    )
    site = models.ForeignKey(ChatSite, models.PROTECT, null=True, related_name="+")
    nonce = models.CharField(max_length=43, unique=True)
    generation = models.PositiveSmallIntegerField(default=1)
    made_at = models.DateTimeField()
    made_for = models.CharField(max_length=64, db_index=True)
    client_id = models.CharField(max_length=64, unique=True)
    rotated_at = models.DateTimeField(null=True)
    receipt_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"#{self.pk}"
