"""The panel: monitoring unseen, whispering, joining; also on a telephone."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenScreen
from tests.browser.floor import Floor
from tests.browser.screen import Screen

PHONE = {"width": 390, "height": 844}


def test_a_monitor_reads_along_live(screen: Screen, floor: Floor) -> None:
    conversation = floor.served(floor.nora)
    _monitor(screen, conversation)
    expect(_transcript(screen)).to_contain_text("Good morning, I have a question.")
    floor.customer_says(conversation, "This is terrible, I want my money back!")
    floor.nora.say(conversation, "I am sorry to hear that.")
    expect(_transcript(screen)).to_contain_text("I want my money back")
    expect(_transcript(screen)).to_contain_text("I am sorry to hear that.")
    you = screen.panel.locator(".people li", has_text="You, Astrid Holm")
    expect(you).to_contain_text("monitoring, unseen")
    screen.panel.locator('[data-action="unmonitor"]').click()
    expect(_transcript(screen)).to_be_hidden()
    expect(you).to_have_count(0)


def test_a_whisper_reaches_the_agent_and_never_the_customer(
    screen: Screen, floor: Floor
) -> None:
    conversation = floor.served(floor.nora)
    _monitor(screen, conversation)
    _whisper(screen, "Offer her a refund.")
    expect(_transcript(screen)).to_contain_text("Offer her a refund.")
    assert "Offer her a refund." in floor.nora.hears(conversation)
    assert "Offer her a refund." not in floor.customer_sees(conversation)


def test_who_joins_can_write_to_the_customer_and_leave_again(
    screen: Screen, floor: Floor
) -> None:
    conversation = floor.served(floor.nora)
    _monitor(screen, conversation)
    screen.panel.locator('[data-action="join"]').click()
    you = screen.panel.locator(".people li", has_text="You, Astrid Holm")
    expect(you).to_contain_text("consultant")
    screen.panel.locator(".segments").get_by_text("Public").click()
    _whisper(screen, "Hello, Astrid here.")
    expect(_transcript(screen)).to_contain_text("Hello, Astrid here.")
    assert "Hello, Astrid here." in floor.customer_sees(conversation)
    screen.panel.locator('[data-action="leave"]').click()
    expect(screen.panel.locator('[data-action="join"]')).to_be_visible()


def test_on_a_telephone_the_panel_is_a_sheet_over_everything(
    floor: Floor, open_screen: OpenScreen
) -> None:
    conversation = floor.served(floor.nora)
    screen = open_screen(viewport=PHONE, has_touch=True)
    screen.row(conversation).locator('[col-id="customer"]').tap()
    expect(screen.panel).to_be_visible()
    box = screen.panel.bounding_box()
    assert box is not None
    assert box["width"] == PHONE["width"] and box["height"] > PHONE["height"] * 0.8
    screen.panel.locator('[data-action="monitor"]').first.tap()
    _whisper(screen, "From the train.")
    expect(_transcript(screen)).to_contain_text("From the train.")
    wide = "document.documentElement.scrollWidth"
    assert screen.page.evaluate(wide) <= PHONE["width"]
    screen.panel.get_by_role("button", name="Close the panel").tap()
    expect(screen.panel).to_be_hidden()


def _monitor(screen: Screen, conversation: int) -> None:
    screen.show(conversation)
    screen.panel.locator('[data-action="monitor"]').first.click()
    expect(_transcript(screen)).to_be_visible()


def _transcript(screen: Screen) -> Locator:
    return screen.panel.get_by_role("log", name="Transcript")


def _whisper(screen: Screen, text: str) -> None:
    send = screen.panel.get_by_role("button", name=re.compile("^(Whisper|Send)$"))
    expect(send).to_be_enabled()
    screen.panel.get_by_role("textbox").fill(text)
    screen.panel.get_by_role("textbox").press("Control+Enter")
    expect(screen.panel.get_by_role("textbox")).to_have_value("")
