"""Where work comes in and where it waits: workstreams and queues."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.choices import choices
from conversations.models.people import Agent
from conversations.states import (
    Channel,
    ChannelKind,
    Method,
    OverflowAction,
    OverflowTrigger,
    Presence,
    SkillMatch,
    WrapUpBlock,
)

DAY = 24 * 60 * 60


def default_presences() -> list[str]:
    """Where routing may look unless the administrator says otherwise."""
    return [Presence.AVAILABLE, Presence.BUSY]


class OperatingHours(models.Model):
    """When people work: a week of spans in a time zone, and days off.

    `week` holds seven lists, Monday first, of `["09:00", "17:00"]` pairs; a span may
    end at `24:00`. `days_off` are ISO dates on which nothing is open.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    week = models.JSONField(_("week"), default=list)
    days_off = models.JSONField(_("days off"), default=list, blank=True)

    class Meta:
        verbose_name = _("operating hours")
        verbose_name_plural = _("operating hours")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Queue(models.Model):
    """Conversations that wait for an agent; `priority` smaller first.

    `is_open` follows the operating hours by a timer; without hours it is a switch.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    type = models.CharField(
        _("type"),
        max_length=20,
        choices=choices(ChannelKind),
        default=ChannelKind.MESSAGING,
    )
    priority = models.PositiveSmallIntegerField(_("priority"), default=100)
    method = models.CharField(
        _("method"),
        max_length=24,
        choices=choices(Method),
        default=Method.HIGHEST_CAPACITY,
    )
    skill_match = models.CharField(
        _("skills"),
        max_length=10,
        choices=choices(SkillMatch),
        default=SkillMatch.EXACT,
    )
    is_open = models.BooleanField(_("open"), default=True)
    hours = models.ForeignKey(
        OperatingHours,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="queues",
        verbose_name=_("operating hours"),
    )
    service_level_seconds = models.PositiveIntegerField(default=180)
    short_abandon_seconds = models.PositiveIntegerField(default=10)
    agents = models.ManyToManyField(Agent, through="Membership", related_name="queues")
    supervisors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="supervised_queues"
    )
    version = models.PositiveBigIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("queue")
        verbose_name_plural = _("queues")
        ordering = ("priority", "name")

    def __str__(self) -> str:
        return self.name


class OverflowRule(models.Model):
    """What happens to who comes, or waits, when a queue cannot take them in time.

    `limit` counts waiting conversations (work_item_limit) or seconds (waiting_time);
    `message` is told to the customer when the conversation ends.
    """

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="overflow_rules")
    trigger = models.CharField(
        _("when"), max_length=20, choices=choices(OverflowTrigger)
    )
    limit = models.PositiveIntegerField(_("limit"), null=True, blank=True)
    action = models.CharField(_("then"), max_length=20, choices=choices(OverflowAction))
    target = models.ForeignKey(
        Queue,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("to queue"),
    )
    message = models.CharField(_("message"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("overflow rule")
        verbose_name_plural = _("overflow rules")
        ordering = ("queue", "trigger")
        constraints = (
            models.UniqueConstraint(
                name="one_overflow_rule", fields=("queue", "trigger")
            ),
            models.CheckConstraint(
                name="overflow_transfer_has_target",
                condition=~models.Q(action=OverflowAction.TRANSFER)
                | models.Q(target__isnull=False),
            ),
            models.CheckConstraint(
                name="overflow_limit_where_needed",
                condition=models.Q(trigger=OverflowTrigger.OUT_OF_HOURS)
                | models.Q(limit__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.queue}: {self.get_trigger_display()}"


class Membership(models.Model):
    """An agent works in a queue; `offered_at` breaks ties round robin."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="memberships")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="memberships")
    offered_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="member_once", fields=("queue", "agent")),
        )

    def __str__(self) -> str:
        return f"{self.agent} in {self.queue}"


class Workstream(models.Model):
    """One channel's rules (domain, section 1). A timer of null seconds never fires."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    channel = models.CharField(_("channel"), max_length=20, choices=choices(Channel))
    queue = models.ForeignKey(
        Queue,
        models.PROTECT,
        related_name="workstreams",
        verbose_name=_("queue"),
    )
    units = models.PositiveIntegerField(
        _("units"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
    )
    allowed_presences = models.JSONField(default=default_presences)
    offer_seconds = models.PositiveIntegerField(
        _("offer countdown, seconds"), default=120, validators=[MinValueValidator(1)]
    )
    wrap_up_block = models.CharField(
        max_length=10, choices=choices(WrapUpBlock), default=WrapUpBlock.ALWAYS
    )
    wrap_up_block_seconds = models.PositiveIntegerField(default=60)
    open_close_seconds = models.PositiveIntegerField(null=True, blank=True)
    active_close_seconds = models.PositiveIntegerField(null=True, blank=True)
    waiting_close_seconds = models.PositiveIntegerField(
        null=True, blank=True, default=28 * DAY
    )
    wrap_up_close_seconds = models.PositiveIntegerField(
        null=True, blank=True, default=15 * 60
    )
    keep_same_agent = models.BooleanField(default=False)
    consult_seconds = models.PositiveIntegerField(
        _("consult countdown, seconds"),
        default=120,
        validators=[MinValueValidator(1)],
    )
    customer_gone_seconds = models.PositiveIntegerField(
        _("customer gone after, seconds"),
        default=180,
        validators=[MinValueValidator(10)],
    )
    unanswered_soon_seconds = models.PositiveIntegerField(
        _("unanswered: amber after, seconds"), default=60
    )
    unanswered_breach_seconds = models.PositiveIntegerField(
        _("unanswered: red after, seconds"), default=120
    )

    class Meta:
        verbose_name = _("workstream")
        verbose_name_plural = _("workstreams")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
