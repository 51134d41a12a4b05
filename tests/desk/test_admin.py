"""Quick replies in Django admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.roles import Role
from conversations.events import Kind
from conversations.models import Event
from desk.demo import REPLIES, add_quick_replies
from desk.models import QuickReply
from tests import building

pytestmark = [pytest.mark.django_db, pytest.mark.behaviour]

PAGE = "/admin/desk/quickreply/"


@pytest.fixture
def boss(client: Client) -> User:
    """An administrator, logged in, who is not a superuser."""
    user = building.a_user("boss", Role.ADMINISTRATOR, is_staff=True)
    client.force_login(user)
    return user


def a_form(**changes: object) -> dict[str, Any]:
    text = "Hello %(customer)s, this is %(agent)s."
    facts = {"shortcut": "hello", "title": "Greeting", "text": text, "language": ""}
    return {**facts, **changes}


def test_a_reply_comes_changes_and_goes_and_the_trail_says_who(
    client: Client, boss: User
) -> None:
    queue = building.a_queue("Support")
    client.post(f"{PAGE}add/", a_form(language="da", queues=[queue.pk]))
    reply = QuickReply.objects.get()
    assert (reply.language, list(reply.queues.all())) == ("da", [queue])
    client.post(f"{PAGE}{reply.pk}/change/", a_form(title="Hi"))
    client.post(f"{PAGE}{reply.pk}/delete/", {"post": "yes"})
    assert not QuickReply.objects.exists()
    told = Event.objects.filter(actor=boss, kind=Kind.WORDING_CHANGED)
    assert [event.data for event in told.order_by("pk")] == [
        {"quick_reply": "hello (da)"},
        {"quick_reply": "hello"},
        {"quick_reply": "hello", "removed": True},
    ]


@pytest.mark.usefixtures("boss")
@pytest.mark.parametrize("text", ["Hi %(costumer)s", "Hi %(agent)"])
def test_a_slip_in_a_placeholder_is_refused(client: Client, text: str) -> None:
    answer = client.post(f"{PAGE}add/", a_form(text=text))
    assert "is unknown; there are" in answer.content.decode()
    assert not QuickReply.objects.exists()


@pytest.mark.usefixtures("boss")
def test_a_percentage_is_no_placeholder(client: Client) -> None:
    form = a_form(text="You get 20% off, 5 %s or 3% (three).")
    assert client.post(f"{PAGE}add/", form).status_code == 302


@pytest.mark.usefixtures("boss")
def test_a_shortcut_is_there_once_in_a_language(client: Client) -> None:
    client.post(f"{PAGE}add/", a_form(language="en"))
    client.post(f"{PAGE}add/", a_form(language="en"))
    client.post(f"{PAGE}add/", a_form(language="da"))
    assert QuickReply.objects.count() == 2


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AGENT])
def test_other_roles_stay_out(client: Client, role: Role) -> None:
    client.force_login(building.a_user("eve", role, is_staff=True))
    assert client.get(PAGE).status_code == 403


def test_the_demo_has_every_reply_in_both_languages_and_keeps_what_people_changed() -> (
    None
):
    add_quick_replies()
    assert {reply.language for reply in REPLIES} == {"en", "da"}
    shortcuts = {reply.shortcut for reply in REPLIES}
    assert QuickReply.objects.count() == 2 * len(shortcuts) == 20
    QuickReply.objects.filter(shortcut="bye").delete()
    add_quick_replies()
    assert QuickReply.objects.count() == 18


def test_the_demo_texts_use_known_placeholders_only() -> None:
    for reply in REPLIES:
        assert "%(" not in reply.text % {"customer": "Ada", "agent": "Nora"}
