"""The limit of a fan-out: `websockets` broadcasts the same bytes to all, no Django.

Prints its port. A line on stdin, `{"rate": 10, "text": "..."}`, says what to send and
how often; it is answered with an empty object.
"""

from __future__ import annotations

import asyncio
import json
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve


class Caller:
    """Says one thing to everybody, again and again."""

    def __init__(self) -> None:
        self.everybody: set[ServerConnection] = set()
        self.rate = 0.0
        self.text = ""

    async def take(self, connection: ServerConnection) -> None:
        """Somebody who has come, until they go."""
        self.everybody.add(connection)
        try:
            await connection.wait_closed()
        finally:
            self.everybody.discard(connection)

    async def call(self) -> None:
        """Until cancelled."""
        while True:
            if not self.rate:
                await asyncio.sleep(0.05)
                continue
            broadcast(self.everybody, self.text)
            await asyncio.sleep(1 / self.rate)

    def obey(self, line: str) -> None:
        """What to say from now on."""
        words = json.loads(line)
        self.rate, self.text = words["rate"], words["text"]
        print("{}", flush=True)


async def run() -> None:
    """Until killed."""
    caller = Caller()
    async with serve(caller.take, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        print(json.dumps({"port": port}), flush=True)
        calling = asyncio.ensure_future(caller.call())
        while line := await asyncio.to_thread(sys.stdin.readline):
            caller.obey(line)
        calling.cancel()


if __name__ == "__main__":
    asyncio.run(run())
