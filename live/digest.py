"""The digest by which a browser proves that its screen is right. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

BYTES = 8


def hashed(kind: str, pk: int, version: int) -> int:
    """64 bits of BLAKE2b of `"c:7:41"`; kinds are c, a and q (interface, WebSocket)."""
    return hashed_name(f"{kind}:{pk}:{version}")


def hashed_name(name: str) -> int:
    """64 bits of BLAKE2b of whatever names a thing at its version."""
    return int.from_bytes(blake2b(name.encode(), digest_size=BYTES).digest(), "big")


def shown(digest: int) -> str:
    """16 hex digits; all zeros for an empty screen."""
    return f"{digest:016x}"


def digest_of(things: Iterable[tuple[str, int, int]]) -> int:
    """XOR over (kind, id, version) of everything on a screen."""
    digest = 0
    for thing in things:
        digest ^= hashed(*thing)
    return digest
