"""`python -m bench.sessions --count 200`: sessions of a supervisor who sees all."""

from __future__ import annotations

import argparse
from datetime import timedelta


def main() -> None:
    """Make them, and print one a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, required=True)
    for key in make(parser.parse_args().count):
        print(key)


def make(count: int) -> list[str]:
    """Sessions such as signing in makes, without the cost of passwords."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone
    from django.utils.crypto import get_random_string

    user = User.objects.get(username="bench-supervisor-0")
    claim = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    data, end = SessionStore().encode(claim), timezone.now() + timedelta(hours=8)
    keys = [get_random_string(32, "0123456789abcdef") for _ in range(count)]
    Session.objects.bulk_create(
        Session(session_key=key, session_data=data, expire_date=end) for key in keys
    )
    return keys


if __name__ == "__main__":
    import django

    django.setup()
    main()
