"""Hands out snapshots: each scope's is packed once for all, over socket or HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from conversations.moments import iso
from dashboard import frames
from dashboard.audience import Audience, Watcher
from dashboard.parcel import Head, Parcel
from dashboard.snapshot import Board, tag_of
from dashboard.stream import Whole

if TYPE_CHECKING:
    from dashboard.hub import Hub

POLLED_FOR = 1.0  # seconds; an answer by HTTP may be as old as that, and says so


class Shipping:
    """The parcels of one hub."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._now = asyncio.get_running_loop().time
        self._turn = asyncio.Lock()
        self.packed = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hub-packing")

    def stop(self) -> None:
        """Pack no more."""
        self._thread.shutdown(wait=False)

    @asynccontextmanager
    async def in_turn(self) -> AsyncIterator[None]:
        """One snapshot is sent at a time, and then as long again belongs to the others:
        a thousand who come at once take half of the loop at the most."""
        async with self._turn:
            began = self._now()
            yield
            await asyncio.sleep(self._now() - began)

    def whole(self, audience: Audience, page: Watcher) -> Whole | None:
        """The snapshot for this page; None while it is being packed, after which the
        page is caught up by itself."""
        parcel = audience.parcel
        if parcel is None or not parcel.serves(self._now()):
            parcel = self._order(audience)
        return self._given(audience, parcel, page) if parcel.is_packed else None

    async def board(
        self, queues: frozenset[int], user: int, me: bytes, known: str | None
    ) -> Board:
        """The same by HTTP; without a body when the caller has it already (`known`)."""
        audience = self._hub.audiences.of(queues)
        parcel = await self._for_http(audience)
        tag = tag_of(parcel, user, queues)
        # What nothing was told after is as true as the newest comparison.
        at = parcel.head["compared_at"] if parcel.since else self._head()["compared_at"]
        return Board(b"" if known == tag else parcel.frame(me), tag, at)

    async def _for_http(self, audience: Audience) -> Parcel:
        parcel = audience.parcel
        if parcel is None or self._is_past(audience, parcel):
            parcel = self._order(audience)
        while not parcel.is_packed:
            assert audience.packing is not None
            await asyncio.shield(audience.packing)
            parcel = audience.parcel or self._order(audience)
        return parcel

    def _is_past(self, audience: Audience, parcel: Parcel) -> bool:
        is_other = bool(parcel.since) or parcel.tiles != audience.tiles
        return is_other and parcel.age(self._now()) > POLLED_FOR

    def _order(self, audience: Audience) -> Parcel:
        """Have everything packed as it is at this moment; one at a time for a scope."""
        parcel = audience.parcel
        if parcel is not None and not parcel.is_packed:
            return parcel
        hub = self._hub
        audience.tell_tiles(hub.tick, hub.proof.today)
        audience.parcel = parcel = Parcel(
            audience.view,
            self._head(),
            settings=hub.proof.settings,
            tiles=audience.tiles,
            made_at=self._now(),
        )
        audience.packing = asyncio.create_task(self._pack(audience, parcel))
        return parcel

    async def _pack(self, audience: Audience, parcel: Parcel) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._thread, parcel.pack)
        except Exception:
            if audience.parcel is parcel:
                audience.parcel = None
            raise
        self.packed += 1
        for page in tuple(audience.pages):
            if page.stream.needs_snapshot:
                async with self.in_turn():
                    whole = partial(self._waited_for, audience, parcel, page)
                    page.stream.catch_up(self._hub.tick, whole)

    def _waited_for(
        self, audience: Audience, parcel: Parcel, page: Watcher
    ) -> Whole | None:
        """The parcel that this page waited for; the next one where another has taken
        its place meanwhile, since nothing that was told is noted in it any more."""
        if audience.parcel is parcel:
            return self._given(audience, parcel, page)
        return self.whole(audience, page)

    def _given(self, audience: Audience, parcel: Parcel, page: Watcher) -> Whole:
        if parcel.tiles != audience.tiles:
            tiles = frames.metrics(self._hub.tick, audience.tiles)
            page.stream.tell_extra("metrics", tiles)
        return Whole(parcel.head["tick"], parcel.frame(page.me), parcel.since)

    def _head(self) -> Head:
        return {
            "server_time": iso(datetime.now(UTC)),
            "compared_at": iso(self._hub.proof.compared_at),
            "hub": self._hub.name,
            "tick": self._hub.tick,
        }
