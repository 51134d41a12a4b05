"""What comes through the other doors as the floor shows it: hands, calls for help, who
is typing, what ends by itself, and why nobody is given a conversation."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenScreen
from tests.browser.floor import Floor
from tests.browser.screen import Screen
from tests.browser.test_access import OF_AXE, grave

SENTENCE = "She wants a manager."


# A raised hand


def test_a_raised_hand_is_on_the_row_in_the_bell_and_in_the_panel(
    screen: Screen, floor: Floor
) -> None:
    conversation = floor.served(floor.nora, "Double charge")
    _raise(floor, conversation)
    expect(screen.cell(conversation, "note")).to_have_text("Asks for help")
    expect(screen.alerts).to_contain_text(
        f"Nora Lindqvist asks for help in “Double charge”: {SENTENCE}"
    )
    screen.alerts.get_by_role("button", name="Open").click()
    expect(_hand(screen)).to_contain_text(SENTENCE)
    expect(_hand(screen)).to_contain_text("Nora Lindqvist asks for help, since")


def test_seen_to_by_one_supervisor_is_gone_for_all(
    screen: Screen, floor: Floor, open_screen: OpenScreen
) -> None:
    conversation = floor.served(floor.nora)
    _raise(floor, conversation)
    other = open_screen()
    other.show(conversation)
    expect(_hand(other)).to_be_visible()
    screen.alerts.get_by_role("button", name="Seen to").click()
    for one in (screen, other):
        expect(one.cell(conversation, "note")).to_have_text("")
        expect(one.alerts.locator(".note")).to_have_count(0)
        _open_bell(one)
        expect(_bell_menu(one)).not_to_contain_text(SENTENCE)
    expect(_hand(other)).to_be_hidden()
    assert floor.row(conversation)["hand"] is None


def test_a_hand_that_its_agent_lowers_is_gone(screen: Screen, floor: Floor) -> None:
    conversation = floor.served(floor.nora)
    _raise(floor, conversation)
    screen.show(conversation)
    expect(_hand(screen)).to_be_visible()
    floor.nora.ask("DELETE", f"conversations/{conversation}/hand/")
    expect(_hand(screen)).to_be_hidden()
    expect(screen.alerts.locator(".note")).to_have_count(0)


def test_a_page_opened_later_has_the_hand_in_its_bell(
    floor: Floor, open_screen: OpenScreen
) -> None:
    conversation = floor.served(floor.nora)
    _raise(floor, conversation)
    screen = open_screen()
    expect(screen.cell(conversation, "note")).to_have_text("Asks for help")
    _open_bell(screen)
    expect(_bell_menu(screen)).to_contain_text(SENTENCE)
    _bell_menu(screen).get_by_role("button", name="Seen to").click()
    expect(_bell_menu(screen)).not_to_contain_text(SENTENCE)
    assert floor.row(conversation)["hand"] is None


def test_only_who_asks_for_help_can_be_shown(screen: Screen, floor: Floor) -> None:
    calm, raised = floor.served(floor.nora, "Calm"), floor.served(floor.nora, "Not so")
    _raise(floor, raised)
    chip = screen.page.locator('filter-bar [data-filter="hand"]')
    expect(chip).to_have_text("Asks for help1")
    chip.press("Enter")
    expect(screen.row(calm)).to_have_count(0)
    expect(screen.row(raised)).to_be_visible()
    expect(screen.page).to_have_url(re.compile("hand=raised"))
    expect(chip).to_be_focused()
    expect(chip).to_have_attribute("aria-pressed", "true")
    chip.press("Enter")
    expect(screen.row(calm)).to_be_visible()


def _raise(floor: Floor, conversation: int) -> None:
    floor.nora.post(f"conversations/{conversation}/hand/", text=SENTENCE)


def _hand(screen: Screen) -> Locator:
    return screen.panel.locator(".panel-hand")


def _open_bell(screen: Screen) -> None:
    screen.page.get_by_role("button", name=re.compile("^Alerts")).click()


def _bell_menu(screen: Screen) -> Locator:
    return screen.page.locator("#alert-menu")


# A call for help to a supervisor


def test_who_accepts_a_call_for_help_reads_along_and_whispers(
    screen: Screen, floor: Floor
) -> None:
    conversation = floor.served(floor.nora, "Odd contract")
    _consult(floor, conversation, "May I refund?")
    note = screen.alerts.locator(".note", has_text="May I refund?")
    expect(note).to_contain_text("Nora Lindqvist asks you to read along")
    expect(note.locator(".alert-left")).to_have_text(re.compile(r"^\d:\d\d$"))
    note.get_by_role("button", name="Accept").click()
    expect(note).to_have_count(0)
    expect(screen.panel.get_by_role("log")).to_contain_text("Good morning")
    expect(screen.panel).to_contain_text("You read along; the customer does not see")
    you = screen.panel.locator(".people li", has_text="You, Astrid Holm")
    expect(you).to_contain_text("reads along")
    _whisper(screen, "Yes, you may.")
    assert "Yes, you may." in floor.nora.hears(conversation)
    assert "Yes, you may." not in floor.customer_sees(conversation)
    screen.panel.locator('[data-action="stop_reading"]').click()
    expect(you).to_have_count(0)
    expect(screen.panel.get_by_role("log")).to_be_hidden()


def test_who_reads_along_can_still_join(screen: Screen, floor: Floor) -> None:
    conversation = floor.served(floor.nora)
    _consult(floor, conversation, "Please help.")
    screen.alerts.get_by_role("button", name="Accept").click()
    screen.panel.locator('[data-action="join"]').click()
    you = screen.panel.locator(".people li", has_text="You, Astrid Holm")
    expect(you).to_contain_text("consultant, since")
    expect(screen.panel.locator(".panel-reading")).to_be_hidden()
    expect(screen.panel.locator(".segments").get_by_text("Public")).to_be_visible()


def test_a_declined_call_for_help_is_settled(screen: Screen, floor: Floor) -> None:
    conversation = floor.served(floor.nora)
    offer = _consult(floor, conversation, "Have you a minute?")
    screen.alerts.get_by_role("button", name="Decline").click()
    expect(screen.alerts.locator(".note")).to_have_count(0)
    _open_bell(screen)
    expect(_bell_menu(screen)).to_contain_text("Declined.")
    expect(_bell_menu(screen).get_by_role("button", name="Accept")).to_have_count(0)
    assert offer not in _asked(floor, conversation)


def test_a_call_for_help_that_is_taken_back_leaves_the_screen(
    screen: Screen, floor: Floor
) -> None:
    conversation = floor.served(floor.nora)
    offer = _consult(floor, conversation, "Never mind.")
    expect(screen.alerts).to_contain_text("Never mind.")
    floor.nora.post(f"offers/{offer}/withdraw/")
    expect(screen.alerts.locator(".note")).to_have_count(0)


def test_an_answer_that_comes_too_late_is_said_to_be(
    screen: Screen, floor: Floor
) -> None:
    screen.excuse("409")
    conversation = floor.served(floor.nora)
    offer = _consult(floor, conversation, "Too late?")
    accept = screen.alerts.get_by_role("button", name="Accept")
    expect(accept).to_be_visible()
    floor.nora.post(f"offers/{offer}/withdraw/")
    accept.click()
    _open_bell(screen)
    expect(_bell_menu(screen)).to_contain_text(re.compile("It has ended|Taken back"))
    expect(screen.panel).to_be_hidden()


def test_a_reload_keeps_the_call_for_help(screen: Screen, floor: Floor) -> None:
    conversation = floor.served(floor.nora)
    _consult(floor, conversation, "Still there?")
    expect(screen.alerts).to_contain_text("Still there?")
    screen.page.reload()
    screen.is_live()
    expect(screen.alerts.locator(".note")).to_have_count(1)
    screen.alerts.get_by_role("button", name="Accept").click()
    expect(screen.panel.get_by_role("log")).to_contain_text("Good morning")


def _consult(floor: Floor, conversation: int, text: str) -> int:
    """Nora asks Astrid, the supervisor, for help."""
    path = f"conversations/{conversation}"
    [astrid] = [
        one["id"]
        for one in floor.nora.get(f"{path}/colleagues/")["supervisors"]
        if one["name"] == "Astrid Holm"
    ]
    version = floor.row(conversation)["state_version"]
    body = {"state_version": version, "supervisor": astrid, "text": text}
    return int(floor.nora.ask("POST", f"{path}/consult/", body)["offer"]["id"])


def _asked(floor: Floor, conversation: int) -> list[int]:
    [entry] = [
        entry
        for entry in floor.nora.get("desk/")["conversations"]
        if entry["id"] == conversation
    ]
    return [consult["id"] for consult in entry["consults"]]


def _whisper(screen: Screen, text: str) -> None:
    box = screen.panel.get_by_role("textbox")
    box.fill(text)
    box.press("Control+Enter")
    expect(box).to_have_value("")


def test_an_agent_who_only_reads_along_is_marked_so(
    screen: Screen, floor: Floor
) -> None:
    conversation = floor.served(floor.nora)
    version = floor.row(conversation)["state_version"]
    path = f"conversations/{conversation}/consult/"
    floor.nora.post(path, state_version=version, agent=floor.tomas.id, text="Hm?")
    floor.tomas.accept()
    screen.show(conversation)
    tomas = screen.panel.locator(".people li", has_text=floor.tomas.name)
    expect(tomas).to_contain_text("reads along")
    expect(tomas).to_contain_text("0/40")
    stays = floor.row(conversation)["participants"]
    [user] = [one["user"] for one in stays if one["name"] == floor.tomas.name]
    floor.nora.post(f"{path}add/", user=user)
    screen.panel.locator('[data-action="monitor"]').first.click()
    expect(tomas).to_contain_text("consultant, since")


# Typing, and what ends by itself


def test_who_is_typing_is_shown_to_a_monitor(
    screen: Screen, floor: Floor, blank: OpenScreen
) -> None:
    conversation = floor.served(floor.nora)
    screen.show(conversation)
    screen.panel.locator('[data-action="monitor"]').first.click()
    expect(screen.panel.get_by_role("log")).to_contain_text("Good morning")
    desk = blank("agent1").open("/accounts/login/")
    desk.page.evaluate(TYPE, conversation)
    typing = screen.panel.locator(".panel-typing")
    expect(typing).to_have_text("Nora Lindqvist is writing…")
    expect(screen.panel.get_by_role("status").last).to_contain_text("is writing")
    expect(typing).to_be_hidden()


TYPE = """conversation => new Promise(done => {
    const socket = new WebSocket(`ws://${location.host}/ws/desk/`);
    const typing = { type: "typing", conversation, visibility: "public" };
    socket.onmessage = ({ data }) => {
        if (JSON.parse(data).type !== "desk") return;
        socket.send(JSON.stringify(typing));
        done();
    };
})"""


def test_what_ends_by_itself_is_said_on_row_and_panel(
    screen: Screen, floor: Floor
) -> None:
    conversation = floor.served(floor.nora)
    path = f"conversations/{conversation}/finish/"
    version = floor.row(conversation)["state_version"]
    floor.nora.post(path, state_version=version)
    expect(screen.cell(conversation, "state")).to_contain_text("Wrap-up")
    screen.show(conversation)
    closes = re.compile(r"Closes in \d.* unless the agent closes it before\.")
    expect(screen.panel.locator(".panel-closes")).to_have_text(closes)
    state = screen.cell(conversation, "state").locator(".cell-line")
    state.hover()
    expect(state).to_have_attribute("title", closes)


# Routing


def test_the_panel_says_why_nobody_gets_it_and_how_it_was_assigned(
    screen: Screen, floor: Floor
) -> None:
    conversation = floor.open("Nobody yet")
    screen.show(conversation)
    routing = screen.panel.locator(".is-routing")
    routing.get_by_text("Why is this not assigned?").click()
    expect(routing).to_contain_text("This queue does not assign by itself")
    nora = routing.locator(".routing-agents li", has_text=floor.nora.name).first
    expect(nora).to_contain_text("40 units left")
    floor.assign(conversation, floor.nora)
    floor.nora.accept()
    expect(routing).to_contain_text("How it was assigned")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hands_and_calls_for_help_are_accessible(
    floor: Floor, open_screen: OpenScreen, scheme: str
) -> None:
    screen = open_screen(color_scheme=scheme)
    screen.excuse(OF_AXE)
    conversation, waiting = floor.served(floor.nora), floor.open("Waits")
    _raise(floor, conversation)
    _consult(floor, conversation, "May I?")
    expect(screen.alerts.locator(".note")).to_have_count(2)
    assert grave(screen.page) == []
    screen.alerts.get_by_role("button", name="Accept").click()
    expect(screen.panel.locator(".panel-reading")).to_be_visible()
    assert grave(screen.page) == []
    screen.show(waiting)
    screen.panel.get_by_text("Why is this not assigned?").click()
    expect(screen.panel.locator(".routing-agents li").first).to_be_visible()
    assert grave(screen.page) == []
