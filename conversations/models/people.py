"""Who takes part: agents with their units and skills, and customers."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.choices import choices, label
from conversations.states import Presence


class Skill(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Agent(models.Model):
    """A user who handles conversations.

    `used_units` is the sum of the open holds, written in the transaction that changes
    them; `chosen_presence` is what a person or a rule has fixed until further notice
    (away, do not disturb, offline, inactive), empty when presence follows the load.
    `presence_before` is what a browser that is gone for a moment will find again;
    `freed_at` when units were last given back since signing in (least active).
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="agent",
        verbose_name=_("user"),
    )
    name = models.CharField(_("name"), max_length=120)
    total_units = models.PositiveIntegerField(
        default=40, validators=[MaxValueValidator(10_000)]
    )
    used_units = models.PositiveIntegerField(default=0, editable=False)
    presence = models.CharField(
        _("presence"),
        max_length=20,
        choices=choices(Presence),
        default=Presence.OFFLINE,
    )
    chosen_presence = models.CharField(
        max_length=20, blank=True, choices=choices(Presence), default=Presence.OFFLINE
    )
    presence_label = models.CharField(max_length=60, blank=True, default="")
    presence_since = models.DateTimeField(_("presence since"), default=timezone.now)
    presence_set_by = models.CharField(max_length=20, default="system")
    presence_reason = models.CharField(max_length=40, default="", blank=True)
    disconnected_at = models.DateTimeField(null=True, editable=False)
    presence_before = models.JSONField(null=True, editable=False)
    freed_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveBigIntegerField(default=1, editable=False)
    state_version = models.PositiveBigIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        ordering = ("name", "id")
        constraints = (
            models.CheckConstraint(
                name="agent_used_units_not_negative",
                condition=models.Q(used_units__gte=0),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def remaining_units(self) -> int:
        """Units left; negative after an override, a pick, a revive or a cut."""
        return self.total_units - self.used_units


class AgentSkill(models.Model):
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="agent_skills")
    skill = models.ForeignKey(
        Skill,
        models.PROTECT,
        related_name="agent_skills",
        verbose_name=_("skill"),
    )
    proficiency = models.PositiveSmallIntegerField(
        _("proficiency"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )

    class Meta:
        ordering = ("skill__name",)
        constraints = (
            models.UniqueConstraint(name="agent_skill_once", fields=("agent", "skill")),
        )

    def __str__(self) -> str:
        return f"{self.agent}: {self.skill} {self.proficiency}"


class PresenceStay(models.Model):
    """How long an agent showed a presence, who set it and why: the history."""

    agent = models.ForeignKey(
        Agent, models.CASCADE, related_name="presence_stays", db_index=False
    )
    presence = models.CharField(max_length=20, choices=choices(Presence))
    label = models.CharField(max_length=60, blank=True, default="")
    set_by = models.CharField(max_length=20)
    reason = models.CharField(max_length=40, blank=True, default="")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(name="presence_by_agent", fields=("agent", "since")),)
        constraints = (
            models.UniqueConstraint(
                name="one_present_presence",
                fields=("agent",),
                condition=models.Q(until__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.agent}: {self.presence}"


class PresenceLabel(models.Model):
    """A presence under a name of the house's own; routing goes by the base."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    base = models.CharField(
        _("presence"),
        max_length=20,
        choices=[(p.value, label(p)) for p in Presence if p is not Presence.INACTIVE],
    )

    class Meta:
        verbose_name = _("presence label")
        verbose_name_plural = _("presence labels")
        ordering = ("base", "name")

    def __str__(self) -> str:
        return self.name


class NoticeRead(models.Model):
    """An agent has acknowledged the notice to agents, in the version of its text."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="notices_read")
    text_version = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="notice_read_once", fields=("agent", "text_version")
            ),
        )

    def __str__(self) -> str:
        return f"{self.agent}: {self.text_version}"


class Customer(models.Model):
    name = models.CharField(max_length=120, blank=True, default="")
    address = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = (models.Index(name="customer_by_address", fields=("address",)),)

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"
