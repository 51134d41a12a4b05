"""`python -m bench.callers`: a machine and a supervisor with tokens known beforehand.

Copies of one database get the same rows by it, so that what was asked of one can be
asked of another word for word.
"""

from __future__ import annotations

from datetime import timedelta

MACHINE = "bench-machine"
SUPERVISOR = "bench-supervisor-0"
CALLERS = (MACHINE, SUPERVISOR)


def token_of(username: str) -> str:
    """What this one shows at the door."""
    return f"for-measuring-alone-{username}"


def main() -> None:
    """Make the machine, and a token for each of them."""
    from django.contrib.auth.models import User

    from accounts.roles import Role, grant

    machine, _made = User.objects.get_or_create(username=MACHINE, password="!")
    grant(machine, Role.API_ACCESS)
    for user in User.objects.filter(username__in=CALLERS):
        _give(user.username)


def _give(username: str) -> None:
    from django.contrib.auth.models import User
    from django.utils import timezone

    from accounts.models import AccessToken
    from accounts.tokens import digest_of

    user, now = User.objects.get(username=username), timezone.now()
    AccessToken.objects.create(
        digest=digest_of(token_of(username)),
        user=user,
        created_at=now,
        expires_at=now + timedelta(hours=8),
        password_stamp=user.get_session_auth_hash(),
    )


if __name__ == "__main__":
    import django

    django.setup()
    main()
