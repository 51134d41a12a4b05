"""Agents with their units and skills. Presence is theirs and the supervisors': here it
is only shown, with its history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from accounts.roles import Role, power_of
from conversations import moments
from conversations.events import Actor, shown_name
from conversations.models import Agent, AgentSkill, Skill
from conversations.transitions import staffing
from supervisor.admin import presence_history, trail_words
from supervisor.admin.floor_admin import FloorAdmin, FreshForm, administrator


class AgentForm(FreshForm):
    class Meta:
        labels = {
            "user": _("User"),
            "name": _("Name"),
            "total_units": _("Capacity units"),
        }
        help_texts = {
            "user": _("Who logs in as this agent: somebody with the role Agent."),
            "name": _("The name that everybody sees. Empty: the user's own."),
            "total_units": _(
                "How much work fits at the same time. A cut below what is in use is "
                "allowed; the agent then gets nothing new."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "name" in self.fields:
            self.fields["name"].required = False
        user = self.fields.get("user")
        if isinstance(user, forms.ModelChoiceField):
            user.queryset = _future_agents()

    def shown_beside(self) -> Iterable[object]:
        """Skills are in a table of their own."""
        if self.instance.pk is None:
            return ()
        return list(self.instance.agent_skills.values_list("skill", "proficiency"))

    def clean_name(self) -> str:
        """An agent is never nameless."""
        name = str(self.cleaned_data["name"]).strip()
        user = self.cleaned_data.get("user") or getattr(self.instance, "user", None)
        return name or (shown_name(user) if user is not None else "")


def _future_agents() -> QuerySet[User]:
    able = Q(is_active=True, groups__permissions=power_of(Role.AGENT))
    return User.objects.filter(able, agent=None).distinct().order_by("username")


class SkillsInline(TabularInline):
    model = AgentSkill
    extra = 0
    verbose_name = _("skill")
    verbose_name_plural = _("skills, with proficiency from 1 to 10")


@admin.register(Agent)
class AgentAdmin(FloorAdmin):
    form = AgentForm
    inlines = (SkillsInline,)
    list_display = ("name", "user", "presence", "load", "skill_list")
    list_filter = ("presence", "queues")
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    now_fields = (
        "presence",
        "presence_since",
        "set_by",
        "load",
        "queue_list",
        "notice_read",
    )
    change_form_outer_after_template = "admin/conversations/agent/history.html"

    def get_fieldsets(
        self, request: HttpRequest, obj: Model | None = None
    ) -> list[tuple[Any, dict[str, Any]]]:
        """A new agent has no present yet."""
        person: tuple[Any, dict[str, Any]] = (
            None,
            {"fields": ("user", "name", "total_units")},
        )
        return [person] if obj is None else [person, (_("Now"), self._now())]

    def _now(self) -> dict[str, Any]:
        return {"fields": self.now_fields}

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        """Presence and load follow from work and from what people choose."""
        return () if obj is None else ("user", *self.now_fields)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponseBase:
        """With the newest stays in a presence below the form."""
        pk = int(object_id) if object_id.isdecimal() else 0
        facts = {"stays": presence_history.stays_of(pk)}
        answer: HttpResponseBase = super().change_view(
            request, object_id, form_url, {**facts, **(extra_context or {})}
        )
        return answer

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agent]:
        """With the skills that the list shows."""
        rows: QuerySet[Agent] = super().get_queryset(request)
        return rows.prefetch_related("agent_skills__skill")

    @admin.display(description=_("Presence set by"))
    def set_by(self, agent: Agent) -> str:
        return trail_words.actor_word(agent.presence_set_by)

    @admin.display(description=_("Units used"))
    def load(self, agent: Agent) -> str:
        return f"{agent.used_units} / {agent.total_units}"

    @admin.display(description=_("Skills"))
    def skill_list(self, agent: Agent) -> str:
        held = agent.agent_skills.all()
        return ", ".join(f"{row.skill.name} {row.proficiency}" for row in held)

    @admin.display(description=_("Notice to agents"))
    def notice_read(self, agent: Agent) -> str:
        return presence_history.notice_words(agent)

    @admin.display(description=_("Queues"))
    def queue_list(self, agent: Agent) -> str:
        return ", ".join(agent.queues.values_list("name", flat=True)) or str(_("none"))

    def save_model(
        self, request: HttpRequest, obj: Model, form: forms.Form, change: bool
    ) -> None:
        """Each change is a transition of its own."""
        assert isinstance(obj, Agent)
        by = administrator(request)
        if not change:
            _add(obj, by)
            return
        for name in form.changed_data:
            if name in _CHANGES:
                _CHANGES[name](obj, by)

    def save_formset(
        self, request: HttpRequest, form: forms.Form, formset: Any, change: bool
    ) -> None:
        """Skills are shown with the agent, so the agent's version must move."""
        formset.save(commit=False)  # only to fill the lists that the admin's log needs
        if formset.has_changed():
            scene = staffing.enter_agent(formset.instance.pk)
            staffing.set_skills(scene, _wanted(formset), by=administrator(request))


def _add(agent: Agent, by: Actor) -> None:
    made = staffing.add_agent(
        agent.user,
        name=agent.name,
        total_units=agent.total_units,
        by=by,
        now=moments.now(),
    )
    agent.pk, agent._state.adding = made.pk, False


def _rename(agent: Agent, by: Actor) -> None:
    staffing.rename_agent(staffing.enter_agent(agent.pk), agent.name, by=by)


def _resize(agent: Agent, by: Actor) -> None:
    scene = staffing.enter_agent(agent.pk)
    staffing.set_capacity(scene, agent.total_units, by=by)


_CHANGES: Mapping[str, Callable[[Agent, Actor], None]] = {
    "name": _rename,
    "total_units": _resize,
}


def _wanted(formset: Any) -> dict[str, int]:
    rows = [row for row in formset.cleaned_data if row and not row.get("DELETE")]
    return {row["skill"].name: row["proficiency"] for row in rows}


@admin.register(Skill)
class SkillAdmin(FloorAdmin):
    """A skill's name is shown with every agent who has it, so it stays as it is."""

    list_display = ("name",)
    search_fields = ("name",)
    fields = ("name",)

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Add another one instead."""
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Only one that no agent has: a slip of the pen."""
        if not isinstance(obj, Skill) or obj.agent_skills.exists():
            return False
        return bool(super(FloorAdmin, self).has_delete_permission(request, obj))
