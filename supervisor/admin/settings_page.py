"""The one page of settings: the supervisors' powers, sentiment, offers, notices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from conversations.events import Kind
from conversations.models import Event, FloorSettings
from conversations.states import ConsentMode
from conversations.transitions import configuring
from supervisor.admin.floor_admin import FloorAdmin, administrator

CONSENT_MODES = [
    (ConsentMode.NONE, gettext_lazy("None")),
    (ConsentMode.NOTICE, gettext_lazy("Show the notice")),
    (ConsentMode.CONSENT, gettext_lazy("Ask for consent")),
]


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """`seen_version` is what the page was made from: two administrators who save at
    the same time must not undo each other's changes unseen."""

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    declines_allowed = forms.TypedChoiceField(
        label=gettext_lazy("Declines allowed"),
        help_text=gettext_lazy(
            "Per agent and conversation. After that the conversation goes to others."
        ),
        choices=[(number, number) for number in range(1, 6)],
        coerce=int,
        widget=UnfoldAdminSelectWidget,
    )
    consent_mode = forms.ChoiceField(
        label=gettext_lazy("Notice to customers"),
        help_text=gettext_lazy(
            "With consent, nobody can monitor before the customer has agreed."
        ),
        choices=CONSENT_MODES,
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        labels = {
            "reason_mandatory": gettext_lazy("Reason mandatory"),
            "supervisor_sentiment_threshold": gettext_lazy("Alert supervisors at"),
            "agent_sentiment_threshold": gettext_lazy("Alert agents at"),
            "missed_offer_inactive": gettext_lazy("Missed offer"),
            "declined_offer_do_not_disturb": gettext_lazy("Declined offer"),
            "capacity_min": gettext_lazy("Smallest capacity"),
            "capacity_max": gettext_lazy("Largest capacity"),
        }
        help_texts = {
            "supervisor_monitor": gettext_lazy(
                "Read along live, whisper, join. Every start and end is recorded."
            ),
            "supervisor_assign": gettext_lazy(
                "Give an open conversation to an agent or another queue."
            ),
            "supervisor_transfer": gettext_lazy(
                "Move a conversation to another agent of its queue."
            ),
            "force_close": gettext_lazy(
                "End a conversation from any state. Cannot be undone."
            ),
            "reason_mandatory": gettext_lazy(
                "Assigning with an override, transfer and force close ask why."
            ),
            "sentiment": gettext_lazy(
                "Estimates the customer's mood. A hint, never a fact; it abstains when "
                "unsure."
            ),
            "supervisor_sentiment_threshold": gettext_lazy(
                "When a customer's mood falls to this level."
            ),
            "agent_sentiment_threshold": gettext_lazy(
                "When the mood of an agent's own customer falls to this level."
            ),
            "missed_offer_inactive": gettext_lazy(
                "Turns the agent's presence to Inactive."
            ),
            "declined_offer_do_not_disturb": gettext_lazy(
                "Turns the agent's presence to Do not disturb."
            ),
            "capacity_min": gettext_lazy(
                "The fewest units that supervisors may give an agent."
            ),
            "capacity_max": gettext_lazy(
                "The most units that supervisors may give an agent."
            ),
            "customer_notice": gettext_lazy(
                "The first message of every conversation, on every channel."
            ),
            "agent_notice": gettext_lazy(
                "Shown at the desk at the first sign-in and after each change."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen_version"] = self.instance.version

    def clean(self) -> dict[str, Any]:
        """The limits must leave room, and the page must not be out of date."""
        data = super().clean() or {}
        least, most = data.get("capacity_min"), data.get("capacity_max")
        if least is not None and most is not None and least > most:
            self.add_error(
                "capacity_max",
                _("The largest capacity must not be below the smallest."),
            )
        seen = data.get("seen_version")
        if seen is not None and seen != self.instance.version:
            raise forms.ValidationError(
                _(
                    "Somebody else has changed the settings since you opened this "
                    "page. Reload it and make your change again."
                )
            )
        return data


@admin.register(FloorSettings)
class SettingsAdmin(FloorAdmin):
    """Row 1, without a list: opening the list opens the page."""

    form = SettingsForm
    change_form_before_template = None  # its own template has them
    fieldsets = (
        (
            gettext_lazy("Powers"),
            {
                "fields": (
                    "supervisor_monitor",
                    "supervisor_assign",
                    "supervisor_transfer",
                    "force_close",
                    "reason_mandatory",
                )
            },
        ),
        (
            gettext_lazy("Sentiment"),
            {
                "fields": (
                    "sentiment",
                    "supervisor_sentiment_threshold",
                    "agent_sentiment_threshold",
                )
            },
        ),
        (
            gettext_lazy("Offers and capacity"),
            {
                "fields": (
                    "declines_allowed",
                    "missed_offer_inactive",
                    "declined_offer_do_not_disturb",
                    "capacity_min",
                    "capacity_max",
                )
            },
        ),
        (
            gettext_lazy("Notices"),
            {"fields": ("consent_mode", "customer_notice", "agent_notice")},
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The row is always there."""
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is no list of one."""
        return HttpResponseRedirect(_address())

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponseBase:
        """Says who changed the settings last."""
        newest = Event.objects.filter(kind=Kind.SETTINGS_CHANGED).order_by("-pk")
        facts = {
            "title": gettext_lazy("Supervisor settings"),
            "subtitle": None,
            "last_change": newest.first(),
            "show_save_and_continue": False,
            "show_history": False,
        }
        answer: HttpResponseBase = super().change_view(
            request, object_id, form_url, {**facts, **(extra_context or {})}
        )
        return answer

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> FloorSettings | None:
        """The row, or the defaults as long as none was saved; locked for a change."""
        if object_id != "1":
            return None
        if request.method == "POST":
            FloorSettings.objects.select_for_update().filter(pk=1).first()
        return FloorSettings.current()

    def save_model(
        self, request: HttpRequest, obj: Model, form: forms.Form, change: bool
    ) -> None:
        """The doorbell of this transition reaches every open page within a second."""
        assert isinstance(obj, FloorSettings)
        configuring.save_settings(obj, by=administrator(request))

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        """Stay on the page: there is nowhere else to go."""
        self.message_user(
            request, _("Saved. In force on every open page within a second.")
        )
        return HttpResponseRedirect(_address())


def _address() -> str:
    return reverse("admin:conversations_floorsettings_change", args=[1])
