"""A customer, an agent and a supervisor at once, each in a browser of their own: from
the widget on somebody else's page to the forced end (issue 3, the first proof)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewContext, OpenScreen
from tests.browser.doors import Chat, Desk, Shop, Wire, picture
from tests.browser.floor import DemoAgent, Floor
from tests.browser.screen import Screen
from tests.servers import LiveServer

ANGRY = "This is terrible. I am very angry, it is a disgrace and I hate it!"
WHISPER = "Offer her 500 kr. back at once."


@pytest.fixture(scope="module")
def shop(server: LiveServer) -> Iterator[Shop]:
    """A shop whose origin is on the administrator's list."""
    shop = Shop(server.url)
    server.manage(
        "shell",
        "-c",
        "from conversations.models import Workstream\n"
        "from gateways.models import ChatSite\n"
        "stream = Workstream.objects.get(name='Website chat')\n"
        "ChatSite.objects.update_or_create(key='demo', defaults=dict("
        f"name='Example Support', workstream=stream, origins='{shop.origin}', "
        "is_default=True))",
    )
    yield shop
    shop.close()


@pytest.fixture
def colleague(server: LiveServer, floor: Floor) -> Iterator[DemoAgent]:
    """A third agent of Support."""
    agent = DemoAgent(server.url, "sim01")
    agent.turn("available")
    yield agent
    agent.turn("offline")
    agent.close()


def test_from_the_widget_to_the_forced_end(
    shop: Shop,
    floor: Floor,
    open_screen: OpenScreen,
    blank: OpenScreen,
    new_context: NewContext,
    server: LiveServer,
) -> None:
    floor.tomas.turn("offline")
    boss = open_screen()
    desk = Desk(blank("agent1", viewport={"width": 1280, "height": 800})).open()
    desk.read_notice()
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    wire = Wire(page, "/ws/chat/")
    chat = shop.visit(page)
    chat.starts("Emily", "I was charged twice for March.")
    picture(page, "1-customer-waits")

    number = _accept(desk, chat)
    _talk(desk, chat)
    _fall(boss, chat, number)
    _monitor(boss, desk, wire, number)
    _whisper(boss, desk, wire)
    _join(boss, desk, chat)
    _transfer(boss, floor, desk, chat, server, number)
    _force_close(boss, desk, chat, number)
    assert not wire.ever(WHISPER)
    assert not wire.ever("monitor") or wire.ever("may be monitored")


def _accept(desk: Desk, chat: Chat) -> int:
    expect(desk.offer).to_contain_text("charged twice")
    picture(desk.page, "2-offer")
    desk.page.keyboard.press("F8")
    expect(desk.pane).to_contain_text("I was charged twice for March.")
    expect(chat.log).to_contain_text("Nora Lindqvist is now here to help you.")
    return int(desk.pane.get_attribute("data-conversation") or 0)


def _talk(desk: Desk, chat: Chat) -> None:
    desk.box.press_sequentially("Good")
    expect(chat.inside.locator(".chat-typing")).to_contain_text("Nora Lindqvist")
    desk.says("Good morning, Emily. I am looking at both payments.")
    expect(chat.log).to_contain_text("looking at both payments")
    chat.box.press_sequentially("It is")
    expect(desk.pane.locator(".pane-typing")).to_contain_text("Emily")
    chat.says("It is the second time.")
    expect(desk.pane).to_contain_text("It is the second time.")


def _fall(boss: Screen, chat: Chat, number: int) -> None:
    for _again in range(2):
        chat.says(ANGRY)
    mood = boss.cell(number, "mood").get_by_role("img").first
    expect(mood).to_have_attribute("aria-label", re.compile("^very negative"))
    picture(chat.page, "3-customer-angry")


def _monitor(boss: Screen, desk: Desk, wire: Wire, number: int) -> None:
    boss.show(number)
    told = (len(desk.wire.news), len(wire.news))
    boss.panel.locator('[data-action="monitor"]').first.click()
    expect(boss.panel.locator(".transcript")).to_contain_text("a disgrace")
    # One comparison has passed for all of them: two pulses each.
    pulses = len(wire.raw)
    while len(wire.raw) < pulses + 2:
        boss.page.wait_for_timeout(100)
    assert (len(desk.wire.news), len(wire.news)) == told, "they can tell"
    picture(boss.page, "4-monitor")


def _whisper(boss: Screen, desk: Desk, wire: Wire) -> None:
    told = len(wire.news)
    boss.panel.get_by_role("textbox").fill(WHISPER)
    boss.panel.get_by_role("textbox").press("Control+Enter")
    expect(desk.pane).to_contain_text(WHISPER)
    expect(desk.pane).to_contain_text("Whisper from Astrid Holm")
    assert len(wire.news) == told
    picture(desk.page, "5-whisper")


def _join(boss: Screen, desk: Desk, chat: Chat) -> None:
    boss.panel.locator('[data-action="join"]').click()
    expect(chat.log).to_contain_text("Astrid Holm joined the conversation.")
    expect(desk.pane).to_contain_text("Astrid Holm joined")
    expect(desk.side).to_contain_text("Astrid Holm")
    picture(desk.page, "6-joined")


def _transfer(
    boss: Screen,
    floor: Floor,
    desk: Desk,
    chat: Chat,
    server: LiveServer,
    number: int,
) -> None:
    floor.tomas.turn("available")
    _offer_to(boss, number, floor.tomas)
    floor.tomas.decline()
    expect(boss.alerts).to_contain_text("declined the transfer")
    expect(desk.pane).to_contain_text(ANGRY)
    expect(desk.box).to_be_enabled()
    _offer_to(boss, number, floor.tomas)
    picture(boss.page, "7-transfer")
    floor.tomas.accept()
    expect(chat.log).to_contain_text("Tomas Berg is now here to help you.")
    expect(desk.side).to_contain_text("Tomas Berg")
    you = desk.side.locator("li", has_text="You, Nora Lindqvist")
    expect(you).to_contain_text("consultant")
    floor.tomas.say(number, "Tomas here, I will see to it.")
    expect(chat.log).to_contain_text("I will see to it.")
    picture(desk.page, "8-consultant")


def _offer_to(boss: Screen, number: int, agent: DemoAgent) -> None:
    boss.panel.locator('[data-action="transfer"]').first.click()
    boss.candidate(agent.name).click()
    boss.confirm.click()
    expect(boss.dialog).to_have_count(0)
    expect(boss.cell(number, "state")).to_contain_text(agent.name)


def _force_close(boss: Screen, desk: Desk, chat: Chat, number: int) -> None:
    boss.panel.locator('[data-action="force_close"]').first.click()
    boss.confirm.click()
    chat.shows("A supervisor has ended the conversation")
    expect(desk.items).to_have_count(0)
    picture(chat.page, "9-ended")
    chat.inside.get_by_text("Very good").click()
    chat.inside.get_by_role("button", name="Send rating").click()
    chat.shows("Thank you for telling us.")
