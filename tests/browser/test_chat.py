"""The customer's chat in a real browser: the way in, the conversation through thick and
thin, the way out; on the own page and on somebody else's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import NewChat, NewContext, OpenDesk
from tests.browser.doors import Chat, Shop, allow_origin
from tests.browser.floor import Floor
from tests.servers import LiveServer

NORA = "Nora Lindqvist"
MARKUP = "<img src=x onerror=\"document.title='owned'\"><b>bold</b> &amp; javascript:1"
SETTING = """
from conversations.events import SYSTEM
from conversations.models import FloorSettings
from conversations.transitions import configuring
floor = FloorSettings.objects.get()
floor.consent_mode = "{mode}"
configuring.save_settings(floor, by=SYSTEM)
"""
CLOSED = """
from datetime import timedelta
from django.utils import timezone
from conversations.events import SYSTEM
from conversations.models import OperatingHours, Queue
from conversations.transitions import configuring
week = [[] for _ in range(7)]
week[(timezone.now() + timedelta(days=3)).weekday()] = [["09:00", "17:00"]]
hours = OperatingHours(name="Seldom", time_zone="UTC", week=week)
configuring.save_hours(hours, by=SYSTEM)
queue = Queue.objects.get(name="Support")
queue.hours = hours
configuring.save_queue(queue, by=SYSTEM)
"""
OPEN = """
from conversations.events import SYSTEM
from conversations.models import Queue
from conversations.transitions import configuring
queue = Queue.objects.get(name="Support")
queue.hours, queue.is_open = None, True
configuring.save_queue(queue, by=SYSTEM)
"""
Run = Callable[[str], None]


@pytest.fixture
def run(server: LiveServer) -> Run:
    """Runs a few lines of the house's own code on the server's data."""

    def run(code: str) -> None:
        server.manage("shell", "--verbosity=0", "-c", code)

    return run


@pytest.fixture
def consent(run: Run) -> Iterator[None]:
    """Nobody starts without having agreed."""
    run(SETTING.format(mode="consent"))
    yield
    run(SETTING.format(mode="notice"))


@pytest.fixture
def closed(run: Run) -> Iterator[None]:
    """Support opens again in three days."""
    run(CLOSED)
    yield
    run(OPEN)


@pytest.fixture
def shop(server: LiveServer) -> Iterator[Shop]:
    """A shop whose origin is on the administrator's list."""
    shop = Shop(server.url)
    allow_origin(server, shop.origin)
    yield shop
    shop.close()


# The way in


def test_consent_is_asked_for_never_assumed(
    consent: None, floor: Floor, new_chat: NewChat
) -> None:
    _nobody_is_there(floor)
    chat = new_chat()
    agree = chat.inside.locator("#start-consent")
    expect(agree).to_have_accessible_name(re.compile("I agree .* monitored and stored"))
    expect(agree).not_to_be_checked()
    chat.fills("Emily", "Charged twice")
    chat.start.click()
    chat.shows("Tick the box if you agree")
    expect(agree).to_have_attribute("aria-invalid", "true")
    expect(chat.log).to_be_hidden()
    chat.inside.get_by_role("link", name="Tick the box").click()
    expect(agree).to_be_focused()
    chat.page.keyboard.press("Space")
    chat.start.click()
    expect(chat.log).to_contain_text("Charged twice")
    chat.shows("Your place in the queue")
    chat.page.reload()
    chat.shows("Your place in the queue")
    expect(chat.log.get_by_text("Charged twice")).to_have_count(1)


def test_out_of_hours_a_message_becomes_work(
    closed: None, floor: Floor, new_chat: NewChat
) -> None:
    chat = new_chat()
    chat.shows("We are closed just now")
    chat.shows(re.compile(r"We open again: .*\d"))
    form = chat.inside.locator("chat-closed")
    form.get_by_label("Name").fill("Emily")
    chat.inside.get_by_role("button", name="Send message").click()
    chat.shows("Write where we can reach you.")
    form.get_by_label("Your e-mail address").fill("emily@example.com")
    form.get_by_label("Message").fill("Please call me about March.")
    chat.inside.get_by_role("button", name="Send message").click()
    chat.shows("Your message has arrived")
    assert "Emily" in [row["customer"]["name"] for row in _rows(floor)]


def _rows(floor: Floor) -> list[dict[str, dict[str, str]]]:
    rows: list[dict[str, dict[str, str]]] = floor.board()["conversations"]
    return rows


# The conversation


def test_a_conversation_through_reload_two_tabs_and_a_lost_network(
    floor: Floor, new_chat: NewChat, open_desk: OpenDesk
) -> None:
    floor.tomas.turn("offline")
    desk = open_desk()
    chat = new_chat()
    chat.starts("Emily <b>", MARKUP)
    expect(desk.offer).to_contain_text("<b>")
    desk.page.keyboard.press("F8")
    expect(desk.transcript).to_contain_text(MARKUP)
    expect(desk.transcript.locator("img, b b")).to_have_count(0)
    expect(chat.log).to_contain_text(f"{NORA} is now here to help you.")
    expect(chat.log.locator("img, b")).to_have_count(0)
    other = Chat.of(chat.page.context.new_page(), "/chat/")
    expect(other.log).to_contain_text(f"{NORA} is now here")
    other.says("From the other tab")
    expect(chat.log.get_by_text("From the other tab")).to_have_count(1)

    network = chat.page.context
    network.set_offline(True)
    chat.says("Written in a tunnel")
    expect(chat.log.locator(".is-unsent")).to_have_count(1)
    expect(chat.bar).to_contain_text("No network. Your message is kept")
    desk.says("Are you still there?")
    network.set_offline(False)
    expect(chat.log.locator(".is-unsent")).to_have_count(0)
    expect(chat.bar).to_be_hidden()
    for one in (chat, other):
        expect(one.log.get_by_text("Are you still there?")).to_have_count(1)
        expect(one.log.get_by_text("Written in a tunnel")).to_have_count(1)
    chat.page.reload()
    expect(chat.log.get_by_text("Written in a tunnel")).to_have_count(1)
    expect(desk.transcript.get_by_text("Written in a tunnel")).to_have_count(1)

    desk.command("finish").click()
    for one in (chat, other):
        one.shows(f"{NORA} has ended the conversation")
        expect(one.box).to_be_hidden()
    chat.inside.get_by_text("Very good").click()
    chat.inside.get_by_label("Anything that you want to add?").fill("Quick!")
    chat.inside.get_by_role("button", name="Send rating").click()
    chat.shows("Thank you for telling us.")
    chat.page.reload()
    chat.shows("has ended the conversation")
    chat.inside.get_by_role("button", name="Start a new conversation").click()
    expect(chat.start).to_be_visible()
    chat.hides("Written in a tunnel")


def test_a_conversation_by_keyboard_alone(floor: Floor, new_chat: NewChat) -> None:
    floor.tomas.turn("offline")
    chat = new_chat()
    keys = chat.page.keyboard
    chat.tab_to(chat.inside.get_by_label("Your name"))
    keys.type("Emily")
    keys.press("Tab")
    keys.type("By keys")
    chat.tab_to(chat.start)
    keys.press("Enter")
    expect(chat.log).to_contain_text("By keys")
    conversation = floor.nora.accept_next()
    expect(chat.log).to_contain_text(f"{NORA} is now here")
    chat.tab_to(chat.box)
    keys.type("one")
    keys.press("Shift+Enter")
    keys.type("two")
    keys.press("Enter")
    expect(chat.box).to_have_value("")
    expect(chat.log).to_contain_text("one\ntwo", use_inner_text=True)
    end = chat.inside.get_by_role("button", name="End", exact=True)
    chat.tab_to(end.first, "Shift+Tab")
    keys.press("Enter")
    expect(chat.inside.get_by_role("dialog")).to_be_visible()
    keys.press("Escape")
    expect(chat.inside.get_by_role("dialog")).to_be_hidden()
    keys.press("Enter")
    chat.tab_to(chat.inside.get_by_role("dialog").get_by_text("End", exact=True))
    keys.press("Enter")
    heading = chat.inside.get_by_role("heading", name="You have ended")
    expect(heading).to_be_focused()
    assert floor.row(conversation)["state"] == "wrap_up"
    chat.tab_to(chat.inside.get_by_role("radio").first)
    keys.press("ArrowRight")
    chat.tab_to(chat.inside.get_by_role("button", name="Send rating"))
    keys.press("Enter")
    chat.shows("Thank you for telling us.")


def test_a_dead_token_and_too_much_at_once_are_said_in_words(
    floor: Floor, new_chat: NewChat
) -> None:
    _nobody_is_there(floor)
    chat = new_chat()
    chat.starts("Emily", "The first of five")
    for number in range(4):
        _starts_too(chat, floor.server.url, number)
    chat.page.evaluate(FORGE)
    chat.page.reload()
    chat.shows("cannot be opened any more")
    chat.hides("The first")
    chat.fills("Emily", "The sixth")
    chat.start.click()
    chat.shows(re.compile(r"too much at once\. Please try again in \d+ seconds"))
    expect(chat.inside.get_by_label("What is it about?")).to_have_value("The sixth")


def _starts_too(chat: Chat, url: str, number: int) -> None:
    """Another chat from the same address."""
    body = {"name": "Emily", "question": "More", "client_id": f"another-{number:016}"}
    answer = chat.page.request.post(f"{url}/api/v1/chat/", data=body)
    assert answer.ok, answer.text()


FORGE = """localStorage.setItem("chat:demo:pass",
    JSON.stringify({ id: "0123456789abcdef", token: "forged" }))"""


# On somebody else's page


def test_the_widget_in_a_shop_that_does_not_know_us(
    shop: Shop, floor: Floor, new_context: NewContext
) -> None:
    floor.tomas.turn("offline")
    page = _visitor(new_context).new_page()
    complaints: list[str] = []
    page.on("console", lambda one: complaints.append(one.text))
    chat = shop.visit(page)
    expect(chat.inside.get_by_label("Your name")).to_be_focused()
    opacity = "frame => getComputedStyle(frame).opacity"
    assert page.locator("iframe").evaluate(opacity) == "1"
    chat.starts("Emily", "In the shop")
    conversation = floor.nora.accept_next()
    expect(chat.log).to_contain_text(f"{NORA} is now here")
    chat.box.press("Escape")
    launcher = page.get_by_role("button", name="Chat with us")
    expect(launcher).to_be_focused()
    expect(page.locator("iframe")).to_be_hidden()
    floor.nora.say(conversation, "Which shoes?")
    expect(launcher).to_have_accessible_name("Chat with us, 1 unread")
    page.reload()
    expect(launcher).to_have_accessible_name(re.compile("unread"))
    page.keyboard.press("Tab")
    launcher.press("Enter")
    expect(chat.box).to_be_focused()
    expect(chat.log.get_by_text("Which shoes?")).to_have_count(1)
    chat.says("The red ones")
    page.reload()
    expect(chat.log.get_by_text("The red ones")).to_have_count(1)
    assert complaints == []


def _visitor(new_context: NewContext) -> BrowserContext:
    return new_context(extra_http_headers={"X-Forwarded-For": "10.1.0.1"})


def _nobody_is_there(floor: Floor) -> None:
    for agent in (floor.nora, floor.tomas):
        agent.turn("offline")
