"""The desk for everybody: axe, keyboard alone, a narrow screen, Danish."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenDesk
from tests.browser.doors import Desk
from tests.browser.floor import Floor
from tests.browser.test_access import OF_AXE, grave

PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_desk_and_its_dialogs_are_accessible(
    floor: Floor, open_desk: OpenDesk, scheme: str
) -> None:
    served = _a_busy_desk(floor)
    desk = open_desk(color_scheme=scheme)
    desk.screen.excuse(OF_AXE)
    expect(desk.offer).to_contain_text("Offered")
    assert grave(desk.page) == []
    desk.item(served).click()
    desk.page.keyboard.press("Alt+I")
    expect(desk.pane).to_contain_text("Unseen by the customer")
    assert grave(desk.page) == []
    for key in ("Alt+C", "Alt+T", "Alt+H"):
        desk.page.keyboard.press(key)
        expect(desk.dialog).to_be_visible()
        expect(desk.dialog).not_to_contain_text("Asking who is there")
        assert grave(desk.page) == [], key
        desk.page.keyboard.press("Escape")
        expect(desk.dialog).to_have_count(0)
    desk.box.fill("/")
    expect(desk.pane.get_by_role("option").first).to_be_visible()
    assert grave(desk.page) == []
    desk.box.fill("")
    desk.presence.click()
    expect(desk.page.get_by_role("radio", name="Lunch")).to_be_visible()
    assert grave(desk.page) == []


def _a_busy_desk(floor: Floor) -> int:
    """An angry customer, one in wrap-up, an offer, one to pick."""
    served, finished = (
        floor.served(floor.nora, "Customer is angry"),
        floor.served(floor.nora),
    )
    version = floor.row(finished)["state_version"]
    floor.nora.post(f"conversations/{finished}/finish/", state_version=version)
    floor.nora.say(served, "Let me see.")
    floor.customer_says(served, "This is awful, the worst service ever!")
    floor.assign(floor.open("Offered"), floor.nora, override=True)
    floor.open("Customer has time")
    return served


def test_a_conversation_from_offer_to_close_by_keyboard_alone(
    floor: Floor, open_desk: OpenDesk
) -> None:
    desk = open_desk()
    keys = desk.page.keyboard
    conversation = floor.open("By keys")
    floor.assign(conversation, floor.nora)
    expect(desk.offer).to_contain_text("By keys")
    keys.press("F8")
    expect(desk.box).to_be_focused()
    keys.type("Good morning.")
    keys.press("Control+Enter")
    expect(desk.transcript).to_contain_text("Good morning.")
    keys.press("Alt+T")
    expect(desk.dialog).to_be_visible()
    keys.press("Escape")
    expect(desk.dialog).to_have_count(0)
    _tab_to(desk.page, desk.presence)
    keys.press("Alt+1")
    expect(desk.box).to_be_focused()
    keys.press("Escape")
    expect(desk.item(conversation)).to_be_focused()
    keys.press("Enter")
    keys.press("Alt+E")
    expect(desk.side.get_by_label("Wrap-up notes")).to_be_focused()
    keys.type("Done.")
    keys.press("Alt+E")
    expect(desk.items).to_have_count(0)
    expect(desk.page.locator("#desk-panes")).to_be_focused()
    assert floor.customer_sees(conversation).count("Good morning.") == 1


def _tab_to(page: Page, wanted: Locator) -> None:
    """By Shift+Tab, as often as there can be stops."""
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"{wanted} cannot be reached by Tab")


def test_a_phone_shows_one_thing_at_a_time(floor: Floor, open_desk: OpenDesk) -> None:
    desk = open_desk(viewport=PHONE)
    conversation = floor.open("On a phone")
    floor.assign(conversation, floor.nora)
    desk.offer.get_by_role("button", name="Accept").click()
    expect(desk.box).to_be_in_viewport()
    expect(desk.items).to_be_hidden()
    desk.says("Hello from the train.")
    assert _fits(desk.page)
    desk.pane.get_by_role("button", name="Details").click()
    expect(desk.side.get_by_label("Wrap-up notes")).to_be_visible()
    assert _fits(desk.page)
    desk.page.get_by_role("button", name="Close the details").click()
    desk.pane.get_by_role("button", name="Back to the list").click()
    expect(desk.item(conversation)).to_be_in_viewport()
    expect(desk.box).to_be_hidden()
    desk.page.reload()
    desk.screen.is_live()
    assert _fits(desk.page)


def _fits(page: Page) -> bool:
    wide = "document.documentElement.scrollWidth"
    return bool(page.evaluate(f"{wide} <= innerWidth"))


# Danish

WORDS = """() => {
    const said = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const { parentElement: around, data } = walker.currentNode;
        if (!around.closest("script, template, noscript, [lang]:not(html)"))
            said.add(data.trim());
    }
    for (const name of ["aria-label", "title", "placeholder"])
        for (const one of document.querySelectorAll(`[${name}]`))
            if (!one.closest("[lang]:not(html)")) said.add(one.getAttribute(name));
    return [...said].filter((words) => /\\p{L}{3}/u.test(words));
}"""
SAME = {"Floorwalker", "Send", "Live", "Offline", "offline", "neutral", "System"}
SAME |= {"system", "Coaching", "Meeting", "Back office", "Lunch", "Astrid Holm"}
SAME |= {"Care desk", "Accounts, Complaints, Care desk, Support"}
"""What Danish people say, too, and words that the house has chosen."""
GIVEN = re.compile(
    r"Customer (\d+$|is angry|has time)|Nora|Good morning|This is awful|Let me see"
    "|Alt|Ctrl|Esc"
)
"""What people have said, and keys."""


def test_a_danish_desk_has_no_english_left(floor: Floor, open_desk: OpenDesk) -> None:
    served = _a_busy_desk(floor)
    english, danish = _said(open_desk, served, "en-US"), _said(open_desk, served, "da")
    assert len(danish) > 100
    both = (english & danish) - SAME - _names(floor, served)
    assert [words for words in both if not GIVEN.match(words)] == []


def _said(open_desk: OpenDesk, served: int, locale: str) -> set[str]:
    """All the words of a desk on which everything has been opened once."""
    desk: Desk = open_desk(locale=locale)
    desk.item(served).click()
    for key in ("Alt+C", "Alt+T", "Alt+H"):
        desk.page.keyboard.press(key)
        expect(desk.dialog.locator("footer")).to_be_visible()
        colleagues = desk.dialog.locator(".candidate", has_text="Tomas Berg")
        expect(colleagues).to_have_count(int(key != "Alt+H"))
        desk.page.keyboard.press("Escape")
    desk.presence.click()
    expect(desk.page.locator(".presence-history li").first).to_be_visible()
    return set(desk.page.evaluate(WORDS))


def _names(floor: Floor, conversation: int) -> set[str]:
    """Of people and queues, as the dialogs name them."""
    known = floor.nora.get(f"conversations/{conversation}/colleagues/")
    return {one["name"] for one in (*known["agents"], *known["queues"])}
