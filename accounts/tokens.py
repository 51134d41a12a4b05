"""Access tokens for machines: issued for a password, checked on every request."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.admission import is_admitted
from accounts.models import AccessToken

LIFETIME = timedelta(days=30)
KEYWORD = "Token"


def issue(user: User) -> str:
    """A new token for the user; it is shown this once and never stored."""
    return mint(user)[0]


def mint(user: User) -> tuple[str, AccessToken]:
    """A new token with its row; the user's expired rows go at the same time."""
    now = timezone.now()
    user.access_tokens.filter(expires_at__lte=now).delete()
    token = secrets.token_urlsafe(32)
    row = AccessToken.objects.create(
        digest=digest_of(token),
        user=user,
        created_at=now,
        expires_at=now + LIFETIME,
        password_stamp=user.get_session_auth_hash(),
    )
    return token, row


def digest_of(token: str) -> str:
    """Plain SHA-256 will do: the token is random, so there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_valid(row: AccessToken, now: datetime) -> bool:
    """Whether the token of this row still opens the door for its user."""
    return now < row.expires_at and _password_unchanged(row) and is_admitted(row.user)


def _password_unchanged(row: AccessToken) -> bool:
    # The fallbacks keep tokens alive while an administrator rotates SECRET_KEY.
    user = row.user
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(row.password_stamp, each) for each in hashes)


@receiver(post_save, sender=User)
def revoke_at_deactivation(instance: User, **_context: object) -> None:
    """A deactivated user's tokens stay dead even if the user is activated again."""
    if not instance.is_active:
        instance.access_tokens.all().delete()


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token ...`; anything wrong with it is one and the same 401."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        """The token's user, or None where the header is not for this scheme."""
        scheme, _space, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != KEYWORD.lower().encode():
            return None
        row = _row_of(token.strip())
        if row is None or not is_valid(row, timezone.now()):
            raise AuthenticationFailed(_("This token is not valid (any more)."))
        return row.user, row

    def authenticate_header(self, request: Request) -> str:
        """Makes the framework answer 401, not 403, to whoever is not logged in."""
        return KEYWORD


def _row_of(token: bytes) -> AccessToken | None:
    # Latin-1 decodes every byte: a strange header is a wrong token, never an error.
    digest = digest_of(token.decode("latin-1"))
    rows = AccessToken.objects.select_related("user__demo_account")
    return rows.filter(digest=digest).first()
