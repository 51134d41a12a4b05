"""The limit of memory, arrivals and round trips: uvicorn with nothing behind it.

Accepts every socket and says back what it hears. Prints its port.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

from tests.servers import free_port

Message = dict[str, Any]


async def application(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """A socket that is accepted and echoes."""
    while scope["type"] == "websocket":
        message = await receive()
        if message["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
        elif message["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"]})
        else:
            return


class Server(uvicorn.Server):
    """Says where it is once it listens."""

    async def startup(self, sockets: Any = None) -> None:
        """Listen, then print."""
        await super().startup(sockets)
        print(json.dumps({"port": self.config.port}), flush=True)


def main() -> None:
    """Until killed."""
    config = uvicorn.Config(
        application,
        port=free_port(),
        log_level="error",
        lifespan="off",
        backlog=2_048,
        ws_per_message_deflate=False,
    )
    Server(config).run()


if __name__ == "__main__":
    main()
