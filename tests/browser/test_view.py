"""What somebody has set up for herself: filters, columns, language, theme."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenScreen
from tests.browser.floor import Floor
from tests.browser.screen import Screen


def test_filters_live_in_the_address_and_survive_a_reload(
    screen: Screen, floor: Floor
) -> None:
    open_one, served = floor.open("Still open"), floor.served(floor.nora, "Served")
    expect(screen.rows).to_have_count(2)
    screen.filter("state", "In conversation")
    expect(screen.row(open_one)).to_have_count(0)
    expect(screen.page).to_have_url(re.compile("state=in_conversation"))
    screen.page.reload()
    screen.is_live()
    expect(screen.row(served)).to_be_visible()
    expect(screen.rows).to_have_count(1)
    screen.page.get_by_role("button", name="Clear", exact=True).click()
    expect(screen.rows).to_have_count(2)


def test_a_tile_filters_the_list(screen: Screen, floor: Floor) -> None:
    waiting, served = floor.open("Nobody yet"), floor.served(floor.nora, "Served")
    expect(screen.row(served)).to_be_visible()
    screen.tile("waiting").click()
    expect(screen.row(served)).to_have_count(0)
    expect(screen.row(waiting)).to_be_visible()


def test_columns_are_remembered(screen: Screen, floor: Floor) -> None:
    conversation = floor.open()
    expect(screen.cell(conversation, "queue")).to_be_visible()
    screen.page.get_by_role("button", name="Choose columns").click()
    screen.page.locator("filter-bar .menu").get_by_label("Queue").uncheck()
    expect(screen.cell(conversation, "queue")).to_have_count(0)
    screen.page.reload()
    expect(screen.cell(conversation, "subject")).to_be_visible()
    expect(screen.cell(conversation, "queue")).to_have_count(0)


def test_the_floor_speaks_danish_when_asked(screen: Screen) -> None:
    expect(screen.page.locator("html")).to_have_attribute("lang", "en")
    screen.page.get_by_role("button", name="Dansk", exact=True).click()
    expect(screen.page.locator("html")).to_have_attribute("lang", "da")


def test_updates_can_be_paused_and_resumed(screen: Screen, floor: Floor) -> None:
    first = floor.open()
    expect(screen.row(first)).to_be_visible()
    screen.page.keyboard.press("p")
    second = floor.open("Behind the pause")
    expect(screen.bar).to_contain_text("1 row has changed")
    expect(screen.row(second)).to_have_count(0)
    screen.bar.get_by_role("button", name="Resume").click()
    expect(screen.row(second)).to_be_visible()


PAGES = ("/", "/?plain=1", "/nowhere/", "/admin/", "/accounts/login/")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_makes_the_console_complain(
    floor: Floor, blank: OpenScreen, path: str
) -> None:
    page = blank("admin" if path.startswith("/admin") else "supervisor")
    page.excuse("404")
    page.open(path)
    page.page.wait_for_load_state("networkidle" if path == "/admin/" else "load")
    expect(page.page.locator("body")).to_be_visible()
