"""The desk and other people: consult, transfer, back to the queue; and whether the
agent is there at all."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenDesk, OpenScreen
from tests.browser.doors import Desk
from tests.browser.floor import Floor

NORA, TOMAS = "Nora Lindqvist", "Tomas Berg"


def test_a_consultant_reads_along_and_is_heard_only_once_added(
    floor: Floor, open_desk: OpenDesk
) -> None:
    conversation = floor.served(floor.nora, "Odd contract")
    nora, tomas = open_desk("agent1"), open_desk("agent2")
    nora.item(conversation).click()
    nora.page.keyboard.press("Alt+C")
    nora.choose(TOMAS, "May I refund?")
    expect(nora.side).to_contain_text(re.compile(rf"{TOMAS}.*asked, \d:\d\d left"))
    expect(tomas.offer).to_contain_text(f"{NORA} asks you for help")
    expect(tomas.offer).to_contain_text("Takes no units. “May I refund?”")
    tomas.page.keyboard.press("F8")
    expect(tomas.pane).to_contain_text("the customer does not see you")
    expect(tomas.transcript).to_contain_text("Good morning, I have a question.")
    expect(tomas.pane.get_by_text("To the customer", exact=True)).to_be_hidden()
    expect(tomas.box).to_have_accessible_name("Internal note")
    tomas.says("Yes, you may.")
    expect(nora.transcript).to_contain_text("Yes, you may.")
    assert not any(TOMAS in said for said in floor.customer_sees(conversation))

    nora.side.get_by_role("button", name="Add to the chat").click()
    expect(tomas.pane).to_contain_text("You are in the chat; the customer knows")
    tomas.pane.get_by_text("To the customer", exact=True).click()
    tomas.says("Tomas here, hello.")
    expect(nora.transcript).to_contain_text("Tomas here, hello.")
    expect(nora.transcript).to_contain_text(f"{TOMAS} joined")
    sees = floor.customer_sees(conversation)
    assert "Tomas here, hello." in sees
    assert "Yes, you may." not in sees

    nora.side.get_by_role("button", name="Remove").click()
    expect(tomas.pane).to_contain_text("The consult was ended.")
    expect(tomas.items).to_have_count(0)
    expect(tomas.box).to_be_hidden()
    assert floor.row(conversation)["state"] == "active"


def test_a_transfer_is_declined_then_accepted_then_given_back(
    floor: Floor, open_desk: OpenDesk
) -> None:
    conversation = floor.served(floor.nora, "Two beds")
    nora, tomas = open_desk("agent1"), open_desk("agent2")
    nora.item(conversation).click()
    _hand_over(nora, TOMAS, "She likes you.")
    expect(tomas.offer).to_contain_text(f"{NORA} hands over to you")
    expect(tomas.offer).to_contain_text("“She likes you.”")
    expect(nora.command("take_back")).to_be_visible()
    tomas.page.keyboard.press("F9")
    expect(nora.screen.alerts).to_contain_text(f"{TOMAS} did not take over")
    expect(nora.command("hand_over")).to_be_visible()
    nora.says("It stays with me.")

    floor.tomas.turn("available")
    _hand_over(nora, TOMAS)
    expect(tomas.offer).to_be_visible()
    tomas.page.keyboard.press("F8")
    expect(tomas.transcript).to_contain_text("It stays with me.")
    expect(nora.items).to_have_count(0)
    expect(nora.pane).to_contain_text("It went to somebody else.")
    tomas.says("I have it now.")

    _hand_over(tomas, "Billing")
    expect(tomas.items).to_have_count(0)
    expect(tomas.page.locator(".units-figure")).to_have_text("0/40")
    assert "You are being transferred to Billing." in floor.customer_sees(conversation)
    assert floor.row(conversation)["state"] == "open"


def test_what_waits_is_picked_and_given_back(floor: Floor, open_desk: OpenDesk) -> None:
    nora, tomas = open_desk("agent1"), open_desk("agent2")
    conversation = floor.open("By hand")
    for desk in (nora, tomas):
        expect(_pick(desk, conversation)).to_be_visible()
    _pick(nora, conversation).click()
    expect(nora.transcript).to_contain_text("Good morning, I have a question.")
    expect(_pick(tomas, conversation)).to_have_count(0)
    nora.command("more").click()
    nora.pane.locator(".menu").get_by_role("button", name="Release").click()
    expect(nora.items).to_have_count(0)
    expect(_pick(tomas, conversation)).to_be_visible()
    assert floor.row(conversation)["state"] == "open"


def _pick(desk: Desk, conversation: int) -> Locator:
    return desk.page.locator(f'desk-list [data-item="pick-{conversation}"]')


def _hand_over(desk: Desk, whom: str, words: str = "") -> None:
    desk.command("hand_over").click()
    desk.choose(whom, words)


def test_presence_by_its_own_name_and_a_browser_that_dies(
    floor: Floor, open_desk: OpenDesk, open_screen: OpenScreen
) -> None:
    conversation = floor.served(floor.nora)
    seen = open_screen().cell(conversation, "agent").get_by_role("img").first
    desk = open_desk()
    units = desk.page.locator(".desk-units")
    expect(units).to_have_accessible_name("10 of 40 units used")
    desk.presence.press("Enter")
    desk.page.get_by_role("radio", name="Lunch").press("Enter")
    expect(desk.presence).to_contain_text("Lunch")
    expect(seen).to_have_accessible_name("Lunch")
    desk.presence.press("Enter")
    history = desk.page.locator(".presence-history")
    expect(history).to_contain_text("Lunch")
    expect(history).to_contain_text("Available")
    desk.page.keyboard.press("Escape")

    desk.page.close()
    expect(seen).to_have_accessible_name("offline")
    gone = floor.nora.row
    assert (gone["presence_set_by"], gone["presence_reason"]) == (
        "system",
        "disconnected",
    )
    assert gone["used_units"] == 10

    back = open_desk()
    expect(back.presence).to_contain_text("Lunch")
    expect(seen).to_have_accessible_name("Lunch")
    expect(back.items).to_have_count(1)
