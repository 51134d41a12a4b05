"""The screen never pretends: stopped servers, blocked sockets, late changes."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenScreen
from tests.browser.floor import Floor
from tests.browser.screen import Screen
from tests.browser.wire import Wire

STALE = re.compile("is-stale")
NO_SERVER = "WebSocket|ERR_CONNECTION_REFUSED|Failed to load resource"


def test_a_stopped_server_is_said_and_its_return_needs_no_click(
    screen: Screen, floor: Floor
) -> None:
    screen.excuse(NO_SERVER)
    before = floor.open("Before the fall")
    screen.select(before)
    expect(screen.command("assign")).not_to_have_attribute("aria-disabled", "true")
    fresh = _colour(screen, before)
    floor.server.stop()
    expect(screen.badge).to_contain_text(re.compile(r"Reconnecting.*data as of \d"))
    expect(screen.page.locator("body")).to_have_class(STALE)
    assert _colour(screen, before) != fresh
    assign = screen.command("assign")
    expect(assign).to_have_attribute("aria-disabled", "true")
    expect(assign).to_have_accessible_description(re.compile("proven fresh"))
    floor.server.start()
    after = floor.open("After the fall")
    screen.is_live()
    expect(screen.row(after)).to_be_visible()
    expect(screen.page.locator("body")).not_to_have_class(STALE)
    expect(screen.command("assign")).not_to_have_attribute("aria-disabled", "true")
    digest = floor.board()["digest"]
    screen.hears(lambda frame: '"pulse"' in frame and digest in frame)
    screen.is_live()


def _colour(screen: Screen, conversation: int) -> str:
    colour = "cell => getComputedStyle(cell).color"
    return str(screen.cell(conversation, "customer").evaluate(colour))


def test_where_sockets_are_blocked_the_floor_is_polled_and_right(
    floor: Floor, blank: OpenScreen
) -> None:
    screen = blank()
    Wire(screen.page).blocks = True
    screen.open()
    expect(screen.badge).to_contain_text("Live updates blocked")
    conversation = floor.open("Found by polling")
    expect(screen.row(conversation)).to_be_visible()
    floor.assign(conversation, floor.nora)
    screen.refresh.click()
    expect(screen.cell(conversation, "agent")).to_contain_text(floor.nora.name)
    screen.select(conversation)
    expect(screen.command("force_close")).to_be_enabled()


def test_a_proxy_that_swallows_the_socket_is_found_out(
    floor: Floor, blank: OpenScreen
) -> None:
    screen = blank()
    Wire(screen.page).swallows = True
    screen.open()
    expect(screen.badge).to_contain_text("Live updates blocked")
    conversation = floor.open("Found by polling")
    expect(screen.row(conversation)).to_be_visible()


def test_refresh_brings_the_whole_truth_again(screen: Screen, floor: Floor) -> None:
    conversation = floor.open()
    expect(screen.row(conversation)).to_be_visible()
    before = _snapshots(screen)
    screen.refresh.click()
    screen.hears(lambda frame: _snapshots(screen) > before and "pulse" in frame)
    screen.is_live()
    expect(screen.rows).to_have_count(1)


def _snapshots(screen: Screen) -> int:
    return sum(frame.startswith("binary") for frame in screen.frames)


def test_a_change_that_does_not_come_back_is_called_delayed(
    floor: Floor, blank: OpenScreen
) -> None:
    conversation = floor.open("Slow to come back")
    screen = blank()
    wire = Wire(screen.page)
    screen.open().is_live().select(conversation)
    screen.command("assign").click()
    wire.holds = True
    screen.candidate(floor.nora.name).click()
    screen.confirm.click()
    note = screen.cell(conversation, "note")
    expect(note).to_contain_text("Update delayed")
    wire.holds = False
    note.get_by_role("button", name="Refresh").click()
    expect(note).not_to_contain_text("Update delayed")
    expect(screen.cell(conversation, "agent")).to_contain_text(floor.nora.name)
    screen.is_live()
