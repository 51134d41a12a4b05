"""The agent's desk in a real browser: what reaches it, what leaves it; nothing is lost
and nothing said twice."""

from __future__ import annotations

import re

from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenDesk, OpenScreen
from tests.browser.doors import Desk
from tests.browser.floor import Floor
from tests.browser.screen import Screen
from tests.browser.wire import DESK_SOCKET, Wire
from tests.servers import LiveServer

MESSAGES = re.compile(r"/conversations/\d+/messages/$")
PROVOKED = "Failed to load resource"
NEW_NOTICE = """
from conversations.events import SYSTEM
from conversations.models import FloorSettings
from conversations.transitions import configuring
floor = FloorSettings.objects.get()
floor.agent_notice = "Calls are recorded from today on."
configuring.save_settings(floor, by=SYSTEM)
"""


# What comes


def test_a_changed_notice_stands_before_everything_until_it_is_read(
    open_desk: OpenDesk, server: LiveServer
) -> None:
    desk = open_desk()
    expect(desk.dialog).to_have_count(0)
    server.manage("shell", "--verbosity=0", "-c", NEW_NOTICE)
    expect(desk.dialog).to_contain_text("Calls are recorded from today on.")
    for _ in range(2):
        desk.page.keyboard.press("Escape")
    desk.page.reload()
    expect(desk.dialog).to_contain_text("Calls are recorded from today on.")
    desk.dialog.get_by_role("button", name="I have read it").click()
    expect(desk.dialog).to_have_count(0)
    desk.page.reload()
    desk.screen.is_live()
    expect(desk.dialog).to_have_count(0)


def test_two_tabs_show_the_same_and_only_the_accepting_one_opens_it(
    floor: Floor, open_desk: OpenDesk
) -> None:
    one = open_desk()
    other = Desk(_beside(one)).open()
    conversation = floor.open("Broken zip")
    floor.assign(conversation, floor.nora)
    for desk in (one, other):
        expect(desk.offer).to_contain_text("Broken zip")
        expect(desk.offer).to_contain_text("Takes 10 units")
    one.page.keyboard.press("F8")
    expect(one.pane).to_contain_text("Good morning, I have a question.")
    expect(one.box).to_be_focused()
    expect(other.item(conversation)).to_be_visible()
    for desk in (one, other):
        expect(desk.offer).to_have_count(0)
        expect(desk.page.locator(".units-figure")).to_have_text("10/40")
    expect(other.panes).to_have_count(0)
    one.says("Good morning. Which one?")
    other.item(conversation).click()
    expect(other.transcript).to_contain_text("Which one?")

    declined = floor.open("Not for me")
    floor.assign(declined, floor.nora)
    for desk in (one, other):
        expect(desk.offer).to_contain_text("Not for me")
    other.page.keyboard.press("F9")
    for desk in (one, other):
        expect(desk.offer).to_have_count(0)
        expect(desk.items).to_have_count(1)
    assert floor.row(declined)["offer"] is None


# What is written


def test_what_is_written_without_a_network_is_kept_and_sent_once(
    floor: Floor, open_desk: OpenDesk
) -> None:
    conversation = floor.served(floor.nora)
    desk = open_desk()
    desk.screen.excuse(PROVOKED)
    desk.item(conversation).click()
    desk.page.route(MESSAGES, _lose_the_question)
    desk.says("Are you there?")
    pending = desk.pane.locator(".is-pending")
    expect(pending).to_contain_text("Not sent yet")
    expect(desk.command("finish")).to_be_visible()
    desk.box.fill("And a draft")
    desk.page.reload()
    expect(pending).to_contain_text("Are you there?")
    expect(desk.box).to_have_value("And a draft")
    assert "Are you there?" not in floor.customer_sees(conversation)
    desk.page.route(MESSAGES, _lose_the_answer)
    desk.page.evaluate("dispatchEvent(new Event('online'))")
    expect(pending).to_have_count(0)
    desk.page.unroute(MESSAGES)
    desk.page.reload()
    expect(desk.transcript.get_by_text("Are you there?")).to_have_count(1)
    expect(pending).to_have_count(0)
    assert floor.customer_sees(conversation).count("Are you there?") == 1
    expect(desk.box).to_have_value("And a draft")


def _lose_the_question(route: Route) -> None:
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def _lose_the_answer(route: Route) -> None:
    route.fetch()
    route.abort()


def test_a_cut_socket_is_said_and_commands_wait_for_it(
    floor: Floor, open_desk: OpenDesk
) -> None:
    conversation = floor.served(floor.nora)
    wires: list[Wire] = []
    desk = open_desk(prepare=lambda page: wires.append(Wire(page, DESK_SOCKET)))
    [wire] = wires
    desk.screen.excuse(f"WebSocket|{PROVOKED}")
    desk.item(conversation).click()
    expect(desk.command("finish")).not_to_have_attribute("aria-disabled", "true")
    wire.cut()
    expect(desk.screen.badge).to_contain_text("Reconnecting")
    expect(desk.page.locator("body")).to_have_class(re.compile("is-stale"))
    expect(desk.command("finish")).to_have_attribute("aria-disabled", "true")
    expect(desk.pane).to_contain_text("This page has lost the server")
    desk.page.keyboard.press("Alt+E")
    floor.customer_says(conversation, "Said in the meantime")
    assert floor.row(conversation)["state"] == "active"
    wire.heal()
    desk.screen.is_live()
    expect(desk.transcript.get_by_text("Said in the meantime")).to_have_count(1)
    expect(desk.command("finish")).not_to_have_attribute("aria-disabled", "true")


MARKUP = "<img src=x onerror=\"document.title='owned'\"><b>bold</b> &amp; {{ 7*7 }}"


def test_quick_replies_notes_and_markup(floor: Floor, open_desk: OpenDesk) -> None:
    conversation = floor.served(floor.nora)
    customer = floor.row(conversation)["customer"]["name"]
    desk = open_desk()
    desk.item(conversation).click()
    floor.customer_says(conversation, MARKUP)
    expect(desk.transcript).to_contain_text(MARKUP)
    expect(desk.transcript.locator("img, b b, script")).to_have_count(0)

    desk.box.press_sequentially("/mom")
    option = desk.pane.get_by_role("option", selected=True)
    expect(option).to_contain_text(f"One moment please, {customer}")
    desk.box.press("Enter")
    said = f"One moment please, {customer}, I am looking into it."
    expect(desk.box).to_have_value(said)
    desk.box.press("Control+Enter")
    expect(desk.transcript).to_contain_text(said)

    desk.page.keyboard.press("Alt+I")
    expect(desk.pane).to_contain_text("Unseen by the customer")
    desk.says("She has been here before.")
    expect(desk.transcript).to_contain_text("You, internal")
    expect(desk.pane.locator(".is-pending")).to_have_count(0)
    assert floor.customer_sees(conversation)[-1] == said
    assert "owned" not in desk.page.title()


# What is done


def test_a_hand_is_raised_seen_to_and_the_desk_is_told(
    floor: Floor, open_desk: OpenDesk, open_screen: OpenScreen
) -> None:
    conversation = floor.served(floor.nora, "Hard one")
    desk, boss = open_desk(), open_screen()
    desk.item(conversation).click()
    desk.page.keyboard.press("Alt+H")
    desk.dialog.get_by_label("What do you need?").fill("She wants a manager.")
    desk.page.keyboard.press("Enter")
    expect(desk.side).to_contain_text("Your hand is up: “She wants a manager.”")
    expect(desk.command("lower")).to_be_visible()
    expect(boss.cell(conversation, "note")).to_have_text("Asks for help")
    boss.alerts.get_by_role("button", name="Seen to").click()
    expect(desk.screen.alerts).to_contain_text(
        "Astrid Holm has seen to your call for help in “Hard one”"
    )
    expect(desk.command("hand")).to_be_visible()
    expect(desk.side.locator(".side-hand")).to_be_hidden()


def test_waiting_end_notes_and_close(floor: Floor, open_desk: OpenDesk) -> None:
    conversation = floor.served(floor.nora)
    desk = open_desk()
    desk.item(conversation).click()
    _more(desk, "Put to waiting")
    lists = desk.page.locator("desk-list")
    expect(lists).to_contain_text("Waiting for the customer, 1")
    expect(desk.page.locator(".units-figure")).to_have_text("0/40")
    desk.command("revive").click()
    expect(lists).to_contain_text("Yours, 1")

    desk.box.fill("Never sent")
    desk.page.keyboard.press("Alt+E")
    expect(desk.dialog).to_contain_text("There are words in the reply box")
    desk.page.keyboard.press("Escape")
    assert floor.row(conversation)["state"] == "active"
    desk.box.fill("")
    desk.command("finish").click()
    notes = desk.side.get_by_label("Wrap-up notes")
    expect(notes).to_be_focused()
    notes.fill("Zip replaced, told to wait.")
    expect(desk.side.locator(".notes-state")).to_have_text("Saved")
    desk.page.reload()
    expect(notes).to_have_value("Zip replaced, told to wait.")
    desk.command("close").click()
    expect(desk.items).to_have_count(0)
    expect(desk.panes).to_have_count(0)
    assert "Never sent" not in floor.customer_sees(conversation)
    assert _notes(floor, conversation) == "Zip replaced, told to wait."


def _notes(floor: Floor, conversation: int) -> str:
    code = (
        "from conversations.models import Conversation; "
        f"print(Conversation.objects.get(pk={conversation}).notes)"
    )
    return floor.server.manage("shell", "--verbosity=0", "-c", code).strip()


def _more(desk: Desk, command: str) -> None:
    desk.command("more").click()
    desk.pane.locator(".menu").get_by_role("button", name=command).click()


def _beside(desk: Desk) -> Screen:
    """Another tab of the same browser."""
    return Screen(desk.page.context.new_page())
