"""The audit trail: complete, readable, exportable, and changed by nobody."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.http import StreamingHttpResponse
from django.test import AsyncRequestFactory, Client

from accounts.roles import Role
from conversations import moments
from conversations.events import SYSTEM, Actor, Kind, record
from conversations.models import Event
from conversations.states import Situation
from supervisor.admin import trail_export, trail_words
from tests import building

pytestmark = [pytest.mark.django_db, pytest.mark.behaviour]

TRAIL = "/admin/conversations/event/"
EXPORT = f"{TRAIL}export/"


@pytest.fixture(autouse=True)
def boss(client: Client) -> User:
    """An administrator, logged in, who is not a superuser."""
    user = building.a_user("boss", Role.ADMINISTRATOR, is_staff=True)
    client.force_login(user)
    return user


def an_event(kind: Kind = Kind.SETTINGS_CHANGED, **fields: Any) -> Event:
    return record(kind, at=moments.now(), **{"by": SYSTEM, **fields})


def exported(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"{EXPORT}{query}")
    assert answer.status_code == 200, answer
    return list(csv.DictReader(StringIO(answer.getvalue().decode())))


# Reading


def test_every_kind_has_words() -> None:
    assert [kind for kind in Kind if kind not in trail_words.KIND_WORDS] == []


def test_the_list_says_who_did_what(client: Client) -> None:
    user = building.a_user("astrid", first_name="Astrid", last_name="Holm")
    conversation = building.arrives()
    an_event(
        Kind.FORCE_CLOSED,
        by=Actor.supervisor(user),
        conversation=conversation,
        reason="Threats",
    )
    page = client.get(TRAIL).content.decode()
    for words in ("Force closed", "Astrid Holm (supervisor)", "Threats"):
        assert words in page
    assert f"#{conversation.pk}" in page


def test_the_facts_of_an_event_are_read_as_names(client: Client) -> None:
    agent = building.an_agent("nora")
    event = an_event(
        Kind.CAPACITY_CHANGED, changed=[agent], data={"agent": agent.pk, "units": 60}
    )
    page = client.get(f"{TRAIL}{event.pk}/change/").content.decode()
    assert f"Agent: Nora (#{agent.pk})" in page
    assert "Units: 60" in page
    assert f"Agent Nora (#{agent.pk}), version {agent.version}" in page


def test_changed_settings_are_read_by_their_names(client: Client) -> None:
    event = an_event(data={"supervisor_assign": True, "force_close": False})
    page = client.get(f"{TRAIL}{event.pk}/change/").content.decode()
    assert "Supervisor Assign: yes" in page
    assert "Force Close: no" in page


def test_what_people_typed_is_shown_as_text_only(client: Client) -> None:
    event = an_event(reason="<script>alert(1)</script>", data={"why": "<b>x</b>"})
    page = client.get(f"{TRAIL}{event.pk}/change/").content.decode()
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("kind=queue.changed", {Kind.QUEUE_CHANGED}),
        ("actor_kind=customer", {Kind.OPENED, Kind.RECEIVED}),
        ("actor_kind=bot", set()),
        ("q=astrid", {Kind.SETTINGS_CHANGED}),
    ],
)
def test_the_list_is_filtered(client: Client, query: str, shown: set[Kind]) -> None:
    conversation = building.arrives(queue=building.a_queue("Support"))
    building.customer_says(conversation)
    an_event(by=Actor("administrator", None, "Astrid"))
    assert {row["kind"] for row in exported(client, f"?{query}")} == shown


def test_one_persons_doings_are_found(client: Client, boss: User) -> None:
    an_event(by=Actor.administrator(boss))
    an_event()
    assert len(exported(client, f"?actor={boss.pk}")) == 1


@pytest.mark.parametrize("form", ["{}", "%23{}"])
def test_one_conversation_is_found_by_its_number(client: Client, form: str) -> None:
    first = building.in_situation(Situation.IN_CONVERSATION)
    building.arrives()
    found = exported(client, f"?q={form.format(first.pk)}")
    assert {row["conversation"] for row in found} == {str(first.pk)}
    assert {row["kind"] for row in found} == {Kind.OPENED, Kind.PICKED}


@pytest.mark.parametrize("term", ["9" * 25, "%00", "²", "=1"])
def test_odd_searches_find_nothing_and_break_nothing(client: Client, term: str) -> None:
    building.arrives()
    assert client.get(f"{TRAIL}?q={term}").status_code in (200, 302)


def test_a_day_can_be_chosen(client: Client) -> None:
    an_event()
    today = moments.now()
    day = f"at__year={today.year}&at__month={today.month}&at__day={today.day}"
    assert len(exported(client, f"?{day}")) == 1
    assert exported(client, "?at__year=2001") == []


# Exporting


def test_the_export_holds_all_pages(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail_export, "PAGE", 3)
    made = [an_event().pk for _each in range(10)]
    assert [int(row["id"]) for row in exported(client)] == made[::-1]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " ="])
def test_a_spreadsheet_takes_nothing_in_the_export_for_a_formula(
    client: Client, start: str
) -> None:
    an_event(reason=f"{start}HYPERLINK(1)")
    assert exported(client)[0]["reason"] == f"'{start}HYPERLINK(1)"


def test_the_export_says_exactly_what_is_stored(client: Client) -> None:
    agent = building.an_agent("nora")
    event = Event.objects.latest("pk")
    row = exported(client)[0]
    assert row["at"] == moments.iso(event.at)
    assert row["kind"] == event.kind
    assert f'"id": {agent.pk}' in row["changes"]


def test_under_asgi_the_export_is_drawn_piece_by_piece() -> None:
    event = an_event()
    request = AsyncRequestFactory().get(EXPORT)
    answer = trail_export.csv_answer(request, Event.objects.filter(pk=event.pk))
    assert answer.is_async
    head, lines = async_to_sync(all_parts)(answer)
    assert head.startswith(b"id,at,kind")
    assert lines.startswith(f"{event.pk},".encode())


async def all_parts(answer: StreamingHttpResponse) -> list[bytes]:
    return [part async for part in aiter(answer)]


# Nobody changes it


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_adds_changes_or_deletes_an_event(
    client: Client, superuser: bool
) -> None:
    if superuser:
        client.force_login(User.objects.create_superuser("root"))
    event = an_event(reason="true")
    change = {"reason": "false", "kind": "x"}
    chosen = {"action": "delete_selected", "_selected_action": [event.pk], "post": "1"}
    assert client.post(f"{TRAIL}add/", change).status_code == 403
    assert client.post(f"{TRAIL}{event.pk}/change/", change).status_code == 403
    assert client.post(f"{TRAIL}{event.pk}/delete/", {"post": "1"}).status_code == 403
    client.post(TRAIL, chosen)
    assert Event.objects.get().reason == "true"


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AGENT, Role.API_ACCESS])
def test_only_administrators_read_the_trail(client: Client, role: Role) -> None:
    client.force_login(building.a_user("eve", role, is_staff=True))
    assert client.get(TRAIL).status_code == 403
    assert client.get(EXPORT).status_code == 403
