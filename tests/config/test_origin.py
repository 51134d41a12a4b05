"""Sockets are let in from our own pages and from origins that are trusted."""

import pytest
from pytest_django.fixtures import Settings

from config.origin import Scope, is_own


def scope(
    origin: str | None, host: str = "floor.example.com", scheme: str = "ws"
) -> Scope:
    headers = [(b"host", host.encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    return {"type": "websocket", "scheme": scheme, "headers": headers}


@pytest.fixture(autouse=True)
def hosts(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["floor.example.com", "[::1]"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://wall.example.com"]


@pytest.mark.parametrize(
    ("origin", "host", "scheme"),
    [
        ("http://floor.example.com", "floor.example.com", "ws"),
        ("https://floor.example.com", "floor.example.com", "wss"),
        ("http://floor.example.com:8000", "floor.example.com:8000", "ws"),
        ("http://[::1]:8000", "[::1]:8000", "ws"),
        ("https://wall.example.com", "floor.example.com", "wss"),
    ],
)
def test_our_own_pages_get_in(origin: str, host: str, scheme: str) -> None:
    assert is_own(scope(origin, host, scheme))


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "floor.example.com"),
        ("null", "floor.example.com"),
        ("http://evil.example.com", "floor.example.com"),
        ("http://evil.example.com", "evil.example.com"),
        ("http://floor.example.com:8001", "floor.example.com:8000"),
        ("https://floor.example.com", "floor.example.com"),
        ("http://wall.example.com", "floor.example.com"),
        ("http://floor.example.com.evil.com", "floor.example.com"),
    ],
)
def test_other_pages_do_not(origin: str | None, host: str) -> None:
    assert not is_own(scope(origin, host))
