"""Quick replies in Django admin: what agents send often, by shortcut and language."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
)

from conversations.events import Actor
from conversations.models import Queue
from conversations.transitions import wording
from desk.models import QuickReply

PLACEHOLDERS = frozenset({"%(customer)s", "%(agent)s"})
PLACEHOLDER = re.compile(r"%(?:\([^)]*\)?s?)?")


class QuickReplyForm(forms.ModelForm):  # type: ignore[type-arg]
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("any")), *settings.LANGUAGES],
        help_text=_(
            "Offered first where the customer writes in it; the same shortcut may "
            "exist once in each language."
        ),
        widget=UnfoldAdminSelectWidget,
    )

    queues = forms.ModelMultipleChoiceField(
        label=_("Queues"),
        required=False,
        queryset=Queue.objects.all(),
        help_text=_("Where it is offered. None chosen: everywhere."),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        help_texts = {
            "shortcut": _("What agents type behind a slash, such as hello."),
            "title": _("What agents read in the list."),
            "text": _(
                "%(customer)s and %(agent)s become names when it is put into the "
                "reply box; the agent can still change it there."
            ),
        }

    def clean_text(self) -> str:
        """A slip in a placeholder would reach customers as it stands."""
        text = str(self.cleaned_data["text"])
        for found in PLACEHOLDER.findall(text):
            if found.startswith("%(") and found not in PLACEHOLDERS:
                raise forms.ValidationError(
                    _now("“%(found)s” is unknown; there are %(known)s.")
                    % {"found": found[:40], "known": ", ".join(sorted(PLACEHOLDERS))}
                )
        return text


@admin.register(QuickReply)
class QuickReplyAdmin(ModelAdmin):
    """Nothing on the floor shows them, so they may come and go."""

    form = QuickReplyForm
    list_display = ("shortcut", "title", "language", "queue_list")
    list_filter = ("language", "queues")
    search_fields = ("shortcut", "title", "text")
    search_help_text = _("Search")
    fields = ("shortcut", "language", "title", "text", "queues")
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuickReply]:
        """With the queues that the list names."""
        rows: QuerySet[QuickReply] = super().get_queryset(request)
        return rows.prefetch_related("queues")

    @admin.display(description=_("Queues"))
    def queue_list(self, reply: QuickReply) -> str:
        names = [queue.name for queue in reply.queues.all()]
        return ", ".join(names) or str(_("all"))

    def save_model(
        self, request: HttpRequest, obj: Model, form: Any, change: bool
    ) -> None:
        """The audit trail says who, and which; never the text."""
        super().save_model(request, obj, form, change)
        wording.note_quick_reply(_name(obj), by=_administrator(request))

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """What was sent with it stays in the transcripts."""
        name = _name(obj)
        super().delete_model(request, obj)
        wording.note_quick_reply(name, by=_administrator(request), removed=True)


def _name(reply: Model) -> str:
    assert isinstance(reply, QuickReply)
    return f"{reply.shortcut} ({reply.language})" if reply.language else reply.shortcut


def _administrator(request: HttpRequest) -> Actor:
    assert isinstance(request.user, User)  # nobody else comes into Django admin
    return Actor.administrator(request.user)
