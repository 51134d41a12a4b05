"""Chat sites in Django admin: where customers write, and the line that embeds it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from conversations.locks import one_transaction
from conversations.models import Workstream
from conversations.states import Channel
from gateways.chat.sites import as_origin
from gateways.models import ChatSite


class ChatSiteForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        labels = {
            "key": _("Key"),
            "name": _("Name"),
            "workstream": _("Workstream"),
            "offline_workstream": _("Workstream for offline messages"),
            "origins": _("Websites that may show it"),
            "is_default": _("Default"),
        }
        help_texts = {
            "key": _("Stands in the address of the chat. Fixed once made."),
            "name": _("What customers read above the chat."),
            "workstream": _("Takes the chats in: its channel, queue and timers."),
            "offline_workstream": _(
                "Takes in what customers leave while its queue is closed. Empty: "
                "nothing can be left."
            ),
            "origins": _(
                "One a line, with https:// and without a path, such as "
                "https://www.example.com. No other website can embed the chat."
            ),
            "is_default": _("Opens where the address names no site."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offline = self.fields.get("offline_workstream")
        if isinstance(offline, forms.ModelChoiceField):
            offline.queryset = Workstream.objects.exclude(channel=Channel.VOICE)
        if "origins" in self.fields:
            self.fields["origins"].widget.attrs["rows"] = 4

    def clean_origins(self) -> str:
        """Whole origins as browsers send them, each once."""
        lines = [line for line in self.cleaned_data["origins"].splitlines() if line]
        wrong = [line.strip() for line in lines if not as_origin(line)]
        if wrong:
            problem = _now("This is no whole origin: %(line)s") % {"line": wrong[0]}
            raise forms.ValidationError(problem)
        return "\n".join(dict.fromkeys(as_origin(line) for line in lines))

    def clean_is_default(self) -> bool:
        """There is one default at most."""
        wanted = bool(self.cleaned_data["is_default"])
        others = ChatSite.objects.exclude(pk=self.instance.pk)
        other = others.filter(is_default=True).first() if wanted else None
        if other is not None:
            problem = _now("%(site)s is the default; take that away there first.")
            raise forms.ValidationError(problem % {"site": other.name})
        return wanted


@admin.register(ChatSite)
class ChatSiteAdmin(ModelAdmin):
    form = ChatSiteForm
    actions = None
    list_display = ("name", "key", "workstream", "is_default")
    list_select_related = ("workstream",)
    search_fields = ("name", "key")
    search_help_text = _("Search")
    fieldsets = (
        (None, {"fields": ("name", "key", "is_default")}),
        (_("Work"), {"fields": ("workstream", "offline_workstream")}),
        (_("Embedding"), {"fields": ("embed_code", "origins")}),
    )

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        """Other websites hold the key in their pages."""
        return ("embed_code",) if obj is None else ("key", "embed_code")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Model | None:
        """With the address that the line to copy begins with."""
        site: Model | None = super().get_object(request, object_id, from_field)
        if isinstance(site, ChatSite):
            script = request.build_absolute_uri(reverse("chat-widget"))
            site.script = script  # type: ignore[attr-defined]
        return site

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChatSite]:
        """In the order of their names."""
        rows: QuerySet[ChatSite] = super().get_queryset(request)
        return rows.order_by("name")

    @admin.display(description=_("The line for the website"))
    def embed_code(self, site: ChatSite) -> str:
        """To be put into the pages that shall show the chat."""
        script = getattr(site, "script", None)
        if script is None:
            return _now("Save first; the line to copy is here then.")
        line = f'<script src="{script}" data-site="{site.key}" async></script>'
        return format_html(
            '<span x-data class="flex items-center gap-3">'
            '<code x-ref="line" translate="no">{}</code>'
            '<button type="button" class="underline"'
            ' x-on:click="navigator.clipboard.writeText($refs.line.textContent)">{}'
            "</button></span>",
            line,
            _now("Copy"),
        )

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponseBase:
        """A form is read, checked and saved in the domain's own kind of transaction."""
        show = super().changeform_view
        if request.method == "POST":
            show = one_transaction(show)
        answer: HttpResponseBase = show(request, object_id, form_url, extra_context)
        return answer
