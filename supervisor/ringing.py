"""Rings when somebody's rights may have changed outside a transition: a role given or
taken, a user saved, a session ended. Open pages then compare at once; without the ring
they would within a second."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import Group, User
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import m2m_changed, post_save

from conversations.doorbell import Ring, ring_on_commit

RIGHTS = Ring(rights=True)
MOVED = frozenset({"post_add", "post_remove", "post_clear"})


def listen() -> None:
    """Begin to ring; listening twice changes nothing."""
    for sender in (User.groups.through, Group.permissions.through):
        m2m_changed.connect(_moved, sender=sender, dispatch_uid=f"rights {sender}")
    post_save.connect(_saved, sender=User, dispatch_uid="rights of a user")
    user_logged_out.connect(_ended, dispatch_uid="rights of a session")


def _moved(*, action: str, **_signal: object) -> None:
    if action in MOVED:
        ring_on_commit(RIGHTS)


def _saved(*, update_fields: Collection[str] | None, **_signal: object) -> None:
    # Each log-in saves when it was, which is nobody's right.
    if update_fields is None or set(update_fields) != {"last_login"}:
        ring_on_commit(RIGHTS)


def _ended(**_signal: object) -> None:
    ring_on_commit(RIGHTS)
