"""`python -m config.serve`: uvicorn, which says goodbye before it closes anything.

On SIGTERM it stops listening, so that whoever comes now reaches another process; tells
its pages when to come back; serves them until they have left, for DRAIN seconds at the
most; and closes what is left with 1012. A second signal ends that at once.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import socket
from collections.abc import Sequence

import uvicorn

from config.asgi import application
from config.environment import read
from dashboard.process import process

DRAIN = 8.0
LARGEST_FRAME = 65_536
LOOK_EVERY = 0.1
QUEUE_OF_ARRIVALS = 2_048
RARELY = (20_000, 20, 20)  # objects more, then generations, before one is looked at


class Server(uvicorn.Server):
    """Uvicorn's server with a farewell in front of its shutdown."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and keep the collector away from what stays for good: to walk all of
        Django each time would cost more than the frames that it is called for."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*RARELY)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, let the pages leave, then close as uvicorn does."""
        for server in self.servers:
            server.close()
        process.say_goodbye()
        loop = asyncio.get_running_loop()
        end = loop.time() + DRAIN
        while process.has_pages and loop.time() < end and not self.force_exit:
            await asyncio.sleep(LOOK_EVERY)
        await super().shutdown(sockets)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until a signal; where to is HOST and PORT unless the command line says."""
    environment = read()
    parser = argparse.ArgumentParser(prog="python -m config.serve")
    parser.add_argument("--host", default=environment.host)
    parser.add_argument("--port", type=int, default=environment.port)
    parser.add_argument("--uds", help="a UNIX socket instead of host and port")
    place = parser.parse_args(arguments)
    Server(configuration(host=place.host, port=place.port, uds=place.uds)).run()


def configuration(
    *, host: str = "127.0.0.1", port: int = 8000, uds: str | None = None
) -> uvicorn.Config:
    """Uvicorn's options, the same wherever the product runs (realtime.md, section 2).

    Frames of pages are small, and one compressed snapshot serves everybody, so sockets
    compress nothing themselves. Who may say for whom a request came (X-Forwarded-For)
    is uvicorn's FORWARDED_ALLOW_IPS.
    """
    return uvicorn.Config(
        application,
        host=host,
        port=port,
        uds=uds,
        log_config=None,
        access_log=False,
        backlog=QUEUE_OF_ARRIVALS,
        ws_max_size=LARGEST_FRAME,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=10,
    )


if __name__ == "__main__":
    main()
