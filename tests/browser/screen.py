"""The floor as a person uses it: a page with the words that the tests speak."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, WebSocket, expect

CEILING_MS = 15_000
LIVE = re.compile(r"^Live\s*\d")


class Screen:
    """One open floor page; remembers what its console complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[str] = []
        self._sockets: list[WebSocket] = []
        self._complaints: list[str] = []
        self._expected: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        page.on("websocket", self._listen)

    # What it said

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._complaints.append(f"{message.text} ({message.location})")

    def _listen(self, socket: WebSocket) -> None:
        self._sockets.append(socket)
        socket.on("framereceived", lambda data: self.frames.append(_as_text(data)))

    def excuse(self, pattern: str) -> None:
        """What the console may say in this test, because the test provokes it."""
        self._expected.append(pattern)

    @property
    def complaints(self) -> list[str]:
        return [
            complaint
            for complaint in self._complaints
            if not any(re.search(pattern, complaint) for pattern in self._expected)
        ]

    def hears(self, heard: Callable[[str], bool]) -> None:
        """Waits until the newest socket brings such a frame."""
        self._sockets[-1].wait_for_event(
            "framereceived", lambda data: heard(_as_text(data)), timeout=CEILING_MS
        )

    # Where things are

    def open(self, address: str = "/") -> Screen:
        self.page.goto(address)
        return self

    def is_live(self) -> Screen:
        expect(self.badge).to_contain_text(LIVE)
        return self

    @property
    def badge(self) -> Locator:
        return self.page.locator("freshness-badge .badge")

    @property
    def refresh(self) -> Locator:
        return self.page.locator("freshness-badge button")

    @property
    def rows(self) -> Locator:
        return self.page.locator("conversation-grid .ag-row")

    def row(self, conversation: int) -> Locator:
        return self.page.locator(f'conversation-grid .ag-row[row-id="{conversation}"]')

    def cell(self, conversation: int, column: str) -> Locator:
        return self.row(conversation).locator(f'[col-id="{column}"]')

    @property
    def bar(self) -> Locator:
        return self.page.locator("command-bar")

    @property
    def panel(self) -> Locator:
        return self.page.locator("conversation-panel")

    @property
    def dialog(self) -> Locator:
        return self.page.locator("dialog[open]")

    @property
    def alerts(self) -> Locator:
        return self.page.locator("alert-list .notes")

    def tile(self, key: str) -> Locator:
        definition = self.page.locator(f"#definition-{key}")
        tile = self.page.locator("metric-tiles .tile", has=definition)
        return tile.locator(".tile-value")

    # What a hand does

    def select(self, conversation: int) -> None:
        self.row(conversation).get_by_role("checkbox").check()

    def show(self, conversation: int) -> None:
        self.cell(conversation, "subject").click()
        expect(self.panel).to_be_visible()

    def command(self, name: str) -> Locator:
        return self.bar.locator(f'[data-action="{name}"]')

    def candidate(self, name: str) -> Locator:
        return self.dialog.locator(f'.candidate[data-name="{name}"]')

    @property
    def confirm(self) -> Locator:
        return self.dialog.locator("button[type=submit]")

    def filter(self, name: str, *choices: str) -> None:
        self.page.locator(f'filter-bar [data-filter="{name}"]').click()
        for choice in choices:
            self.page.locator("filter-bar .menu").get_by_label(choice).check()
        self.page.keyboard.press("Escape")


def _as_text(data: Any) -> str:
    return data if isinstance(data, str) else f"binary, {len(data)} bytes"
