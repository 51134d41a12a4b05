"""The audit trail: every event, to read, to filter and to export; never to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.roles import Role, power_of
from conversations.events import shown_name
from conversations.models import Event
from supervisor.admin import trail_words
from supervisor.admin.trail_export import csv_answer

LARGEST_ID = 2**63 - 1


class KindFilter(admin.SimpleListFilter):
    title = _("what")
    parameter_name = "kind"

    def lookups(
        self, request: HttpRequest, model_admin: object
    ) -> list[tuple[str, str]]:
        """By the alphabet of the reader's language."""
        words = trail_words.KIND_WORDS.items()
        return sorted(
            ((str(kind), str(word)) for kind, word in words), key=lambda pair: pair[1]
        )

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Event]
    ) -> QuerySet[Event]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class ActorKindFilter(admin.SimpleListFilter):
    title = _("part")
    parameter_name = "actor_kind"

    def lookups(
        self, request: HttpRequest, model_admin: object
    ) -> list[tuple[str, str]]:
        return [(kind, str(word)) for kind, word in trail_words.ACTOR_WORDS.items()]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Event]
    ) -> QuerySet[Event]:
        return queryset.filter(actor_kind=self.value()) if self.value() else queryset


class ActorFilter(admin.SimpleListFilter):
    """Those with powers over others; agents, who are many, are found by name."""

    title = _("supervisor or administrator")
    parameter_name = "actor"

    def lookups(
        self, request: HttpRequest, model_admin: object
    ) -> list[tuple[str, str]]:
        powers = [power_of(Role.SUPERVISOR), power_of(Role.ADMINISTRATOR)]
        able = Q(groups__permissions__in=powers) | Q(is_superuser=True)
        people = User.objects.filter(able).distinct().order_by("username")
        return [(str(user.pk), shown_name(user)) for user in people]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Event]
    ) -> QuerySet[Event]:
        chosen = _number(self.value() or "")
        return queryset if chosen is None else queryset.filter(actor=chosen)


@admin.register(Event)
class TrailAdmin(ModelAdmin):
    list_display = ("time", "what", "who", "conversation_number", "reason")
    list_display_links = ("time", "what")
    list_filter = (KindFilter, ActorKindFilter, ActorFilter)
    list_per_page = 50
    date_hierarchy = "at"
    ordering = ("-at", "-id")
    show_full_result_count = False
    search_fields = ("actor_name",)
    search_help_text = _("A conversation's number, or the name of who did it")
    actions = None
    fields = readonly_fields = (
        "time",
        "what",
        "code",
        "who",
        "conversation_number",
        "reason",
        "facts",
        "changed",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Events come from transitions alone."""
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Nobody; the database refuses it too."""
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Nobody but `manage.py retain`, which leaves a record."""
        return False

    @admin.display(description=_("Time"), ordering="at")
    def time(self, event: Event) -> str:
        return date_format(localtime(event.at), "Y-m-d H:i:s")

    @admin.display(description=_("What"), ordering="kind")
    def what(self, event: Event) -> str:
        return trail_words.kind_words(event.kind)

    @admin.display(description=_("Code"))
    def code(self, event: Event) -> str:
        return event.kind

    @admin.display(description=_("Who"))
    def who(self, event: Event) -> str:
        return trail_words.who(event)

    @admin.display(description=_("Conversation"), empty_value="")
    def conversation_number(self, event: Event) -> str | None:
        return f"#{event.conversation_id}" if event.conversation_id else None

    @admin.display(description=_("Facts"))
    def facts(self, event: Event) -> str:
        return _in_lines(trail_words.facts(event)) or str(_("none"))

    @admin.display(description=_("Changed"))
    def changed(self, event: Event) -> str:
        return _in_lines(trail_words.changes(event)) or str(_("nothing that is shown"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        """A number is a conversation's; anything else is somebody's name."""
        number = _number(search_term.strip().removeprefix("#"))
        if number is not None:
            return queryset.filter(conversation=number), False
        found: tuple[QuerySet[Event], bool]
        found = super().get_search_results(request, queryset, search_term)
        return found

    def get_urls(self) -> list[URLPattern]:
        """The export stands beside the list."""
        export = path(
            "export/",
            self.admin_site.admin_view(self.export),
            name="conversations_event_export",
        )
        return [export, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """The export takes over the filters of the list."""
        address = reverse("admin:conversations_event_export")
        facts = {
            "title": _("Audit trail"),
            "subtitle": None,
            "export_address": f"{address}?{request.GET.urlencode()}",
        }
        answer: HttpResponseBase = super().changelist_view(
            request, {**facts, **(extra_context or {})}
        )
        return answer

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponseBase:
        """An event has no history: it is one."""
        facts = {"show_history": False, **(extra_context or {})}
        answer: HttpResponseBase = super().change_view(
            request, object_id, form_url, facts
        )
        return answer

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The filtered list, whole, as CSV."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            events = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse("admin:conversations_event_changelist"))
        return csv_answer(request, events)


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal()):
        return None
    number = int(text) if len(text) < 20 else LARGEST_ID
    return min(number, LARGEST_ID)


def _in_lines(lines: list[str]) -> SafeString:
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in lines))
