"""What all pages that change the floor share: one transaction, and no deletion."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from unfold.admin import ModelAdmin

from conversations.events import Actor
from conversations.locks import one_transaction


class FloorAdmin(ModelAdmin):
    """Things of the floor stay in the records of conversations: none is deleted.

    Subclasses write through the transitions alone, so that versions, the audit trail
    and the open pages follow.
    """

    actions = None

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Not even for superusers."""
        return False

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


def administrator(request: HttpRequest) -> Actor:
    """Who the audit trail shall name."""
    assert isinstance(request.user, User)  # nobody else comes into Django admin
    return Actor.administrator(request.user)
