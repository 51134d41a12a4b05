"""What load balancers and Prometheus ask, answered in front of Django: without its
threads, its sessions and its list of hosts, so that the answer is about the process."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from hmac import compare_digest
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings
from prometheus_client import REGISTRY, make_asgi_app

from dashboard.health import Health
from dashboard.meters import HubMeters
from dashboard.process import process

if TYPE_CHECKING:
    from dashboard.process import Application, Message, Receive, Send

BEHIND_A_PROXY = frozenset(
    {b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host"}
    | {b"x-forwarded-proto", b"x-real-ip"}
)
OWN_NAMES = frozenset({b"localhost", b"127.0.0.1", b"[::1]"})
STARTED = time.monotonic()

health = Health(process)
REGISTRY.register(HubMeters(process))
_exposition = make_asgi_app()


def with_probes(application: Application) -> Application:
    """`application`, with the addresses of `PROBES` in front of it."""

    async def run(scope: Message, receive: Receive, send: Send) -> None:
        probe = PROBES.get(scope["path"]) if scope["type"] == "http" else None
        await (probe or application)(scope, receive, send)

    return run


async def healthz(_scope: Message, _receive: Receive, send: Send) -> None:
    """Is this process alive, and does its loop turn? Asks nobody else."""
    uptime = round(time.monotonic() - STARTED, 1)
    said = {"status": "ok", "version": settings.VERSION, "uptime": uptime}
    await _answer(send, 200, said)


async def readyz(_scope: Message, _receive: Receive, send: Send) -> None:
    """Should this process get people? Each part of the answer by itself."""
    report = await health.report()
    said = {"status": report.status, **report.parts, "draining": report.draining}
    await _answer(send, 200 if report.status == "ok" else 503, said)


async def metrics(scope: Message, receive: Receive, send: Send) -> None:
    """The figures, for callers on this machine and for bearers of METRICS_TOKEN."""
    if not may_measure(scope, settings.METRICS_TOKEN):
        await _answer(send, 403, {"code": "not_authenticated"})
        return
    await health.report()  # so that what it found is as new as the rest
    await _exposition(scope, receive, send)


PROBES: Mapping[str, Callable[[Message, Receive, Send], Awaitable[None]]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics,
}


def may_measure(scope: Message, token: str) -> bool:
    """With the token from anywhere; without, from this machine and through no proxy.

    The name by which it is called must be this machine's too: to a page of somebody
    else that has its name point here, a browser would hand over everything.
    """
    headers = dict(scope["headers"])
    given = headers.get(b"authorization", b"")
    if token and compare_digest(given, b"Bearer " + token.encode()):
        return True
    direct = not headers.keys() & BEHIND_A_PROXY
    own_name = _without_port(headers.get(b"host", b"")) in OWN_NAMES
    return direct and own_name and _is_loopback(scope.get("client"))


def _without_port(host: bytes) -> bytes:
    name, _colon, port = host.rpartition(b":")
    return name if port.isdigit() else host


def _is_loopback(client: tuple[str, int] | None) -> bool:
    try:
        return client is not None and ip_address(client[0]).is_loopback
    except ValueError:
        return False


async def _answer(send: Send, status: int, said: Mapping[str, Any]) -> None:
    body = orjson.dumps(said)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
