"""What all pages that change the floor share: one transaction, no deletion, and no
overwriting of what somebody else has just saved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from conversations.events import Actor
from conversations.locks import one_transaction


class FreshForm(forms.ModelForm):  # type: ignore[type-arg]
    """Knows what it was made from: two administrators who save at the same time must
    not undo each other's changes unseen."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.stamp()

    def stamp(self) -> str:
        """Stands for all that the page shows to be changed, as the database has it."""
        shown = {name: self.initial.get(name) for name in self.fields}
        shown.pop("seen", None)
        facts = repr([*sorted(shown.items()), *self.shown_beside()])
        return hashlib.sha256(facts.encode()).hexdigest()[:24]

    def shown_beside(self) -> Iterable[object]:
        """What else is on the page, such as rows of a table."""
        return ()

    def clean(self) -> dict[str, Any]:
        """The page must not be out of date."""
        data = super().clean() or {}
        seen = data.get("seen")
        if self.instance.pk is not None and seen and seen != self.stamp():
            raise forms.ValidationError(
                _(
                    "Somebody else has changed this since you opened the page, so "
                    "nothing was saved. Reload it and make your change again."
                )
            )
        return data


class FloorAdmin(ModelAdmin):
    """Things of the floor stay in the records of conversations: none is deleted.

    Subclasses write through the transitions alone, so that versions, the audit trail
    and the open pages follow.
    """

    actions = None
    search_help_text = gettext_lazy("Search")
    change_form_before_template: str | None = "admin/hidden_fields.html"

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Not even for superusers."""
        return False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Locked for a change, so that the form starts from what is true."""
        if request.method == "POST" and object_id.isdecimal():
            _lock(self.model._default_manager.filter(pk=object_id))
        return super().get_object(request, object_id, from_field)

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


def _lock(rows: QuerySet[Any]) -> None:
    list(rows.select_for_update(no_key=True).values_list("pk"))


def administrator(request: HttpRequest) -> Actor:
    """Who the audit trail shall name."""
    assert isinstance(request.user, User)  # nobody else comes into Django admin
    return Actor.administrator(request.user)
