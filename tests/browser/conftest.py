"""One server and one browser for all; a clear floor and new contexts for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, StorageState, expect

from tests.browser.floor import PASSWORD, Floor
from tests.browser.screen import CEILING_MS, Screen
from tests.servers import LiveServer

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

OpenScreen = Callable[..., Screen]
NewContext = Callable[..., BrowserContext]
Session = Callable[[str], StorageState]

expect.set_options(timeout=CEILING_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    path = os.environ.get("FLOOR_BROWSER") or shutil.which("chromium")
    return {"args": list(FLAGS)} | ({"executable_path": path} if path else {})


@pytest.fixture(scope="session")
def server() -> Iterator[LiveServer]:
    with LiveServer("setup_demo") as live:
        yield live


@pytest.fixture(scope="session")
def people(server: LiveServer) -> Iterator[Floor]:
    floor = Floor(server)
    yield floor
    floor.close()


@pytest.fixture
def floor(people: Floor) -> Iterator[Floor]:
    """A clear floor; a server that a test has stopped is started again."""
    people.clear()
    yield people
    if people.server.process is None:
        people.server.start()


@pytest.fixture(scope="session")
def base_url(server: LiveServer) -> str:
    return server.url


@pytest.fixture(scope="session")
def session_of(browser: Browser, server: LiveServer) -> Session:
    """The cookies of somebody who has logged in by the form, once."""

    @cache
    def log_in(username: str) -> StorageState:
        context = browser.new_context(base_url=server.url)
        page = context.new_page()
        page.goto("/accounts/login/")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(lambda url: "/accounts/login/" not in url)
        state = context.storage_state()
        context.close()
        return state

    return log_in


@pytest.fixture
def blank(new_context: NewContext, session_of: Session) -> Iterator[OpenScreen]:
    """A page of somebody that has opened nothing yet; at the end no console may have
    complained."""
    screens: list[Screen] = []

    def make(username: str = "supervisor", **options: Any) -> Screen:
        wide = {"viewport": {"width": 1440, "height": 900}}
        everything = wide | {"storage_state": session_of(username)} | options
        screen = Screen(new_context(**everything).new_page())
        screens.append(screen)
        return screen

    yield make
    assert [line for screen in screens for line in screen.complaints] == []


@pytest.fixture
def open_screen(blank: OpenScreen) -> OpenScreen:
    """The live floor of somebody."""

    def open_one(
        username: str = "supervisor", address: str = "/", **options: Any
    ) -> Screen:
        return blank(username, **options).open(address).is_live()

    return open_one


@pytest.fixture
def screen(floor: Floor, open_screen: OpenScreen) -> Screen:
    """The floor of `supervisor`, empty and live."""
    return open_screen()
