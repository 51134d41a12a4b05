"""Operating hours: a week that people can type, and which queues keep it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from conversations import hours, moments
from conversations.models import OperatingHours
from conversations.transitions import configuring, wording
from supervisor.admin.floor_admin import FloorAdmin, FreshForm, administrator

DAYS = {
    "monday": _("Monday"),
    "tuesday": _("Tuesday"),
    "wednesday": _("Wednesday"),
    "thursday": _("Thursday"),
    "friday": _("Friday"),
    "saturday": _("Saturday"),
    "sunday": _("Sunday"),
}
SPAN = re.compile(
    r"\A(\d{1,2})(?:[:.](\d{2}))?\s*[-\u2013]\s*(\d{1,2})(?:[:.](\d{2}))?\Z"
)
MOST_DAYS_OFF = 400


class DayField(forms.CharField):
    """One day as `09:00-12:00, 13:00-17:00`; empty is closed. Becomes the pairs that
    are stored."""

    widget = UnfoldAdminTextInputWidget({"placeholder": _("closed")})

    def prepare_value(self, value: object) -> object:
        """The stored pairs as one types them; what was typed stays as it is."""
        if not isinstance(value, list):
            return value
        return ", ".join(f"{start}-{end}" for start, end in value)

    def to_python(self, value: object) -> Any:
        """Raises ValidationError with the part that cannot be read."""
        parts = str(super().to_python(value)).split(",")
        return sorted(_span(part.strip()) for part in parts if part.strip())

    def run_validators(self, value: object) -> None:
        """The text is gone by now; `to_python` has looked at it."""

    def has_changed(self, initial: object, data: object) -> bool:
        """Whether it means something else than before."""
        try:
            return bool(self.to_python(data) != (initial or []))
        except forms.ValidationError:
            return True


def _span(text: str) -> list[str]:
    found = SPAN.match(text)
    if found is None:
        raise forms.ValidationError(
            _now("“%(text)s” is not a span of time such as 09:00-17:00.")
            % {"text": text[:40]}
        )
    hour, minute, end_hour, end_minute = (int(part or 0) for part in found.groups())
    if minute > 59 or end_minute > 59 or (end_hour, end_minute) > (24, 0) or hour > 23:
        raise forms.ValidationError(
            _now("“%(text)s”: a day goes from 00:00 to 24:00.") % {"text": text[:40]}
        )
    if (end_hour, end_minute) <= (hour, minute):
        raise forms.ValidationError(
            _now(
                "“%(text)s” ends before it begins. A night is two spans: until 24:00 "
                "here, from 00:00 on the next day."
            )
            % {"text": text[:40]}
        )
    return [f"{hour:02d}:{minute:02d}", f"{end_hour:02d}:{end_minute:02d}"]


class HoursForm(FreshForm):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Whose clock on the wall the times are read from."),
        choices=[(zone, zone) for zone in sorted(available_timezones())],
        initial="UTC",
        widget=UnfoldAdminSelectWidget,
    )
    monday = DayField(label=DAYS["monday"], required=False)
    tuesday = DayField(label=DAYS["tuesday"], required=False)
    wednesday = DayField(label=DAYS["wednesday"], required=False)
    thursday = DayField(label=DAYS["thursday"], required=False)
    friday = DayField(label=DAYS["friday"], required=False)
    saturday = DayField(label=DAYS["saturday"], required=False)
    sunday = DayField(label=DAYS["sunday"], required=False)
    off = forms.CharField(
        label=_("Days off"),
        help_text=_(
            "Dates on which nothing is open, one a line, such as 2026-12-24. Days that "
            "are over may stay."
        ),
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 6}),
    )

    class Meta:
        help_texts = {"name": _("How administrators tell these hours from others.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        week = self.instance.week or [[] for _day in DAYS]
        self.initial.update(zip(DAYS, week, strict=False))
        self.initial["off"] = "\n".join(self.instance.days_off)
        self.initial["seen"] = self.stamp()

    def clean_off(self) -> list[str]:
        """ISO dates, each once, in order."""
        lines = str(self.cleaned_data["off"]).split()
        if len(lines) > MOST_DAYS_OFF:
            raise forms.ValidationError(
                _now("These are more than %(most)d days.") % {"most": MOST_DAYS_OFF}
            )
        return sorted({_date(line) for line in lines})

    def clean(self) -> dict[str, Any]:
        """The week as it is stored, once all its days can be read."""
        data = super().clean()
        if not self.errors:
            self.instance.week = [data[day] for day in DAYS]
            self.instance.days_off = data["off"]
            self.instance.time_zone = data["time_zone"]
            for problem in self._problems():
                self.add_error(None, problem)
        return data

    def _problems(self) -> Iterator[str]:
        kept = self.instance
        yield from hours.problems_of(kept.week, kept.days_off, kept.time_zone)


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise forms.ValidationError(
            _now("“%(text)s” is not a date such as 2026-12-24.") % {"text": text[:40]}
        ) from None


@admin.register(OperatingHours)
class HoursAdmin(FloorAdmin):
    form = HoursForm
    list_display = ("name", "time_zone", "queue_list", "now")
    search_fields = ("name",)
    readonly_fields = ("now", "queue_list")
    fieldsets = (
        (None, {"fields": ("name", "time_zone", "now", "queue_list")}),
        (
            _("Week"),
            {
                "fields": tuple(DAYS),
                "description": _(
                    "Spans such as 09:00-12:00, 13:00-17:00; empty is closed, "
                    "00:00-24:00 is all day. Saving opens and closes the queues that "
                    "keep these hours at once."
                ),
            },
        ),
        (_("Days off"), {"fields": ("off",)}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the queues that the list names."""
        return super().get_queryset(request).prefetch_related("queues")

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Only hours that no queue keeps."""
        if not isinstance(obj, OperatingHours) or obj.queues.exists():
            return False
        return bool(super(FloorAdmin, self).has_delete_permission(request, obj))

    @admin.display(description=_("Queues"))
    def queue_list(self, kept: OperatingHours) -> str:
        if kept.pk is None:
            return str(_("none yet"))
        names = [queue.name for queue in kept.queues.all()]
        return ", ".join(names) or str(_("none; choose them on the queue's page"))

    @admin.display(description=_("Now"))
    def now(self, kept: OperatingHours) -> str:
        return opening_now(kept) if kept.pk is not None else str(_("not saved yet"))

    def save_model(
        self, request: HttpRequest, obj: Model, form: forms.Form, change: bool
    ) -> None:
        """The queues that keep them open and close at once."""
        assert isinstance(obj, OperatingHours)
        configuring.save_hours(obj, by=administrator(request))

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Nobody misses them."""
        assert isinstance(obj, OperatingHours)
        wording.remove_hours(obj, by=administrator(request))


def opening_now(kept: OperatingHours) -> str:
    """Open or closed, until when, on the clock of these hours."""
    facts, now = (kept.week, kept.days_off, kept.time_zone), moments.now()
    is_open, change = hours.is_open(*facts, now), hours.next_change(*facts, now)
    if change is None:
        return _now("Always open") if is_open else _now("Always closed")
    until = {"until": _moment(change, kept.time_zone)}
    words = _now("Open until %(until)s") if is_open else _now("Closed until %(until)s")
    return words % until


def _moment(at: datetime, zone: str) -> str:
    return date_format(at.astimezone(ZoneInfo(zone)), "D j M Y H:i")
