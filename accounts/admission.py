"""Who may come in at all: active users, and demo users only while DEMO is on."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet


def admitted(users: QuerySet[User]) -> QuerySet[User]:
    """Those of the users who may act right now."""
    active = users.filter(is_active=True)
    return active if settings.DEMO else active.filter(demo_account__isnull=True)


def is_admitted(user: User) -> bool:
    """Whether this user may act right now; costs a query only where DEMO is off and
    the account was not read with the user."""
    if not user.is_active:
        return False
    return bool(settings.DEMO) or not hasattr(user, "demo_account")
