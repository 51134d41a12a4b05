"""What every test stands on."""

from typing import Any

import hypothesis
from django.conf import settings


def pytest_configure() -> None:
    # No test is about time, and what was found once is found again.
    hypothesis.settings.register_profile("floor", deadline=None, derandomize=True)
    hypothesis.settings.load_profile("floor")
    # Pages are rendered without collecting files first; the browser tests do collect.
    storages: dict[str, Any] = settings.STORAGES
    storages["staticfiles"] = {"BACKEND": settings.PLAIN_FILES}
    # A true password hash takes half a second, on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
