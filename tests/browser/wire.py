"""A wire between one page and the server that tests can block, hold back or cut."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, Route, WebSocketRoute

BOARD_SOCKET = re.compile("/ws/board/")
DESK_SOCKET = re.compile("/ws/desk/")
BOARD = re.compile("/api/v1/board/")
HELD = ("rows", "gone", "pulse")


class Wire:
    """Sits in the middle of the page's socket, once the page is routed here."""

    def __init__(self, page: Page, socket: re.Pattern[str] = BOARD_SOCKET) -> None:
        self.holds = False
        """True: what changed does not come through."""
        self.blocks = False
        """True: no socket can be opened."""
        self.swallows = False
        """True: sockets open, and nothing ever comes through them."""
        self._page = page
        self._open: list[WebSocketRoute] = []
        page.route_web_socket(socket, self._connect)

    def heal(self) -> None:
        """Connections are possible again."""
        self.blocks = False
        self._page.unroute(BOARD)

    def cut(self) -> None:
        """No connection of any kind any more."""
        self.blocks = True
        self._page.route(BOARD, _abort)
        for socket in self._open:
            socket.close(code=1011)

    def _connect(self, page_side: WebSocketRoute) -> None:
        if self.blocks:
            page_side.close(code=1011)
            return
        if self.swallows:
            return
        self._open.append(page_side)
        server_side = page_side.connect_to_server()
        server_side.on_message(lambda message: self._pass_on(page_side, message))

    def _pass_on(self, page_side: WebSocketRoute, message: str | bytes) -> None:
        held = isinstance(message, str) and json.loads(message)["type"] in HELD
        if not (self.holds and held):
            page_side.send(message)


def _abort(route: Route) -> None:
    route.abort()
