"""Lets a socket in only from pages of this server, or of an origin it trusts."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http.request import validate_host

Scope = dict[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]
SCHEMES = {"ws": "http", "wss": "https"}


class OwnOrigin:
    """The whole origin counts, port and scheme too, as it does for cookies."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        app = self.app if is_own(scope) else Refusal.as_asgi()
        await app(scope, receive, send)


class SiteOrigin:
    """Lets in our own pages, and those of origins that `may_embed` knows: for sockets
    that no cookie opens. Which of the two it was, the socket finds in its scope."""

    def __init__(self, app: App, may_embed: Callable[[str], Awaitable[bool]]) -> None:
        self.app = app
        self.may_embed = may_embed

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if is_own(scope):
            await self.app(scope, receive, send)
            return
        origin = dict(scope["headers"]).get(b"origin", b"").decode("latin-1")
        known = bool(origin) and await self.may_embed(origin)
        app = self.app if known else Refusal.as_asgi()
        await app({**scope, "foreign_origin": origin}, receive, send)


def by_path(apps: Mapping[str, App], others: App) -> App:
    """The app of exactly this path, else `others`."""

    async def run(scope: Scope, receive: Any, send: Any) -> None:
        await apps.get(scope["path"], others)(scope, receive, send)

    return run


class Refusal(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        await self.close()


def is_own(scope: Scope) -> bool:
    """No origin, no entry: the cookie could be anybody's."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    origin, host = headers.get(b"origin", ""), headers.get(b"host", "")
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    own = f"{SCHEMES.get(scope.get('scheme', 'ws'), 'http')}://{host}"
    return origin == own and validate_host(name, settings.ALLOWED_HOSTS or [])
