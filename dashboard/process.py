"""What runs once in each server process: the hub, its doorbells, and the clock.

Started by the first connection of any kind, because not every server runs ASGI's
lifespan (setup.md, Servers of our own).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson
import structlog
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection

from conversations import doorbell
from conversations.clock import Clock
from conversations.sentiment import scorer
from dashboard.hub import Hub
from dashboard.rights import me
from dashboard.snapshot import Board, board_of
from live import doorbells
from live.meters import COMPARISON_AGE
from supervisor.scope import supervised_queues

PATIENCE = 10.0  # seconds for a snapshot that others may be packing

log = structlog.get_logger(__name__)
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


class Process:
    """The hub of this process and everything that belongs to it."""

    def __init__(self) -> None:
        self.hub: Hub | None = None
        self._clock = Clock()
        self.draining = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._receiving: asyncio.Task[None] | None = None
        self._sender: doorbells.Sender | None = None

    def start(self) -> Hub:
        """Start all of it in the running loop; starting again changes nothing."""
        if self.hub is None:
            self._loop = asyncio.get_running_loop()
            self.hub = Hub()
            self.hub.start()
            doorbells.overhear_in(self._loop, self.hub.ring)
            self._start_doorbells()
            # Reading its words takes a second that no customer should wait for.
            threading.Thread(target=scorer, name="sentiment", daemon=True).start()
            if settings.CLOCK == "inside":
                threading.Thread(
                    target=self._clock.run, name="clock", daemon=True
                ).start()
            self._tell_start(self.hub)
        return self.hub

    @property
    def has_pages(self) -> bool:
        """Whether any floor page is open here."""
        return self.hub is not None and self.hub.has_pages

    def board(self, user: User, known: str | None) -> Board:
        """The snapshot by HTTP: from the hub while that is live, else read now. Without
        a body when the caller has the entity tag `known`. Not for the loop's thread."""
        hub = self.hub
        if hub is None or not hub.is_live or self._loop is None:
            return board_of(user)
        about = orjson.dumps(me(user))
        work = hub.shipping.board(supervised_queues(user), user.pk, about, known)
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def say_goodbye(self) -> None:
        """The server will go: pages are told when to come back, and to others."""
        self.draining = True
        if self.hub is not None:
            self.hub.say_goodbye()

    async def stop(self) -> None:
        """End what was started; the server is going down."""
        self._clock.stop()
        if self._receiving is not None:
            self._receiving.cancel()
        if self.hub is not None:
            await self.hub.stop()

    def doorbell_answers(self) -> bool:
        """Whether rings reach the other processes; alone there is nothing to reach."""
        return self._sender is None or self._sender.answers()

    def _tell_start(self, hub: Hub) -> None:
        COMPARISON_AGE.labels("floor").set_function(lambda: hub.comparison_age)
        log.info(
            "process.started",
            version=settings.VERSION,
            database=connection.vendor,
            doorbell=settings.REDIS_URL.partition(":")[0] or "inside",
            clock=settings.CLOCK,
            hub=hub.name,
        )

    def _start_doorbells(self) -> None:
        if settings.REDIS_URL:
            self._sender = doorbells.Sender(settings.REDIS_URL)
            doorbell.listen(self._sender)
            self._receiving = asyncio.create_task(doorbells.receive(settings.REDIS_URL))


process = Process()


def with_process(application: Application) -> Application:
    """`application`, with the hub started at the first connection or at start-up."""

    async def run(scope: Message, receive: Receive, send: Send) -> None:
        process.start()
        if scope["type"] == "lifespan":
            await _live(receive, send)
        else:
            await application(scope, receive, send)

    return run


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        else:
            await process.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
