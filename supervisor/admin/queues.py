"""Queues: how they give out work, who works in them and who supervises them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.contrib.auth.models import User
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role, power_of
from conversations import moments
from conversations.events import shown_name
from conversations.locks import lock_queue
from conversations.models import Agent, Queue
from conversations.transitions import configuring
from supervisor.admin.floor_admin import FloorAdmin, administrator


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Two lists of people, one of them chosen."""

    def __init__(self, label: object, people: object, help_text: object) -> None:
        super().__init__(
            queryset=User.objects.none(),
            required=False,
            label=label,
            help_text=help_text,
            widget=FilteredSelectMultiple(str(people), is_stacked=False),
        )

    def label_from_instance(self, obj: Model) -> str:
        """The name that everybody sees, and the log-in that tells namesakes apart."""
        if isinstance(obj, Agent):
            return f"{obj.name} ({obj.user.get_username()})"
        assert isinstance(obj, User)
        return f"{shown_name(obj)} ({obj.get_username()})"


class QueueForm(forms.ModelForm):  # type: ignore[type-arg]
    members = PeopleField(
        _("Agents"), _("agents"), _("Who gets this queue's conversations offered.")
    )
    watchers = PeopleField(
        _("Supervisors"),
        _("supervisors"),
        _(
            "Who sees and touches this queue's conversations. Only users with the role "
            "Supervisor can be chosen; a change reaches open pages within a second."
        ),
    )

    class Meta:
        labels = {
            "is_open": _("Open"),
            "service_level_seconds": _("Service level, seconds"),
            "short_abandon_seconds": _("Short abandon, seconds"),
            "method": _("Assignment method"),
        }
        help_texts = {
            "name": _("Shown to supervisors and agents."),
            "type": _("What kind of conversations wait here. Fixed once made."),
            "priority": _("Queues with a smaller number are served first."),
            "method": _(
                "Highest capacity offers to the agent with most units left; manual "
                "leaves it to agents who pick and supervisors who assign."
            ),
            "is_open": _("A closed queue offers nothing to agents."),
            "service_level_seconds": _(
                "A conversation accepted within this time is within the service level."
            ),
            "short_abandon_seconds": _(
                "A customer who leaves sooner than this does not count as abandoned."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        queue = self.instance
        # A form for those who may only look has no fields at all.
        if "members" not in self.fields or "watchers" not in self.fields:
            return
        self._offer("members", Agent.objects.select_related("user"), _members(queue))
        self._offer("watchers", _supervisors(queue), _watchers(queue))

    def _offer(self, name: str, people: QuerySet[Any], chosen: list[int]) -> None:
        field = self.fields[name]
        assert isinstance(field, PeopleField)
        field.queryset = people
        self.initial[name] = chosen


def _members(queue: Queue) -> list[int]:
    if queue.pk is None:
        return []
    return list(queue.memberships.values_list("agent_id", flat=True))


def _watchers(queue: Queue) -> list[int]:
    if queue.pk is None:
        return []
    return list(queue.supervisors.values_list("pk", flat=True))


def _supervisors(queue: Queue) -> QuerySet[User]:
    able = Q(is_active=True, groups__permissions=power_of(Role.SUPERVISOR))
    # Those who lost the role stay listed until they are taken out.
    already = Q(pk__in=_watchers(queue))
    return User.objects.filter(able | already).distinct().order_by("username")


@admin.register(Queue)
class QueueAdmin(FloorAdmin):
    form = QueueForm
    list_display = (
        "name",
        "type",
        "method",
        "priority",
        "is_open",
        "agents_here",
        "supervisors_here",
    )
    list_filter = ("type", "method", "is_open")
    search_fields = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "type", "priority", "method", "is_open")}),
        (
            _("Measures"),
            {"fields": (("service_level_seconds", "short_abandon_seconds"),)},
        ),
        (_("People"), {"fields": ("members", "watchers")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Queue]:
        """With the numbers of people that the list shows."""
        rows: QuerySet[Queue] = super().get_queryset(request)
        return rows.annotate(
            agent_count=Count("memberships", distinct=True),
            supervisor_count=Count("supervisors", distinct=True),
        )

    @admin.display(description=_("Agents"), ordering="agent_count")
    def agents_here(self, queue: Queue) -> int:
        return int(getattr(queue, "agent_count", 0))

    @admin.display(description=_("Supervisors"), ordering="supervisor_count")
    def supervisors_here(self, queue: Queue) -> int:
        return int(getattr(queue, "supervisor_count", 0))

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        """What waits in a queue would not fit another type."""
        return () if obj is None else ("type",)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Queue | None:
        """Locked for a change, so that the form starts from what is true."""
        if request.method == "POST" and object_id.isdecimal():
            lock_queue(int(object_id))
        found: Queue | None = super().get_object(request, object_id, from_field)
        return found

    def save_model(
        self, request: HttpRequest, obj: Model, form: forms.Form, change: bool
    ) -> None:
        """The queue, its members and its supervisors."""
        assert isinstance(obj, Queue)
        by = administrator(request)
        if not change:
            configuring.add_queue(obj, by=by, now=moments.now())
        configuring.save_queue(
            obj,
            by=by,
            agents=[agent.pk for agent in form.cleaned_data["members"]],
            supervisors=[user.pk for user in form.cleaned_data["watchers"]],
        )
