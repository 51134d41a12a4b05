"""Whether the people behind open sockets are still signed in: a session is read once
when a socket opens, and its end must close the socket all the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol, TypeVar

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.admission import admitted


class SignedIn(Protocol):
    """A user with the session and the password stamp of when they came."""

    @property
    def user(self) -> int: ...

    @property
    def session(self) -> str: ...

    @property
    def stamp(self) -> str: ...


S = TypeVar("S", bound=SignedIn)


def signed_out(people: Collection[S]) -> set[S]:
    """Those whose session has ended, whose password has changed, or who may not come
    in any more; two queries for all of them."""
    stamps = {
        user.pk: user.get_session_auth_hash()
        for user in admitted(User.objects.filter(pk__in={p.user for p in people}))
    }
    sessions = _alive(person.session for person in people)
    return {
        person
        for person in people
        if person.session not in sessions or stamps.get(person.user) != person.stamp
    }


def _alive(keys: Iterable[str]) -> frozenset[str]:
    sessions = Session.objects.filter(
        session_key__in=set(keys), expire_date__gt=timezone.now()
    )
    return frozenset(sessions.values_list("session_key", flat=True))
