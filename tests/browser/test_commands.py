"""Assign, transfer and force close, and what comes back of them."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenScreen
from tests.browser.floor import Floor
from tests.browser.screen import Screen

FULL = 4
"""Conversations of ten units that fill an agent's forty."""


def test_assign_with_override_shows_the_exact_units(
    screen: Screen, floor: Floor
) -> None:
    for _ in range(FULL):
        floor.served(floor.nora)
    conversation = floor.open("Fifth for Nora")
    screen.select(conversation)
    screen.command("assign").click()
    candidate = screen.candidate(floor.nora.name)
    expect(candidate).to_contain_text("Exceeds by 10 units")
    expect(candidate).to_contain_text("40/40")
    candidate.click()
    expect(screen.confirm).to_contain_text("Assign over capacity")
    screen.dialog.get_by_label("Reason").fill("She knows the case")
    screen.confirm.click()
    expect(screen.dialog).to_have_count(0)
    expect(screen.cell(conversation, "state")).to_contain_text("Offered")
    expect(screen.cell(conversation, "agent")).to_contain_text(floor.nora.name)
    floor.nora.accept()
    expect(screen.cell(conversation, "agent")).to_contain_text("50/40")


def test_a_declined_assignment_alerts_the_supervisor(
    screen: Screen, floor: Floor
) -> None:
    conversation = floor.open("Lost luggage")
    screen.select(conversation)
    screen.command("assign").click()
    screen.candidate(floor.nora.name).click()
    screen.confirm.click()
    expect(screen.cell(conversation, "state")).to_contain_text("Offered")
    floor.nora.decline()
    expect(screen.alerts).to_contain_text("Nora Lindqvist declined “Lost luggage”")
    expect(screen.cell(conversation, "state")).to_contain_text("Open")


def test_a_declined_transfer_tells_the_supervisor(screen: Screen, floor: Floor) -> None:
    conversation = _transfer(screen, floor)
    floor.tomas.decline()
    text = "Tomas Berg declined the transfer of “Broken zip”"
    expect(screen.alerts).to_contain_text(text)
    expect(screen.cell(conversation, "state")).to_contain_text("In conversation")
    expect(screen.cell(conversation, "agent")).to_contain_text(floor.nora.name)


def test_an_accepted_transfer_leaves_the_first_agent_as_consultant(
    screen: Screen, floor: Floor
) -> None:
    conversation = _transfer(screen, floor)
    floor.tomas.accept()
    expect(screen.alerts).to_contain_text("Tomas Berg accepted the transfer")
    expect(screen.cell(conversation, "agent")).to_contain_text(floor.tomas.name)
    screen.show(conversation)
    people = screen.panel.locator(".people li")
    expect(people.filter(has_text=floor.tomas.name)).to_contain_text("primary")
    expect(people.filter(has_text=floor.nora.name)).to_contain_text("consultant")


def _transfer(screen: Screen, floor: Floor) -> int:
    """Nora's conversation, offered to Tomas through the dialog."""
    conversation = floor.served(floor.nora, "Broken zip")
    screen.select(conversation)
    screen.command("transfer").click()
    screen.candidate(floor.tomas.name).click()
    screen.dialog.get_by_label("Reason").fill("Needs Tomas")
    screen.confirm.click()
    expect(screen.cell(conversation, "state")).to_contain_text("To Tomas Berg")
    return conversation


def test_a_conversation_can_be_given_to_another_queue(
    screen: Screen, floor: Floor
) -> None:
    conversation = floor.open()
    screen.select(conversation)
    screen.command("assign").click()
    screen.dialog.get_by_role("tab", name="Queues").click()
    screen.dialog.get_by_label("Billing").check()
    screen.confirm.click()
    expect(screen.cell(conversation, "queue")).to_contain_text("Billing")


def test_what_cannot_be_done_is_off_and_says_why(screen: Screen, floor: Floor) -> None:
    conversation = floor.served(floor.nora)
    screen.select(conversation)
    assign = screen.command("assign")
    expect(assign).to_have_attribute("aria-disabled", "true")
    expect(assign).to_have_accessible_description(re.compile(r"\w+ \w+"))
    assign.click(force=True)
    expect(screen.dialog).to_have_count(0)


def test_who_comes_second_is_told_and_sees_the_present_state(
    screen: Screen, floor: Floor, open_screen: OpenScreen
) -> None:
    conversation = floor.open("Wanted by two")
    second = open_screen()
    second.excuse("409")
    second.select(conversation)
    second.command("assign").click()
    second.candidate(floor.tomas.name).click()
    screen.select(conversation)
    screen.command("assign").click()
    screen.candidate(floor.nora.name).click()
    screen.confirm.click()
    expect(second.cell(conversation, "agent")).to_contain_text(floor.nora.name)
    second.confirm.click()
    alert = second.dialog.get_by_role("alert")
    expect(alert).to_contain_text("It was Open and is now Offered.")
    assert floor.tomas.offers() == []
    assert [offer["conversation"] for offer in floor.nora.offers()] != []


def test_assigning_works_by_keyboard_alone(screen: Screen, floor: Floor) -> None:
    other = floor.open("Something else")
    conversation = floor.open("Only by keyboard")
    expect(screen.row(other)).to_be_visible()
    keyboard = screen.page.keyboard
    keyboard.press("/")
    keyboard.type("only by")
    expect(screen.rows).to_have_count(1)
    keyboard.press("ArrowDown")
    assert _is_focused(screen, conversation)
    keyboard.press("a")
    expect(screen.candidate(floor.nora.name)).to_be_visible()
    while not screen.candidate(floor.tomas.name).get_by_role("radio").is_checked():
        keyboard.press("ArrowDown")
    keyboard.press("Tab")
    keyboard.type("By hand")
    keyboard.press("Enter")
    expect(screen.cell(conversation, "agent")).to_contain_text(floor.tomas.name)
    expect(screen.dialog).to_have_count(0)
    assert _is_focused(screen, conversation)


def _is_focused(screen: Screen, conversation: int) -> bool:
    return bool(
        screen.row(conversation).evaluate("row => row.contains(document.activeElement)")
    )


def test_force_close_asks_and_the_row_leaves_with_its_reason(
    screen: Screen, floor: Floor
) -> None:
    conversation = floor.served(floor.nora, "To be ended")
    screen.show(conversation)
    screen.panel.locator('[data-action="force_close"]').click()
    expect(screen.dialog).to_contain_text("cannot be opened again")
    screen.dialog.get_by_label("Reason").fill("Spam")
    screen.confirm.click()
    expect(screen.cell(conversation, "note")).to_contain_text(
        "Force closed by Astrid Holm"
    )
    expect(screen.panel).to_contain_text("Force closed by Astrid Holm")
    screen.panel.get_by_role("button", name="Close the panel").click()
    screen.page.mouse.move(0, 0)
    screen.page.locator("#search").focus()
    expect(screen.row(conversation)).to_have_count(0)
    assert floor.row(conversation)["state"] == "closed"
