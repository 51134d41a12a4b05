"""axe finds nothing serious or critical, wherever somebody works, light or dark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext, OpenScreen
from tests.browser.floor import Floor
from tests.browser.screen import Screen
from tests.browser.wire import Wire

GRAVE = ("serious", "critical")
OPTIONS = {"resultTypes": ["violations"], "preload": False}
OF_AXE = "Applying inline style"
"""axe itself sets styles, which the page's policy forbids; all other tests watch it."""


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_way_in_is_accessible(new_context: NewContext, scheme: str) -> None:
    page = new_context(color_scheme=scheme).new_page()
    page.goto("/accounts/login/")
    assert grave(page) == []


def test_the_floor_and_its_dialogs_are_accessible(
    floor: Floor, open_screen: OpenScreen, scheme: str
) -> None:
    served, waiting = _a_busy_floor(floor)
    screen = open_screen(color_scheme=scheme)
    screen.excuse(OF_AXE)
    expect(screen.row(served)).to_be_visible()
    assert grave(screen.page) == []
    _monitored(screen, served)
    assert grave(screen.page) == []
    for conversation, action in ((waiting, "assign"), (served, "force_close")):
        screen.select(conversation)
        screen.command(action).click()
        expect(screen.confirm).to_be_visible()
        assert grave(screen.page) == [], action
        screen.page.keyboard.press("Escape")
        screen.row(conversation).get_by_role("checkbox").uncheck()


def test_a_stale_screen_is_accessible(
    floor: Floor, blank: OpenScreen, scheme: str
) -> None:
    served, _ = _a_busy_floor(floor)
    screen = blank(color_scheme=scheme)
    screen.excuse(f"{OF_AXE}|Failed to load resource")
    wire = Wire(screen.page)
    _monitored(screen.open().is_live(), served)
    wire.cut()
    expect(screen.badge).to_contain_text("Reconnecting")
    assert grave(screen.page) == []


def _a_busy_floor(floor: Floor) -> tuple[int, int]:
    """An upset customer who is served, one who waits, an offer to somebody full."""
    served = floor.served(floor.nora, "Wrong colour")
    for _ in range(3):
        floor.served(floor.nora)
    floor.assign(floor.open("One too many"), floor.nora, override=True)
    floor.customer_says(served, "This is awful, the worst service ever!")
    return served, floor.open("Nobody yet")


def _monitored(screen: Screen, conversation: int) -> None:
    screen.show(conversation)
    screen.panel.locator('[data-action="monitor"]').first.click()
    expect(screen.panel.get_by_role("log")).to_contain_text("worst service")


# A dialog that is still fading in has colours that nobody is meant to read.
AT_REST = """() => Promise.allSettled(
    document.getAnimations()
        .filter((one) => one.effect.getComputedTiming().iterations !== Infinity)
        .map((one) => one.finished)
)"""


def grave(page: Page) -> list[str]:
    """Each serious finding with the first place where it was found."""
    page.evaluate(AT_REST)
    violations = Axe().run(page, options=OPTIONS).response["violations"]
    return list(_told(violations))


def _told(violations: list[dict[str, Any]]) -> Iterator[str]:
    for one in violations:
        if one["impact"] in GRAVE:
            places = [node["html"] for node in one["nodes"]]
            yield f"{one['id']}, {len(places)}: {places[0]}"
