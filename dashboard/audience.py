"""Everybody who supervises the same queues: one view, one set of frames, one parcel."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass

from dashboard import frames
from dashboard.floor import Change, Floor
from dashboard.parcel import Parcel
from dashboard.rights import Viewer
from dashboard.scope_view import ScopeView, gone_frame, rows_frame
from dashboard.stream import Stream
from dashboard.tally import Today
from live.wire import Shared

KEPT_FOR = 60.0  # seconds; whoever reloads the page finds the view as they left it


@dataclass(eq=False, slots=True)
class Watcher:
    """A supervisor's floor page: its stream, its rights, how to close it. `me` is JSON
    of who they are."""

    viewer: Viewer
    me: bytes
    stream: Stream
    close: Callable[[int], Awaitable[None]]


class Audience:
    """The pages of one scope, and what they are told."""

    def __init__(self, queues: frozenset[int], floor: Floor) -> None:
        self.view = ScopeView(queues, floor)
        self.pages: set[Watcher] = set()
        self.tiles: dict[str, object] = {}
        self.parcel: Parcel | None = None
        self.packing: asyncio.Task[None] | None = None

    def tell_changes(self, tick: int, changes: Iterable[Change]) -> None:
        """What a tick changed in this scope, encoded once for all of its pages."""
        delta = self.view.absorb(changes)
        if not delta:
            return
        if self.parcel is not None:
            self.parcel.note(delta)
        ready = [Shared(rows_frame(tick, delta.rows))] if delta.rows else []
        ready += [Shared(gone_frame(tick, delta.gone))] if delta.gone else []
        for page in self.pages:
            page.stream.tell(tick, delta, ready)

    def start_over(self, floor: Floor) -> None:
        """A change may be missing here, which no comparison of the floor would find:
        see it all anew, and so do the pages."""
        self.view = ScopeView(self.view.queues, floor)
        self.parcel = None
        for page in self.pages:
            page.stream.start_over(self.view)

    def tell_tiles(self, tick: int, today: dict[int, Today]) -> None:
        """The figures, where they are others than before."""
        tiles = self.view.tiles(today)
        if tiles != self.tiles:
            self.tiles = tiles
            self.tell_extra("metrics", frames.metrics(tick, tiles))

    def tell_extra(self, kind: str, frame: str) -> None:
        """A frame beside the rows for all pages."""
        shared = Shared(frame)
        for page in self.pages:
            page.stream.tell_extra(kind, shared)


class Audiences:
    """All scopes that are looked at, or were a moment ago."""

    def __init__(self, floor: Floor, now: Callable[[], float]) -> None:
        self._floor = floor
        self._now = now
        self._by_queues: dict[frozenset[int], Audience] = {}
        self._by_user: dict[int, set[Watcher]] = {}
        self._left_at: dict[frozenset[int], float] = {}

    def __iter__(self) -> Iterator[Audience]:
        return iter(tuple(self._by_queues.values()))

    def of(self, queues: frozenset[int]) -> Audience:
        """The audience of this scope, made when its first one comes."""
        if queues not in self._by_queues:
            self._by_queues[queues] = Audience(queues, self._floor)
        self._left_at[queues] = self._now()
        return self._by_queues[queues]

    @property
    def pages(self) -> list[Watcher]:
        """Every open page."""
        return [page for own in self._by_user.values() for page in own]

    def pages_of(self, user: int) -> Iterable[Watcher]:
        """The open pages of one person."""
        return tuple(self._by_user.get(user, ()))

    @property
    def users(self) -> set[int]:
        """Everybody who has a page open."""
        return set(self._by_user)

    def add(self, page: Watcher) -> None:
        """A page has come."""
        self.of(page.viewer.queues).pages.add(page)
        self._by_user.setdefault(page.viewer.user, set()).add(page)

    def remove(self, page: Watcher) -> None:
        """The page has gone; removing it twice changes nothing."""
        queues, user = page.viewer.queues, page.viewer.user
        if queues in self._by_queues:
            self._by_queues[queues].pages.discard(page)
            self._left_at[queues] = self._now()
        own = self._by_user.get(user, set())
        own.discard(page)
        if not own:
            self._by_user.pop(user, None)

    def forget(self) -> None:
        """No scope is known any more; the pages have been turned out."""
        self._by_queues.clear()
        self._by_user.clear()
        self._left_at.clear()

    def let_go(self) -> None:
        """Forget the scopes at which nobody has looked for a while."""
        oldest = self._now() - KEPT_FOR
        for queues, audience in tuple(self._by_queues.items()):
            if not audience.pages and self._left_at[queues] <= oldest:
                del self._by_queues[queues], self._left_at[queues]
