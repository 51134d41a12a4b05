"""The floor moves by itself, and only what is the viewer's is on it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenScreen
from tests.browser.floor import Floor
from tests.browser.screen import Screen


def test_what_others_do_comes_on_screen_without_reload(
    screen: Screen, floor: Floor
) -> None:
    ongoing, waiting = screen.tile("ongoing"), screen.tile("waiting")
    expect(ongoing).to_have_text("0")
    conversation = floor.open("Invoice twice")
    expect(screen.cell(conversation, "state")).to_contain_text("Open")
    expect(screen.cell(conversation, "agent")).to_contain_text("Nobody yet")
    expect(ongoing).to_have_text("1")
    expect(waiting).to_have_text("1")
    floor.assign(conversation, floor.nora)
    expect(screen.cell(conversation, "state")).to_contain_text("Offered")
    floor.nora.accept()
    expect(screen.cell(conversation, "state")).to_contain_text("In conversation")
    expect(screen.cell(conversation, "agent")).to_contain_text("Nora Lindqvist")
    expect(screen.cell(conversation, "agent")).to_contain_text("10/40")
    expect(waiting).to_have_text("0")


def test_the_screen_is_what_the_server_has(screen: Screen, floor: Floor) -> None:
    conversation = floor.served(floor.nora)
    floor.customer_says(conversation, "Still there?")
    expect(screen.cell(conversation, "state")).to_contain_text("In conversation")
    digest = floor.board()["digest"]
    screen.hears(lambda frame: '"pulse"' in frame and digest in frame)
    screen.is_live()


def test_a_row_out_of_scope_never_appears(
    floor: Floor, open_screen: OpenScreen
) -> None:
    narrow = open_screen("billing")
    secret = floor.open("Confidential matter", customer={"name": "Zaphod"})
    own = floor.open("A bill", queue="Billing", channel="sms")
    floor.customer_says(secret, "Nobody else may read this.")
    floor.assign(secret, floor.nora)
    floor.force_close(secret)
    expect(narrow.row(own)).to_be_visible()
    narrow.page.reload()
    expect(narrow.row(own)).to_be_visible()
    expect(narrow.rows).to_have_count(1)
    everything = "\n".join(narrow.frames) + narrow.page.content()
    assert "Confidential" not in everything and "Zaphod" not in everything
    assert f'"id":{secret},' not in everything.replace(" ", "")
