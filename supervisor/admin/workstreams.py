"""Workstreams: one channel's rules, with what each timer does in words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from conversations.models import Workstream
from conversations.states import Channel, Presence
from conversations.transitions import configuring
from supervisor.admin.floor_admin import FloorAdmin, FreshForm, administrator

# Nobody can be found by routing while offline, or inactive by the system's decision.
PRESENCES = [
    (Presence.AVAILABLE, _("Available")),
    (Presence.BUSY, _("Busy")),
    (Presence.DO_NOT_DISTURB, _("Do not disturb")),
    (Presence.AWAY, _("Away")),
]


class WorkstreamForm(FreshForm):
    allowed_presences = forms.MultipleChoiceField(
        label=_("Allowed presences"),
        help_text=_("Agents with one of these get offers. Others need an override."),
        choices=PRESENCES,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        labels = {
            "units": _("Capacity units"),
            "offer_seconds": _("Offer countdown, seconds"),
            "wrap_up_block": _("Capacity in wrap-up"),
            "wrap_up_block_seconds": _("Capacity in wrap-up, seconds"),
            "open_close_seconds": _("Nobody has taken it, seconds"),
            "active_close_seconds": _("Nobody writes, seconds"),
            "waiting_close_seconds": _("Waiting for the customer, seconds"),
            "wrap_up_close_seconds": _("In wrap-up, seconds"),
            "keep_same_agent": _("Keep the same agent"),
            "consult_seconds": _("Consult countdown, seconds"),
            "customer_gone_seconds": _("Customer's browser gone, seconds"),
            "unanswered_soon_seconds": _("Amber after, seconds"),
            "unanswered_breach_seconds": _("Red after, seconds"),
        }
        help_texts = {
            "name": _("Fixed once made: it is part of what is on record."),
            "channel": _("How the customer reaches you. Fixed once made."),
            "queue": _("Where its conversations wait; its type must fit the channel."),
            "units": _("What one conversation takes of an agent's capacity."),
            "offer_seconds": _(
                "How long an agent has to accept. Usual: 120, for voice 40."
            ),
            "wrap_up_block": _(
                "Whether a conversation in wrap-up still takes the agent's capacity: "
                "always, for a time, or never."
            ),
            "wrap_up_block_seconds": _("How long, where it is for a time."),
            "open_close_seconds": _(
                "Closes an open conversation after this time. Empty: never. "
                "Usual for live chat: 1200 (20 minutes)."
            ),
            "active_close_seconds": _(
                "Ends an active conversation in which nothing happens. Empty: never. "
                "Usual: voice 7200 (2 hours), asynchronous 2592000 (30 days)."
            ),
            "waiting_close_seconds": _(
                "Closes a waiting conversation after this time. Empty: never. "
                "Usual: 2419200 (28 days)."
            ),
            "wrap_up_close_seconds": _(
                "Ends the wrap-up by itself. Empty: never. Usual: 900 (15 minutes)."
            ),
            "keep_same_agent": _(
                "A returning customer is first offered to the agent of last time."
            ),
            "consult_seconds": _(
                "How long a colleague or supervisor who is asked has to accept. "
                "Usual: 120."
            ),
            "customer_gone_seconds": _(
                "Chat only: ends the conversation as “customer left” when their "
                "browser has been gone for this long. Usual: 180 (3 minutes)."
            ),
            "unanswered_soon_seconds": _(
                "How long a customer may go unanswered before the clock on the "
                "agent's desk turns amber."
            ),
            "unanswered_breach_seconds": _(
                "And before it turns red; not sooner than amber."
            ),
        }

    def clean(self) -> dict[str, Any]:
        """A queue holds one kind of conversations."""
        data = super().clean() or {}
        queue, channel = data.get("queue"), self._channel(data)
        if queue is not None and channel and Channel(channel).kind != queue.type:
            self.add_error(
                "queue",
                _now("This queue is for %(type)s; the channel does not fit it.")
                % {"type": queue.get_type_display()},
            )
        soon = data.get("unanswered_soon_seconds")
        breach = data.get("unanswered_breach_seconds")
        if soon is not None and breach is not None and breach < soon:
            self.add_error(
                "unanswered_breach_seconds", _now("Red must not come before amber.")
            )
        return data

    def _channel(self, data: dict[str, Any]) -> str:
        return str(data.get("channel") or self.instance.channel)


@admin.register(Workstream)
class WorkstreamAdmin(FloorAdmin):
    form = WorkstreamForm
    list_display = ("name", "channel", "queue", "units", "offer_seconds")
    list_filter = ("channel", "queue")
    list_select_related = ("queue",)
    search_fields = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "channel", "queue", "keep_same_agent")}),
        (
            _("Offers"),
            {
                "fields": (
                    "units",
                    "offer_seconds",
                    "consult_seconds",
                    "allowed_presences",
                )
            },
        ),
        (
            _("Unanswered customers"),
            {"fields": (("unanswered_soon_seconds", "unanswered_breach_seconds"),)},
        ),
        (_("Wrap-up"), {"fields": ("wrap_up_block", "wrap_up_block_seconds")}),
        (
            _("Closes by itself"),
            {
                "fields": (
                    "open_close_seconds",
                    "active_close_seconds",
                    "waiting_close_seconds",
                    "wrap_up_close_seconds",
                    "customer_gone_seconds",
                )
            },
        ),
    )

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        """The name is shown in rows that have versions of their own."""
        return () if obj is None else ("name", "channel")

    def save_model(
        self, request: HttpRequest, obj: Model, form: forms.Form, change: bool
    ) -> None:
        """What is out there keeps the units and times that it got."""
        assert isinstance(obj, Workstream)
        configuring.save_workstream(obj, by=administrator(request))
