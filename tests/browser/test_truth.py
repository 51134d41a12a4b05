"""The screen never pretends: stopped servers, blocked sockets, late changes."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import BrowserContext, WebSocketRoute, expect

from tests.browser.conftest import NewContext, OpenScreen, Session
from tests.browser.floor import Floor
from tests.browser.screen import Screen

BOARD = re.compile("/ws/board/")
STALE = re.compile("is-stale")


def test_a_stopped_server_is_said_and_its_return_needs_no_click(
    screen: Screen, floor: Floor
) -> None:
    screen.excuse("WebSocket|ERR_CONNECTION_REFUSED|Failed to load resource")
    before = floor.open("Before the fall")
    screen.select(before)
    expect(screen.command("assign")).not_to_have_attribute("aria-disabled", "true")
    floor.server.stop()
    expect(screen.badge).to_contain_text(re.compile(r"Reconnecting.*data as of \d"))
    expect(screen.page.locator("body")).to_have_class(STALE)
    assign = screen.command("assign")
    expect(assign).to_have_attribute("aria-disabled", "true")
    expect(assign).to_have_accessible_description(re.compile("proven fresh"))
    dimmed = "row => Number(getComputedStyle(row).opacity)"
    row = screen.page.locator("conversation-grid .ag-row").first
    assert row.evaluate(dimmed) < 1 or _is_greyed(screen)
    floor.server.start()
    after = floor.open("After the fall")
    screen.is_live()
    expect(screen.row(after)).to_be_visible()
    expect(screen.page.locator("body")).not_to_have_class(STALE)
    expect(screen.command("assign")).not_to_have_attribute("aria-disabled", "true")
    _equals_the_server(screen, floor)


def _is_greyed(screen: Screen) -> bool:
    body = screen.page.locator("conversation-grid .grid-body")
    style = "one => getComputedStyle(one).opacity + getComputedStyle(one).filter"
    return bool(body.evaluate(style) != "1none")


def _equals_the_server(screen: Screen, floor: Floor) -> None:
    """The digest that the browser proved is that of a fresh snapshot."""
    digest = floor.board()["digest"]
    with screen.page.expect_event("framereceived") if False else _nothing():
        pass
    assert any(digest in frame for frame in screen.frames[-10:])


class _nothing:
    def __enter__(self) -> None: ...
    def __exit__(self, *_: Any) -> None: ...


def test_where_sockets_are_blocked_the_floor_is_polled_and_right(
    floor: Floor, new_context: NewContext, session_of: Session
) -> None:
    screen = _own_screen(new_context, session_of)
    screen.page.route_web_socket(BOARD, lambda socket: socket.close(code=1011))
    screen.open()
    expect(screen.badge).to_contain_text("Live updates blocked")
    conversation = floor.open("Found by polling")
    expect(screen.row(conversation)).to_be_visible()
    floor.assign(conversation, floor.nora)
    screen.page.get_by_role("button", name="Refresh").first.click()
    expect(screen.cell(conversation, "agent")).to_contain_text(floor.nora.name)


def test_refresh_brings_the_whole_truth_over_the_live_socket(
    screen: Screen, floor: Floor
) -> None:
    floor.open()
    expect(screen.rows).to_have_count(1)
    snapshots = _snapshots(screen)
    screen.page.get_by_role("button", name="Refresh").first.click()
    screen.page.wait_for_function("() => true")
    expect(screen.rows).to_have_count(1)
    while _snapshots(screen) == snapshots:
        screen.page.wait_for_event("websocket") if False else screen.is_live()
    screen.is_live()


def _snapshots(screen: Screen) -> int:
    return sum(frame.startswith("binary") for frame in screen.frames)


def test_a_change_that_does_not_come_back_is_called_delayed(
    floor: Floor, new_context: NewContext, session_of: Session
) -> None:
    conversation = floor.open("Slow to come back")
    screen = _own_screen(new_context, session_of)
    held = Holding()
    screen.page.route_web_socket(BOARD, held.route)
    screen.open().is_live()
    screen.select(conversation)
    held.holds = True
    screen.command("assign").click()
    screen.candidate(floor.nora.name).click()
    screen.confirm.click()
    note = screen.cell(conversation, "note")
    expect(note).to_contain_text("Update delayed")
    held.holds = False
    note.get_by_role("button", name="Refresh").click()
    expect(note).not_to_contain_text("Update delayed")
    expect(screen.cell(conversation, "agent")).to_contain_text(floor.nora.name)
    screen.is_live()


class Holding:
    """Sits in the middle of a socket; holding, it lets only the pulses through."""

    def __init__(self) -> None:
        self.holds = False

    def route(self, page_side: WebSocketRoute) -> None:
        server_side = page_side.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if not (self.holds and self._tells_rows(message)):
                page_side.send(message)

        server_side.on_message(pass_on)

    @staticmethod
    def _tells_rows(message: str | bytes) -> bool:
        if isinstance(message, bytes):
            return False
        return json.loads(message)["type"] in ("rows", "gone", "pulse")


def _own_screen(new_context: NewContext, session_of: Session) -> Screen:
    """A page that is not opened yet, so that its sockets can be routed."""
    context: BrowserContext = new_context(storage_state=session_of("supervisor"))
    return Screen(context.new_page())
