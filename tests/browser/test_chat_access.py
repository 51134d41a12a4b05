"""The customer's chat for everybody: axe on every screen, Danish."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewChat
from tests.browser.floor import Floor
from tests.browser.test_access import grave

PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_of_the_chat_is_accessible(
    floor: Floor, new_chat: NewChat, scheme: str
) -> None:
    for agent in (floor.nora, floor.tomas):
        agent.turn("offline")
    chat = new_chat(color_scheme=scheme, viewport=PHONE)
    expect(chat.start).to_be_visible()
    assert grave(chat.page) == []
    chat.start.click()
    chat.shows("Write your name.")
    assert grave(chat.page) == []
    chat.starts("Emily", "Charged twice")
    chat.shows("Your place in the queue")
    assert grave(chat.page) == []
    floor.nora.turn("available")
    floor.nora.say(floor.nora.accept_next(), "Good morning, Emily.")
    chat.shows("Good morning, Emily.")
    chat.page.context.set_offline(True)
    chat.says("Are you there?")
    expect(chat.bar).to_be_visible()
    assert grave(chat.page) == []
    chat.page.context.set_offline(False)
    expect(chat.bar).to_be_hidden()
    chat.page.get_by_role("button", name="End", exact=True).click()
    expect(chat.page.get_by_role("dialog")).to_be_visible()
    assert grave(chat.page) == []
    chat.page.get_by_role("dialog").get_by_role("button", name="End").click()
    chat.shows("You have ended the conversation")
    chat.page.get_by_text("Very good").click()
    expect(chat.page.get_by_label("Anything that you want to add?")).to_be_visible()
    assert grave(chat.page) == []
    chat.page.get_by_role("button", name="Send rating").click()
    chat.shows("Thank you for telling us.")
    assert grave(chat.page) == []
    wide = "document.documentElement.scrollWidth <= innerWidth"
    assert chat.page.evaluate(wide)


def test_a_danish_chat_by_its_address(floor: Floor, new_chat: NewChat) -> None:
    floor.tomas.turn("offline")
    chat = new_chat("?lang=da")
    assert chat.page.locator("html").get_attribute("lang") == "da"
    expect(chat.page.locator("chat-start")).to_be_visible()
    texts = [chat.page.locator("body").inner_text()]
    page = chat.page
    page.get_by_label("Dit navn").fill("Emilie")
    page.locator("#start-question").fill("To gange")
    page.locator("chat-start form [data-part=submit]").click()
    floor.nora.accept_next()
    expect(chat.log).to_contain_text("Nora Lindqvist er")
    texts.append(page.locator("body").inner_text())
    page.locator("chat-head [data-part=end]").click()
    texts.append(page.get_by_role("dialog").inner_text())
    page.get_by_role("dialog").get_by_role("button").last.click()
    expect(page.locator("chat-ended")).to_be_visible()
    texts.append(page.locator("body").inner_text())
    english = ("Your", "You ", "Write", "Before", "Good", "End ", "Send ")
    assert [word for word in english if any(word in text for text in texts)] == []
