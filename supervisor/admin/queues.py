"""Queues: how they give out work, who works in them and who supervises them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.contrib.auth.models import User
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget

from accounts.roles import Role, power_of
from conversations import moments
from conversations.events import shown_name
from conversations.models import Agent, Queue
from conversations.states import Method, SkillMatch
from conversations.transitions import configuring
from supervisor.admin.floor_admin import FloorAdmin, FreshForm, administrator
from supervisor.admin.hours import opening_now
from supervisor.admin.overflow import OverflowInline

METHODS = [
    (
        Method.HIGHEST_CAPACITY,
        _("Highest capacity: to the agent with most units left; equals take turns."),
    ),
    (
        Method.ADVANCED_ROUND_ROBIN,
        _("Advanced round robin: to whoever has been without an offer the longest."),
    ),
    (
        Method.LEAST_ACTIVE,
        _("Least active: to whoever has been free the longest. Usual for calls."),
    ),
    (
        Method.MANUAL,
        _("Manual: nobody gets an offer; agents pick and supervisors assign."),
    ),
]
SKILL_MATCHES = [
    (
        SkillMatch.EXACT,
        _("Exact match: only agents with all of them, as well as asked for."),
    ),
    (
        SkillMatch.CLOSEST,
        _("Closest match: the best match first, but nobody is left out."),
    ),
]


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Two lists of people, one of them chosen."""

    def __init__(self, label: object, people: Any, help_text: object) -> None:
        super().__init__(
            queryset=User.objects.none(),
            required=False,
            label=label,
            help_text=help_text,
            widget=FilteredSelectMultiple(people, is_stacked=False),
        )

    def label_from_instance(self, obj: Model) -> str:
        """The name that everybody sees, and the log-in that tells namesakes apart."""
        if isinstance(obj, Agent):
            return f"{obj.name} ({obj.user.get_username()})"
        assert isinstance(obj, User)
        return f"{shown_name(obj)} ({obj.get_username()})"


class QueueForm(FreshForm):
    method = forms.ChoiceField(
        label=_("Assignment method"),
        choices=METHODS,
        initial=Method.HIGHEST_CAPACITY,
        widget=UnfoldAdminRadioSelectWidget,
    )
    skill_match = forms.ChoiceField(
        label=_("Skills asked for"),
        choices=SKILL_MATCHES,
        initial=SkillMatch.EXACT,
        widget=UnfoldAdminRadioSelectWidget,
    )
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
            "hours": _("Operating hours"),
        }
        help_texts = {
            "name": _("Shown to supervisors and agents."),
            "type": _("What kind of conversations wait here. Fixed once made."),
            "priority": _("Queues with a smaller number are served first."),
            "hours": _(
                "Opens and closes the queue by itself. Empty: you open and close it "
                "with the switch."
            ),
            "is_open": _(
                "A closed queue offers nothing to agents; what waits stays, and what "
                "comes follows the overflow rule “out of hours”, if there is one."
            ),
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
        self.initial["seen"] = self.stamp()

    def shown_beside(self) -> Iterable[object]:
        """The overflow rules are in a table of their own."""
        if self.instance.pk is None:
            return ()
        facts = ("trigger", "limit", "action", "target", "message")
        return list(self.instance.overflow_rules.values_list(*facts))

    def _offer(self, name: str, people: QuerySet[Any], chosen: list[int]) -> None:
        field = self.fields[name]
        assert isinstance(field, PeopleField)
        field.queryset = people
        self.initial[name] = sorted(chosen)


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
    inlines = (OverflowInline,)
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
        (None, {"fields": ("name", "type", "priority")}),
        (_("Assignment"), {"fields": ("method", "skill_match")}),
        (_("Opening"), {"fields": ("hours", "is_open")}),
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
        if not isinstance(obj, Queue):
            return ()
        return ("type",) if obj.hours is None else ("type", "opening")

    def get_fieldsets(
        self, request: HttpRequest, obj: Model | None = None
    ) -> list[tuple[Any, dict[str, Any]]]:
        """The switch is there only where no hours decide."""
        kept = isinstance(obj, Queue) and obj.hours is not None
        shown = "opening" if kept else "is_open"
        opening = {"fields": ("hours", shown)}
        return [
            (title, opening if "hours" in facts["fields"] else facts)
            for title, facts in self.fieldsets
        ]

    @admin.display(description=_("Open"))
    def opening(self, queue: Queue) -> str:
        assert queue.hours is not None
        return opening_now(queue.hours)

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

    def save_formset(
        self, request: HttpRequest, form: forms.Form, formset: Any, change: bool
    ) -> None:
        """The overflow rules, all of them at once."""
        formset.save(commit=False)  # only to fill the lists that the admin's log needs
        if formset.has_changed():
            configuring.save_overflow(
                formset.instance, formset.wanted(), by=administrator(request)
            )
