"""Writes one frame to many sockets as bytes that were framed once.

uvicorn frames, copies and joins each message anew for each socket, which is a third of
what telling a change to a thousand pages costs. Where a socket is served by uvicorn's
own protocol, is open and takes more, the shared bytes go straight to its transport;
everything else goes the ordinary way, by ASGI (docs/adr/0020).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from uvicorn.protocols.websockets.websockets_sansio_impl import (
    WebSocketsSansIOProtocol,
)
from websockets.frames import Frame, Opcode
from websockets.protocol import State


class Shared(str):
    """A text frame for many sockets."""

    @cached_property
    def framed(self) -> bytes:
        """As it goes over the wire from a server."""
        return Frame(Opcode.TEXT, self.encode()).serialize(mask=False)


class Wire:
    """The way to one socket past ASGI."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: WebSocketsSansIOProtocol) -> None:
        self._protocol = protocol

    def write(self, frame: Shared) -> bool:
        """Hand the frame to the transport; False where it must go by ASGI, which waits
        while the transport's buffer is full and knows what to raise when it is gone."""
        protocol = self._protocol
        conn = protocol.conn
        # A lost connection leaves `conn` open, and uvloop raises at a closed transport.
        if (
            conn.state is not State.OPEN
            or protocol.transport.is_closing()
            or protocol.close_sent
            or not protocol.writable.is_set()
            or conn.extensions
        ):
            return False
        protocol.transport.write(frame.framed)
        return True

    def cut(self) -> None:
        """End the connection without waiting for what is still to be taken."""
        self._protocol.transport.abort()


def wire_of(send: Callable[..., object]) -> Wire | None:
    """The wire behind an ASGI `send`; None for other servers, and where something in
    between wants to see each message."""
    protocol = getattr(send, "__self__", None)
    return Wire(protocol) if isinstance(protocol, WebSocketsSansIOProtocol) else None
