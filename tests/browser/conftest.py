"""One server and one browser for all; a clear floor and new contexts for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests.browser.doors import Chat, Desk
from tests.browser.floor import PASSWORD, Floor
from tests.browser.screen import CEILING_MS, Screen
from tests.servers import LiveServer, wait_until

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
OpenDesk = Callable[..., Desk]
NewChat = Callable[..., Chat]
Session = Callable[[str], StorageState]

_addresses = count(1)

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


@pytest.fixture
def open_desk(floor: Floor, blank: OpenScreen) -> Iterator[OpenDesk]:
    """The desk of an agent who has read the notice; at the end they are seen to go."""
    desks: list[Desk] = []
    names: set[str] = set()

    def open_one(
        username: str = "agent1",
        prepare: Callable[[Page], object] = id,
        **options: Any,
    ) -> Desk:
        names.add(username)
        floor.agents[username].read_notice()
        desks.append(Desk(blank(username, **options)))
        prepare(desks[-1].page)
        return desks[-1].open()

    yield open_one
    for desk in desks:
        for page in desk.page.context.pages:
            page.close()
    for username in names:
        gone = floor.agents[username].is_offline
        wait_until(gone, f"{username} has gone", floor.server.log)


@pytest.fixture
def new_chat(floor: Floor, new_context: NewContext) -> NewChat:
    """The chat page of a customer with an address of their own."""

    def open_one(query: str = "", **options: Any) -> Chat:
        headers = {"X-Forwarded-For": f"10.0.0.{next(_addresses)}"}
        page = new_context(**{"extra_http_headers": headers} | options).new_page()
        return Chat.of(page, f"/chat/{query}")

    return open_one
