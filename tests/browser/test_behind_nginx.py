"""The floor behind nginx: through a rolling restart, and without sockets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Response, expect

from tests.browser.behind_nginx import BLOCKED, Pair
from tests.browser.floor import PASSWORD, Floor
from tests.browser.screen import Screen
from tests.servers import start_valkey

REMEMBER = """() => {
  globalThis.badgeSaid = [];
  const badge = document.querySelector("freshness-badge .badge");
  const note = () => badgeSaid.push(badge.dataset.state);
  new MutationObserver(note).observe(badge, { attributeFilter: ["data-state"] });
}"""


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with Pair("setup_demo", env={"REDIS_URL": start_valkey()}) as pair:
        yield pair


@pytest.fixture(scope="module")
def people(pair: Pair) -> Iterator[Floor]:
    floor = Floor(pair)
    yield floor
    floor.close()


@pytest.fixture
def screens(browser: Browser, pair: Pair, people: Floor) -> Iterator[list[Screen]]:
    people.clear()
    screens: list[Screen] = []
    yield screens
    for screen in screens:
        screen.page.context.close()


def enter(screens: list[Screen], browser: Browser, pair: Pair, **more: Any) -> Screen:
    """A floor page of a supervisor who has logged in at this address."""
    wide = {"viewport": {"width": 1440, "height": 900}}
    page = browser.new_context(base_url=pair.url, **(wide | more)).new_page()
    screens.append(Screen(page))
    page.goto("/accounts/login/?next=/")
    page.get_by_label("Username").fill("supervisor")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    return screens[-1]


def test_a_rolling_restart_leaves_the_page_live(
    screens: list[Screen], browser: Browser, pair: Pair, people: Floor
) -> None:
    screen = enter(screens, browser, pair).is_live()
    before = people.open("Before")
    expect(screen.row(before)).to_be_visible()
    screen.page.evaluate(REMEMBER)
    pair.roll()
    after = people.open("After")
    expect(screen.row(after)).to_be_visible()
    expect(screen.row(before)).to_be_visible()
    screen.select(after)
    expect(screen.command("force_close")).to_be_enabled()
    assert screen.page.evaluate("badgeSaid") == []
    assert sum('"type":"bye"' in frame for frame in screen.frames) >= 1


def test_where_nginx_refuses_sockets_the_floor_is_polled_and_obeys(
    screens: list[Screen], browser: Browser, pair: Pair, people: Floor
) -> None:
    conversation = people.open("By asking")
    screen = enter(screens, browser, pair, user_agent=BLOCKED)
    polls: list[Response] = []
    screen.page.on("response", lambda one: _note(polls, one))
    expect(screen.badge).to_contain_text(re.compile(r"Live updates blocked.*as of \d"))
    screen.select(conversation)
    screen.command("assign").click()
    screen.candidate(people.nora.name).click()
    screen.confirm.click()
    expect(screen.cell(conversation, "state")).to_contain_text("Offered")
    people.nora.accept()
    expect(screen.cell(conversation, "state")).to_contain_text("In conversation")
    expect(screen.cell(conversation, "agent")).to_contain_text(people.nora.name)
    people.force_close(conversation)
    expect(screen.row(conversation)).to_have_class(re.compile("is-leaving"))
    expect(screen.tile("ongoing")).to_have_text("0")
    with screen.page.expect_response(lambda one: one.status == 304):
        """Nothing has moved, and that is all the server says."""
    full = next(one for one in polls if one.status == 200)
    assert full.header_value("etag") and full.header_value("x-compared-at")


def _note(polls: list[Response], response: Response) -> None:
    if "/api/v1/board/" in response.url:
        polls.append(response)
