"""The same command sent again with its key: the first answer, and nothing done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from drf_spectacular.generators import SchemaGenerator

from conversations import receipts
from conversations.locks import one_transaction
from conversations.models import Event, Message, Receipt
from conversations.states import Channel
from supervisor.scope import supervised_queues
from tests import building
from tests.calling import Answer, caller
from tests.commanding import COMMANDS, Command, Floor, a_floor, a_place

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
by_label = {command.label: command for command in COMMANDS}


def a_scene(label: str) -> tuple[Command, Floor]:
    """This command on a floor where it can be done."""
    command = by_label[label]
    return command, a_floor(command, a_place(command.channel))


def sender(command: Command, floor: Floor, key: str = KEY) -> Any:
    """Sends exactly the same request whenever it is called."""
    door = caller(floor.who(command.who))
    path, body = command.address(floor), command.body(floor)
    return lambda: door.send(command.method, path, body, key=key)


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_every_command_is_done_once(command: Command) -> None:
    floor = a_floor(command, a_place(command.channel))
    send = sender(command, floor)
    first: Answer = send()
    assert (first.status, first.replayed) == (command.status, False), first.body
    events = list(Event.objects.values_list("pk", flat=True))
    assert events
    again: Answer = send()
    assert again.replayed
    assert (again.status, again.raw) == (first.status, first.raw)
    assert list(Event.objects.values_list("pk", flat=True)) == events
    check_no_words_in_receipts()


def check_no_words_in_receipts() -> None:
    """What was said is stored once, in its message."""
    kept = " ".join(Receipt.objects.values_list("answer", flat=True))
    assert kept
    said = Message.objects.exclude(sender_kind="system")
    assert [text for text in said.values_list("text", flat=True) if text in kept] == []


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What the document says that signed-in users may write."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]  # type: ignore[no-untyped-call]
    for path, methods in paths.items():
        for method, about in methods.items():
            if method != "get" and path != "/api/v1/token/" and "/chat/" not in path:
                yield method.upper(), path.removeprefix("/api/v1/"), about


def test_the_table_has_every_command_of_the_api() -> None:
    named = {
        (command.method, command.path.format(c="{id}", a="{id}", o="{id}"))
        for command in COMMANDS
    }
    assert {(method, path) for method, path, _about in operations()} == named


def test_the_document_says_so_for_every_command() -> None:
    for method, path, about in operations():
        names = {each["name"] for each in about["parameters"]}
        assert "Idempotency-Key" in names, (method, path)
        done = about["responses"].get("200") or about["responses"]["201"]
        assert "Idempotency-Replayed" in done["headers"], (method, path)
        assert "400" in about["responses"], (method, path)


def test_another_command_under_the_same_key_is_refused() -> None:
    command, floor = a_scene("write")
    sender(command, floor)()
    door = caller(floor.machine)
    path = command.address(floor)
    for method, where, body in (
        ("POST", path, {"text": "Something else"}),
        ("POST", f"conversations/{floor.it.pk}/end/", command.body(floor)),
    ):
        refused = door.send(method, where, body, key=KEY)
        assert (refused.status, refused.code) == (400, "key_reused")
    assert floor.it.events.filter(kind="message.received").count() == 1


def test_keys_of_other_users_are_other_keys() -> None:
    command, floor = a_scene("write")
    sender(command, floor)()
    other = caller(building.a_machine())
    answer = other.send("POST", command.address(floor), command.body(floor), key=KEY)
    assert (answer.status, answer.replayed) == (200, False)
    assert floor.it.events.filter(kind="message.received").count() == 2


@pytest.mark.parametrize("key", ["x" * 65, "two words", "tab\t", "blåbær", " "])
def test_a_key_is_visible_ascii_of_bounded_length(key: str) -> None:
    command, floor = a_scene("write")
    refused = sender(command, floor, key)()
    assert (refused.status, refused.code) == (400, "invalid")
    assert not Receipt.objects.exists()


def test_a_refusal_is_judged_anew() -> None:
    command, floor = a_scene("force close")
    building.settings_are(force_close=False)
    send = sender(command, floor)
    assert send().code == "setting_off"
    building.settings_are(force_close=True)
    assert (send().status, send().replayed) == (200, True)


def test_without_a_key_everything_is_as_before() -> None:
    command, floor = a_scene("write")
    send = sender(command, floor, key="")
    assert send().body["message"]["id"] != send().body["message"]["id"]
    assert not Receipt.objects.exists()


def test_a_row_that_is_out_of_sight_is_not_shown_again() -> None:
    command, floor = a_scene("force close")
    send = sender(command, floor)
    assert send().status == 200
    for queue in (floor.queue, floor.other):
        queue.supervisors.clear()
    assert not supervised_queues(floor.supervisor)
    assert send().code == "not_found"


def test_who_has_lost_the_role_gets_no_answer_again() -> None:
    command, floor = a_scene("finish")
    send = sender(command, floor)
    assert send().status == 200
    floor.agent.user.groups.clear()
    assert send().code == "role_missing"


def test_a_repeated_client_id_is_answered_again_with_the_words_stored_first() -> None:
    it = building.arrives(Channel.SMS)
    door = caller(building.a_machine())
    path = f"conversations/{it.pk}/customer-messages/"
    door.send("POST", path, {"text": "First", "client_id": "m"}, key="1")
    other = {"text": "Second", "client_id": "m"}
    once = door.send("POST", path, other, key="2")
    again = door.send("POST", path, other, key="2")
    assert again.replayed and again.raw == once.raw
    assert again.body["message"]["text"] == "First"


def test_words_that_have_gone_into_the_archive_are_not_found_again() -> None:
    command, floor = a_scene("write")
    send = sender(command, floor)
    assert send().status == 200
    Message.objects.all().delete()
    assert (send().status, send().code) == (404, "not_found")


def test_receipts_live_for_a_day() -> None:
    command, floor = a_scene("write")
    for key in ("old", "young"):
        sender(command, floor, key)()
    old = building.later(hours=-24, seconds=-1)
    Receipt.objects.filter(key="old").update(at=old)
    assert receipts.forget_old() == 1
    assert [receipt.key for receipt in Receipt.objects.all()] == ["young"]


def test_all_old_ones_go_in_strokes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "STROKE", 2)
    command, floor = a_scene("write")
    for number in range(5):
        sender(command, floor, f"{number}")()
    Receipt.objects.update(at=building.later(days=-2))
    call_command("retain", days=30)
    assert not Receipt.objects.exists()


def test_a_bulk_goes_on_where_it_was() -> None:
    """The process was killed behind the first of two conversations."""
    first, second = (building.arrives(Channel.SMS) for _each in range(2))
    door = caller(building.a_machine())
    body = {
        "messages": [
            {"conversation": it.pk, "text": f"To {n}"}
            for n, it in enumerate((first, second))
        ]
    }
    whole = door.send("POST", "customer-messages/", body, key=KEY)
    Receipt.objects.filter(part=second.pk).delete()
    again = door.send("POST", "customer-messages/", body, key=KEY)
    assert not again.replayed
    assert again.body["results"][0] == whole.body["results"][0]
    assert first.events.filter(kind="message.received").count() == 1
    assert second.events.filter(kind="message.received").count() == 2
    assert door.send("POST", "customer-messages/", body, key=KEY).replayed
    other = {"messages": [{"conversation": second.pk, "text": "Other"}]}
    refused = door.send("POST", "customer-messages/", other, key=KEY)
    assert refused.code == "key_reused"


@one_transaction
def a_command() -> bool:
    return connection.in_atomic_block


@pytest.mark.django_db(transaction=True)
def test_one_command_alone_joins_the_receipts_transaction() -> None:
    user = building.a_user()

    def two_commands() -> receipts.Outcome:
        assert a_command()
        a_command()
        return receipts.Outcome(200, {}, {})

    with pytest.raises(RuntimeError, match="durable"):
        receipts.once(receipts.Claim(user.pk, KEY, ""), two_commands)
    assert not Receipt.objects.exists()
    assert a_command()
