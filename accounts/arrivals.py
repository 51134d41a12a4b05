"""Who stands behind the session cookie of a socket that opens: many in one look."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.admission import admitted

Headers = Collection[tuple[bytes, bytes]]


def session_key_of(headers: Headers) -> str:
    """The session that a handshake names; empty where it names none."""
    for name, value in headers:
        if name == b"cookie":
            cookies = parse_cookie(value.decode("latin-1"))
            return cookies.get(settings.SESSION_COOKIE_NAME, "")
    return ""


def users_of_sessions(keys: Collection[str]) -> dict[str, User]:
    """Session key -> the user who is signed in with it; two queries for all of them.

    Left out is whose session has ended, whose password has changed since, and who may
    not come in any more: the same rules as for each request.
    """
    claims = _claims(keys)
    wanted = {claim[SESSION_KEY] for claim in claims.values()}
    users = {str(u.pk): u for u in admitted(User.objects.filter(pk__in=wanted))}
    found = {key: users.get(claim[SESSION_KEY]) for key, claim in claims.items()}
    return {
        key: user
        for key, user in found.items()
        if user is not None and _is_theirs(claims[key], user)
    }


def _claims(keys: Collection[str]) -> dict[str, Mapping[str, str]]:
    """What each living session says of its user; sessions of nobody are left out."""
    alive = Session.objects.filter(
        session_key__in=set(keys), expire_date__gt=timezone.now()
    )
    said = {session.session_key: session.get_decoded() for session in alive}
    return {key: claim for key, claim in said.items() if SESSION_KEY in claim}


def _is_theirs(claim: Mapping[str, str], user: User) -> bool:
    known_way = claim.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    stamp = claim.get(HASH_SESSION_KEY, "")
    return known_way and constant_time_compare(stamp, user.get_session_auth_hash())
