"""Presence labels: the house's own names for why somebody is away."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from conversations.models import PresenceLabel
from conversations.transitions import wording
from supervisor.admin.floor_admin import FloorAdmin, FreshForm, administrator


class LabelForm(FreshForm):
    class Meta:
        help_texts = {
            "name": _(
                "What agents choose at the desk and supervisors read, such as Lunch."
            ),
            "base": _(
                "What it means for routing. Agents who have chosen the label keep what "
                "they have until they choose again."
            ),
        }


@admin.register(PresenceLabel)
class LabelAdmin(FloorAdmin):
    form = LabelForm
    list_display = ("name", "base")
    list_filter = ("base",)
    search_fields = ("name",)
    fields = ("name", "base")

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """No record points at a label: records keep its name."""
        return bool(super(FloorAdmin, self).has_delete_permission(request, obj))

    def save_model(
        self, request: HttpRequest, obj: Model, form: Form, change: bool
    ) -> None:
        """Desks that are open offer it within a second."""
        assert isinstance(obj, PresenceLabel)
        wording.save_presence_label(obj, by=administrator(request))

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Agents who have it keep it until they choose again."""
        assert isinstance(obj, PresenceLabel)
        wording.remove_presence_label(obj, by=administrator(request))
