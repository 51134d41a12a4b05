"""Operating hours, overflow rules and how a queue gives out work, in Django admin."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from accounts.roles import Role
from conversations.events import SYSTEM, Kind
from conversations.models import OperatingHours, OverflowRule, Queue
from conversations.states import ChannelKind, OverflowAction, OverflowTrigger
from conversations.transitions import configuring
from tests import building
from tests.supervisor.admin_forms import FLOOR, a_queue_form, kinds_of, seen_on

pytestmark = [pytest.mark.django_db, pytest.mark.behaviour]

HOURS = f"{FLOOR}operatinghours/"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONDAY_MORNING = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # 10:30 in Copenhagen
WORKDAYS = dict.fromkeys(DAYS[:5], "09:00-17:00")


@pytest.fixture(autouse=True)
def boss(client: Client) -> User:
    """An administrator, logged in, who is not a superuser."""
    user = building.a_user("boss", Role.ADMINISTRATOR, is_staff=True)
    client.force_login(user)
    return user


def an_hours_form(**changes: object) -> dict[str, Any]:
    return {"name": "Office", "time_zone": "Europe/Copenhagen", **WORKDAYS, **changes}


def hours(**changes: object) -> OperatingHours:
    """Saved ones; closed all week unless told."""
    made = OperatingHours(
        **{"name": "Office", "week": [[] for _day in DAYS], **changes}
    )
    with transaction.atomic():
        configuring.save_hours(made, by=SYSTEM)
    return made


def a_phone_queue() -> Queue:
    return building.a_queue("Phone", kind=ChannelKind.VOICE)


# Hours


def test_a_week_is_typed_as_people_say_it(client: Client, boss: User) -> None:
    form = an_hours_form(
        monday="9-12, 13.00–17:00", sunday="", off="2026-12-24\n2026-12-25"
    )
    assert client.post(f"{HOURS}add/", form).status_code == 302
    made = OperatingHours.objects.get()
    assert made.week[0] == [["09:00", "12:00"], ["13:00", "17:00"]]
    assert made.week[1:] == [[["09:00", "17:00"]]] * 4 + [[], []]
    assert made.days_off == ["2026-12-24", "2026-12-25"]
    assert kinds_of(boss) == [Kind.HOURS_CHANGED]


def test_what_was_saved_is_shown_as_it_is_typed(client: Client) -> None:
    week = [[["09:00", "12:00"], ["13:00", "24:00"]], *([[]] * 6)]
    made = hours(week=week, days_off=["2026-12-24"])
    page = client.get(f"{HOURS}{made.pk}/change/").content.decode()
    assert 'value="09:00-12:00, 13:00-24:00"' in page
    assert "2026-12-24" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"monday": "nine to five"}, "is not a span of time such as 09:00-17:00"),
        ({"friday": "09:00-25:00"}, "a day goes from 00:00 to 24:00"),
        ({"friday": "09:60-10:00"}, "a day goes from 00:00 to 24:00"),
        ({"friday": "22:00-06:00"}, "A night is two spans"),
        ({"friday": "09:00-09:00"}, "ends before it begins"),
        ({"off": "24/12/2026"}, "is not a date such as 2026-12-24"),
        ({"time_zone": "Europe/Atlantis"}, "valid choice"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(
    client: Client, changes: dict[str, str], sentence: str
) -> None:
    answer = client.post(f"{HOURS}add/", an_hours_form(**changes))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not OperatingHours.objects.exists()


def test_saving_hours_opens_and_closes_their_queues_at_once(client: Client) -> None:
    made = hours()
    queue = building.a_queue("Support", hours=made)
    assert Queue.objects.get(pk=queue.pk).is_open is False
    with building.at(MONDAY_MORNING):
        client.post(f"{HOURS}{made.pk}/change/", an_hours_form())
    assert Queue.objects.get(pk=queue.pk).is_open is True


def test_the_page_says_whether_it_is_open_until_when_and_for_whom(
    client: Client,
) -> None:
    building.a_queue("Support", hours=hours(week=[[["09:00", "17:00"]]] * 7))
    with building.at(MONDAY_MORNING):
        page = client.get(HOURS).content.decode()
    assert "Open until Mon 23 Nov 2026 17:00" in page
    assert "Support" in page


def test_hours_that_a_queue_keeps_are_not_deleted(client: Client, boss: User) -> None:
    kept, free = hours(), hours(name="Spare")
    building.a_queue(hours=kept)
    gone = {"post": "yes"}
    assert client.post(f"{HOURS}{kept.pk}/delete/", gone).status_code == 403
    assert client.post(f"{HOURS}{free.pk}/delete/", gone).status_code == 302
    assert list(OperatingHours.objects.all()) == [kept]
    assert kinds_of(boss) == [Kind.HOURS_CHANGED]


def test_stale_hours_are_not_saved(client: Client) -> None:
    made = hours()
    page = f"{HOURS}{made.pk}/change/"
    seen = seen_on(client, page)
    client.post(page, an_hours_form(name="Theirs", seen=seen))
    answer = client.post(page, an_hours_form(name="Mine", seen=seen))
    assert "Somebody else has changed this" in answer.content.decode()
    assert OperatingHours.objects.get().name == "Theirs"


# A queue's opening


def test_where_hours_decide_there_is_no_switch(client: Client) -> None:
    free = building.a_queue()
    kept = building.a_queue(hours=hours(week=[[["00:00", "24:00"]]] * 7))
    switch = 'name="is_open"'
    free_page = client.get(f"{FLOOR}queue/{free.pk}/change/").content.decode()
    kept_page = client.get(f"{FLOOR}queue/{kept.pk}/change/").content.decode()
    assert switch in free_page
    assert switch not in kept_page and "Always open" in kept_page


def test_a_queue_that_gets_hours_follows_them(client: Client) -> None:
    queue, closed = building.a_queue("Support"), hours()
    form = a_queue_form(hours=closed.pk)
    client.post(f"{FLOOR}queue/{queue.pk}/change/", form)
    queue.refresh_from_db()
    assert (queue.hours, queue.is_open) == (closed, False)


def test_every_method_and_match_can_be_chosen(client: Client) -> None:
    queue = building.a_queue("Support")
    page = f"{FLOOR}queue/{queue.pk}/change/"
    for method in ("highest_capacity", "advanced_round_robin", "least_active"):
        client.post(page, a_queue_form(method=method, skill_match="closest"))
        queue.refresh_from_db()
        assert (queue.method, queue.skill_match) == (method, "closest")


# Overflow rules

PATIENCE = {
    "trigger": "waiting_time",
    "amount": 10,
    "unit": "minutes",
    "action": "assign_anyway",
}


def test_a_rule_is_made_changed_and_taken_away(client: Client, boss: User) -> None:
    queue = building.a_queue("Support")
    page = f"{FLOOR}queue/{queue.pk}/change/"
    client.post(page, a_queue_form(PATIENCE))
    rule = OverflowRule.objects.get()
    assert (rule.trigger, rule.limit, rule.action) == (
        OverflowTrigger.WAITING_TIME,
        600,
        OverflowAction.ASSIGN_ANYWAY,
    )
    changed = {**PATIENCE, "id": rule.pk, "amount": 2, "unit": "hours"}
    client.post(page, a_queue_form(changed))
    rule = OverflowRule.objects.get()
    assert rule.limit == 7200
    client.post(page, a_queue_form({**changed, "id": rule.pk, "DELETE": "on"}))
    assert not OverflowRule.objects.exists()
    assert kinds_of(boss).count(Kind.QUEUE_CHANGED) >= 3


def test_untouched_rules_are_no_news(client: Client, boss: User) -> None:
    queue = building.a_queue("Support")
    page = f"{FLOOR}queue/{queue.pk}/change/"
    client.post(page, a_queue_form(PATIENCE))
    before, rule = len(kinds_of(boss)), OverflowRule.objects.get()
    client.post(page, a_queue_form({**PATIENCE, "id": rule.pk}))
    assert len(kinds_of(boss)) == before
    assert OverflowRule.objects.get().pk == rule.pk


def test_a_new_queue_comes_with_its_rules(client: Client) -> None:
    full = {"trigger": "work_item_limit", "amount": 5, "action": "end"}
    full |= {"unit": "conversations", "message": "Please try again later."}
    assert client.post(f"{FLOOR}queue/add/", a_queue_form(full)).status_code == 302
    rule = Queue.objects.get(name="Support").overflow_rules.get()
    assert (rule.limit, rule.message) == (5, "Please try again later.")


def test_what_a_rule_does_not_use_is_not_kept(client: Client) -> None:
    queue, other = building.a_queue("Support"), building.a_queue("Other")
    closed = {"trigger": "out_of_hours", "amount": 7, "unit": "hours"}
    closed |= {"action": "transfer", "target": other.pk, "message": "unused"}
    client.post(f"{FLOOR}queue/{queue.pk}/change/", a_queue_form(closed))
    rule = OverflowRule.objects.get()
    assert (rule.limit, rule.target, rule.message) == (None, other, "")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount": ""}, "This rule needs a limit"),
        ({"unit": "conversations"}, "Choose a unit of time"),
        ({"amount": 5, "unit": "seconds"}, "The time is from"),
        ({"trigger": "work_item_limit"}, "What waits is counted in conversations"),
        (
            {"trigger": "work_item_limit", "amount": 500, "unit": ""},
            "waiting conversations",
        ),
        ({"action": "transfer"}, "Choose another queue to transfer to"),
    ],
)
def test_a_rule_that_would_make_no_sense_is_refused_in_a_sentence(
    client: Client, changes: dict[str, object], sentence: str
) -> None:
    queue = building.a_queue("Support")
    form = a_queue_form({**PATIENCE, **changes})
    answer = client.post(f"{FLOOR}queue/{queue.pk}/change/", form)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not OverflowRule.objects.exists()


def test_two_rules_of_a_kind_are_refused(client: Client) -> None:
    queue = building.a_queue("Support")
    form = a_queue_form(PATIENCE, PATIENCE)
    answer = client.post(f"{FLOOR}queue/{queue.pk}/change/", form)
    assert "There is such a rule already" in answer.content.decode()
    assert not OverflowRule.objects.exists()


def test_only_queues_of_the_same_type_are_targets(client: Client) -> None:
    queue, phone = building.a_queue("Support"), a_phone_queue()
    rule = {"trigger": "out_of_hours", "action": "transfer", "target": phone.pk}
    page = f"{FLOOR}queue/{queue.pk}/change/"
    assert client.post(page, a_queue_form(rule)).status_code == 200
    assert not OverflowRule.objects.exists()


# Nobody overwrites unseen


@pytest.mark.parametrize("theirs", ["name", "rules", "watchers"])
def test_a_stale_queue_page_saves_nothing(client: Client, theirs: str) -> None:
    queue = building.a_queue("Support")
    page = f"{FLOOR}queue/{queue.pk}/change/"
    seen = seen_on(client, page)
    if theirs == "name":
        client.post(page, a_queue_form(name="Help"))
    elif theirs == "rules":
        client.post(page, a_queue_form(PATIENCE))
    else:
        building.a_supervisor(queues=[queue])
    answer = client.post(page, a_queue_form(name="Mine", seen=seen))
    assert "Somebody else has changed this" in answer.content.decode()
    assert not Queue.objects.filter(name="Mine").exists()


def test_a_fresh_queue_page_is_saved(client: Client) -> None:
    queue = building.a_queue("Support")
    page = f"{FLOOR}queue/{queue.pk}/change/"
    form = a_queue_form(name="Mine", seen=seen_on(client, page))
    assert client.post(page, form).status_code == 302
    assert Queue.objects.get().name == "Mine"
