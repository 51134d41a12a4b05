"""The settings page: the powers' switches, behind a notice of what they are for."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.forms.models import model_to_dict
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.roles import Role
from conversations import doorbell
from conversations.events import Kind
from conversations.models import Event, FloorSettings
from tests import building

pytestmark = [pytest.mark.django_db, pytest.mark.behaviour]

PAGE = "/admin/conversations/floorsettings/1/change/"
LIST = "/admin/conversations/floorsettings/"


@pytest.fixture
def boss(client: Client) -> User:
    """An administrator, logged in, who is not a superuser."""
    user = building.a_user(
        "boss", Role.ADMINISTRATOR, is_staff=True, first_name="Ingrid", last_name="Dahl"
    )
    client.force_login(user)
    return user


def a_form(**changes: object) -> dict[str, Any]:
    """What a browser sends: switches that are off are not in it at all."""
    now = {**model_to_dict(FloorSettings.current()), **changes}
    return {name: value for name, value in now.items() if value is not False}


@pytest.mark.usefixtures("boss")
def test_the_list_leads_to_the_one_row(client: Client) -> None:
    answer = client.get(LIST)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)


@pytest.mark.usefixtures("boss")
def test_the_purpose_is_stated_above_the_switches(client: Client) -> None:
    page = client.get(PAGE).content.decode()
    notice = page.index("not for decisions about employment")
    assert notice < page.index('name="supervisor_monitor"')
    assert "may be monitored and stored" in page
    assert "alone responsible for keeping to the law" in page


@pytest.mark.usefixtures("boss")
def test_every_setting_is_on_the_page(client: Client) -> None:
    page = client.get(PAGE).content.decode()
    names = set(model_to_dict(FloorSettings.current())) - {"id"}
    assert [name for name in sorted(names) if f'name="{name}"' not in page] == []


@pytest.mark.usefixtures("boss")
def test_a_saved_switch_rings_the_doorbell_and_names_the_administrator(
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    rings: list[doorbell.Ring] = []
    end = doorbell.listen(rings.append)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(PAGE, a_form(supervisor_assign="on"), follow=True)
    end()
    assert "every open page within a second" in answer.content.decode()
    assert FloorSettings.current().supervisor_assign is True
    assert [(ring.settings, ring.rights) for ring in rings] == [(True, True)]
    event = Event.objects.get(kind=Kind.SETTINGS_CHANGED)
    assert event.data == {"supervisor_assign": True}
    assert (event.actor_kind, event.actor_name) == ("administrator", "Ingrid Dahl")


@pytest.mark.usefixtures("boss")
def test_a_switch_can_be_turned_off(client: Client) -> None:
    building.settings_are(force_close=True)
    client.post(PAGE, a_form(force_close=False))
    assert FloorSettings.current().force_close is False


@pytest.mark.usefixtures("boss")
def test_saving_without_a_change_is_no_event(client: Client) -> None:
    assert client.post(PAGE, a_form()).status_code == 302
    assert not Event.objects.filter(kind=Kind.SETTINGS_CHANGED).exists()


@pytest.mark.usefixtures("boss")
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("capacity_min", 300, "must not be below the smallest"),
        ("declines_allowed", 6, "valid choice"),
        ("consent_mode", "perhaps", "valid choice"),
        ("customer_notice", "x" * 1001, "at most 1000 characters"),
    ],
)
def test_what_would_make_no_sense_is_refused(
    client: Client, field: str, value: object, sentence: str
) -> None:
    answer = client.post(PAGE, a_form(**{field: value}))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert getattr(FloorSettings.current(), field) != value


@pytest.mark.usefixtures("boss")
def test_nobody_overwrites_what_another_administrator_has_just_saved(
    client: Client,
) -> None:
    stale = {**a_form(), "seen_version": FloorSettings.current().version}
    building.settings_are(supervisor_transfer=True)
    answer = client.post(PAGE, stale)
    assert "Somebody else has changed the settings" in answer.content.decode()
    assert FloorSettings.current().supervisor_transfer is True


@pytest.mark.usefixtures("boss")
@pytest.mark.parametrize("page", ["add/", "1/delete/"])
def test_the_row_is_neither_added_to_nor_deleted(client: Client, page: str) -> None:
    assert client.post(f"{LIST}{page}", {"post": "yes"}).status_code == 403


@pytest.mark.usefixtures("boss")
def test_there_is_no_second_row(client: Client) -> None:
    answer = client.get(f"{LIST}2/change/", follow=True)
    assert answer.redirect_chain[-1][0] != PAGE
    assert not FloorSettings.objects.filter(pk=2).exists()


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AGENT, Role.API_ACCESS])
def test_other_roles_cannot_touch_the_settings(client: Client, role: Role) -> None:
    client.force_login(building.a_user("eve", role, is_staff=True))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, a_form(force_close="on")).status_code == 403
    assert FloorSettings.current().force_close is False


@pytest.mark.usefixtures("boss")
def test_the_page_may_run_no_inline_script(client: Client) -> None:
    policy = client.get(PAGE).headers["Content-Security-Policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts == "script-src 'self' 'unsafe-eval'"
    assert "unsafe" not in client.get("/accounts/login/")["Content-Security-Policy"]
