"""The snapshot of one scope, packed once for everybody who comes within a short time.

Packing ten thousand rows takes a tenth of a second, so it happens in a thread while
the stream goes on; what the stream tells meanwhile, and after, is noted here. Whoever
is sent the parcel has just that pending behind it: an old one is never an old screen.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import TypedDict

import orjson

from dashboard.floor import Gone, Key
from dashboard.scope_view import Delta, ScopeView, listed
from live.digest import shown

SHARED_FOR = 5.0  # seconds; then the next one who comes has a new one packed
MOST_SINCE = 1_000  # rows that are sent once more behind it; beyond, a new one is less
LEVEL = 6
GZIP = 16 + zlib.MAX_WBITS


class Head(TypedDict):
    """Whose snapshot it is, and of when (interface, HTTP)."""

    server_time: str | None
    compared_at: str | None
    hub: str
    tick: int


class Parcel:
    """Everything that a scope shows at its tick, as gzip of JSON.

    What differs from person to person stands last in the JSON, so that it is packed
    behind a copy of the packer's state instead of packing the whole anew. `made_at` is
    in seconds on the hub's clock.
    """

    def __init__(
        self,
        view: ScopeView,
        head: Head,
        *,
        settings: dict[str, object],
        tiles: dict[str, object],
        made_at: float = 0.0,
    ) -> None:
        self.head = head
        self.tiles = tiles
        self.digest = view.digest
        self.settings_version = settings.get("version")
        self.since: dict[Key, Gone | None] = {}
        self.is_packed = False
        self._made_at = made_at
        self._parts = _shared_parts(view, head, settings, tiles)
        self._packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
        self._shared = b""

    def note(self, delta: Delta) -> None:
        """The scope's screens were told this after the parcel's tick."""
        self.since.update(dict.fromkeys(delta.rows))
        self.since.update(delta.gone)

    def serves(self, now: float) -> bool:
        """Whether it pays to send whoever comes now this one and what came since."""
        return self.age(now) < SHARED_FOR and len(self.since) <= MOST_SINCE

    @property
    def tiles_tag(self) -> str:
        """Another one for other figures."""
        return f"{zlib.crc32(orjson.dumps(self.tiles)):08x}"

    def age(self, now: float) -> float:
        """Seconds since its tick."""
        return now - self._made_at

    def pack(self) -> None:
        """Pack what all of them share; any thread may."""
        text = "".join(self._parts).encode()
        self._parts.clear()
        packed = self._packer.compress(text)
        self._shared = packed + self._packer.flush(zlib.Z_SYNC_FLUSH)
        self.is_packed = True

    def frame(self, me: bytes) -> bytes:
        """The whole for one person; `me` is JSON of who they are."""
        own = self._packer.copy()
        return self._shared + own.compress(b',"me":' + me + b"}") + own.flush()


def _shared_parts(
    view: ScopeView,
    head: Head,
    settings: Mapping[str, object],
    tiles: Mapping[str, object],
) -> list[str]:
    """JSON without its end, `me`, in parts that are ready to be joined."""
    fixed = {
        "type": "snapshot",
        **head,
        "digest": shown(view.digest),
        "count": view.count,
        "settings": settings,
        "metrics": tiles,
    }
    return [orjson.dumps(fixed).decode()[:-1], *listed(view.items())]
