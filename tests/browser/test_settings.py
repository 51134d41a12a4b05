"""What administrators switch is in force on every open page, without reload."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenScreen
from tests.browser.floor import Floor
from tests.browser.screen import Screen

SETTINGS = "/admin/conversations/floorsettings/1/change/"
Switch = Callable[[str, bool], None]


@pytest.fixture
def switch(floor: Floor, blank: OpenScreen) -> Iterator[Switch]:
    """Sets a switch on the real page of the administrator; undone at the end."""
    admin = blank("admin").open(SETTINGS)
    switched: list[tuple[str, bool]] = []

    def turn(name: str, on: bool) -> None:
        switched.append((name, on))
        _turn(admin, name, on)

    yield turn
    for name, on in switched:
        _turn(admin, name, not on)


def _turn(admin: Screen, name: str, on: bool) -> None:
    admin.page.locator(f"#id_{name}").set_checked(on)
    admin.page.get_by_role("button", name="Save", exact=True).click()
    expect(admin.page.get_by_text("Saved. In force")).to_be_visible()


def test_a_power_switched_off_takes_its_button_away(
    screen: Screen, floor: Floor, switch: Switch
) -> None:
    conversation = floor.open()
    screen.show(conversation)
    expect(screen.command("assign")).to_be_visible()
    switch("supervisor_assign", False)
    expect(screen.command("assign")).to_have_count(0)
    expect(screen.panel.locator('[data-action="assign"]')).to_have_count(0)
    expect(screen.command("force_close")).to_be_visible()


def test_where_reasons_are_mandatory_an_override_needs_one(
    screen: Screen, floor: Floor, switch: Switch
) -> None:
    switch("reason_mandatory", True)
    floor.tomas.turn("away")
    conversation = floor.open()
    screen.select(conversation)
    screen.command("assign").click()
    screen.candidate(floor.tomas.name).click()
    expect(screen.confirm).to_contain_text("in spite of presence")
    expect(screen.dialog.get_by_label("Reason")).to_have_attribute("required", "")
    screen.confirm.click()
    expect(screen.dialog.get_by_role("alert")).to_contain_text("Give a reason")
    assert floor.row(conversation)["offer"] is None
