"""The one row of settings that administrators edit (domain, section 4)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conversations.models.choices import choices
from conversations.states import ConsentMode

THRESHOLDS = [
    ("", _("off")),
    ("slightly_negative", _("slightly negative")),
    ("negative", _("negative")),
    ("very_negative", _("very negative")),
]


class FloorSettings(models.Model):
    """Always row 1; `version` moves with every change, like any live thing's."""

    supervisor_monitor = models.BooleanField(
        _("Supervisor Monitor"),
        default=True,
        help_text=_("Supervisors may monitor, join and whisper."),
    )
    supervisor_assign = models.BooleanField(
        _("Supervisor Assign"),
        default=False,
        help_text=_(
            "Supervisors may assign waiting conversations to agents or queues."
        ),
    )
    supervisor_transfer = models.BooleanField(
        _("Supervisor Transfer"),
        default=False,
        help_text=_("Supervisors may transfer conversations between agents."),
    )
    force_close = models.BooleanField(
        _("Force Close"),
        default=False,
        help_text=_("Supervisors may end any conversation at once."),
    )
    sentiment = models.BooleanField(
        _("Sentiment analysis"),
        default=True,
        help_text=_("Estimate the customer's mood. A hint for triage, never a fact."),
    )
    supervisor_sentiment_threshold = models.CharField(
        _("Alert supervisors from"),
        max_length=20,
        blank=True,
        choices=THRESHOLDS,
        default="very_negative",
    )
    agent_sentiment_threshold = models.CharField(
        _("Alert agents from"),
        max_length=20,
        blank=True,
        choices=THRESHOLDS,
        default="",
    )
    missed_offer_inactive = models.BooleanField(
        _("Missed offer turns the agent inactive"), default=False
    )
    declined_offer_do_not_disturb = models.BooleanField(
        _("Declined offer turns the agent to do not disturb"), default=False
    )
    declines_allowed = models.PositiveSmallIntegerField(
        _("Declines allowed per agent and conversation"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    reason_mandatory = models.BooleanField(
        _("A reason is mandatory"),
        default=False,
        help_text=_("For assigning with an override, transferring and force closing."),
    )
    capacity_min = models.PositiveIntegerField(
        _("Smallest capacity that supervisors may set"), default=0
    )
    capacity_max = models.PositiveIntegerField(
        _("Largest capacity that supervisors may set"), default=200
    )
    consent_mode = models.CharField(
        _("Notice to customers"),
        max_length=10,
        choices=choices(ConsentMode),
        default=ConsentMode.NOTICE,
    )
    customer_notice = models.TextField(
        _("Text of the notice to customers"),
        max_length=1000,
        default=(
            "This conversation may be monitored and stored to help our team and "
            "improve our service."
        ),
    )
    agent_notice = models.TextField(
        _("Text of the notice to agents"),
        max_length=1000,
        default="Supervisors may monitor and join your conversations.",
    )
    version = models.PositiveBigIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("supervisor settings")
        constraints = (
            models.CheckConstraint(name="settings_one_row", condition=models.Q(pk=1)),
            models.CheckConstraint(
                name="settings_declines_1_to_5",
                condition=models.Q(declines_allowed__gte=1, declines_allowed__lte=5),
            ),
        )

    def __str__(self) -> str:
        return gettext("Supervisor settings")

    @classmethod
    def current(cls) -> FloorSettings:
        """The row, or the defaults where none was saved yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
