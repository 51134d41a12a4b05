"""Chat sites in Django admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.roles import Role
from conversations.states import Channel
from gateways.models import ChatSite
from tests import building
from tests.gateways.chat_door import a_site, opened

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

LIST = "/admin/gateways/chatsite/"


@pytest.fixture
def boss(client: Client) -> User:
    """An administrator, logged in, who is not a superuser."""
    user = building.a_user("boss", Role.ADMINISTRATOR, is_staff=True)
    client.force_login(user)
    return user


def a_form(**changes: object) -> dict[str, Any]:
    stream = changes.pop("workstream", None) or building.a_workstream().pk
    return {
        "key": "shop",
        "name": "Shop",
        "workstream": stream,
        "offline_workstream": "",
        "origins": "https://www.shop.example",
        "is_default": "on",
        **changes,
    }


@pytest.mark.usefixtures("boss")
def test_a_site_is_made_and_shows_the_line_to_embed(client: Client) -> None:
    form = a_form(
        origins="HTTPS://WWW.shop.example/\r\n\r\nhttps://shop.example:443\r\n"
    )
    assert client.post(f"{LIST}add/", form).status_code == 302
    site = ChatSite.objects.get()
    assert site.origins == "https://www.shop.example\nhttps://shop.example"
    assert site.is_default
    page = client.get(f"{LIST}{site.pk}/change/").content.decode()
    line = (
        "&lt;script src=&quot;http://testserver/chat/widget.js&quot; "
        "data-site=&quot;shop&quot; async&gt;&lt;/script&gt;"
    )
    assert line in page
    assert 'name="key"' not in page


@pytest.mark.usefixtures("boss")
@pytest.mark.parametrize(
    "origins", ["shop.example", "https://shop.example/path", "*", "https://*.x.example"]
)
def test_only_whole_origins_are_taken(client: Client, origins: str) -> None:
    answer = client.post(f"{LIST}add/", a_form(origins=f"https://a.example\n{origins}"))
    assert answer.status_code == 200
    assert "This is no whole origin" in answer.content.decode()
    assert not ChatSite.objects.exists()


@pytest.mark.usefixtures("boss")
def test_there_is_one_default(client: Client) -> None:
    first = a_site("first", is_default=True)
    answer = client.post(f"{LIST}add/", a_form())
    assert answer.status_code == 200
    assert "First is the default" in answer.content.decode()
    form = a_form(name="First", workstream=first.workstream.pk)
    assert client.post(f"{LIST}{first.pk}/change/", form).status_code == 302
    assert ChatSite.objects.get().is_default


@pytest.mark.usefixtures("boss")
def test_only_chats_come_in_by_a_site(client: Client) -> None:
    call = building.a_workstream(Channel.VOICE)
    answer = client.post(f"{LIST}add/", a_form(workstream=call.pk))
    assert answer.status_code == 200
    assert not ChatSite.objects.exists()
    record = building.a_workstream(Channel.RECORD)
    form = a_form(offline_workstream=record.pk)
    assert client.post(f"{LIST}add/", form).status_code == 302
    assert ChatSite.objects.get().offline_workstream == record


@pytest.mark.usefixtures("boss")
def test_a_site_with_conversations_stays(client: Client) -> None:
    site = opened().site
    answer = client.post(f"{LIST}{site.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 200
    assert ChatSite.objects.filter(pk=site.pk).exists()


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.API_ACCESS])
def test_others_do_not_see_it(client: Client, role: Role) -> None:
    client.force_login(building.a_user("other", role, is_staff=True))
    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}add/", a_form()).status_code == 403
    assert not ChatSite.objects.exists()
