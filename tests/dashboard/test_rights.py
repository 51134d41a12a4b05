"""Rights that are lost close the page within one comparison; switches are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from conversations.events import SYSTEM
from conversations.transitions import configuring
from tests import building
from tests.dashboard.stage import Page, Stage, eventually
from tests.dashboard.writers import House

pytestmark = pytest.mark.behaviour

SIGNED_OUT, FORBIDDEN = 4401, 4403


def loses_role(page: Page, house: House) -> None:
    page.user.groups.remove(Group.objects.get(name=Role.SUPERVISOR))


def gets_role(page: Page, house: House) -> None:
    page.user.groups.add(Group.objects.get(name=Role.AGENT))


def loses_queue(page: Page, house: House) -> None:
    with transaction.atomic():
        configuring.save_queue(house.queue, by=SYSTEM, supervisors=[])


def gets_queue(page: Page, house: House) -> None:
    with transaction.atomic():
        configuring.save_queue(house.other, by=SYSTEM, supervisors=[page.user.pk])


def is_deactivated(page: Page, house: House) -> None:
    User.objects.filter(pk=page.user.pk).update(is_active=False)


def logs_out(page: Page, house: House) -> None:
    page.client.logout()


def changes_password(page: Page, house: House) -> None:
    page.user.set_password("four calm words here")
    page.user.save()


def session_expires(page: Page, house: House) -> None:
    past = timezone.now() - timedelta(seconds=1)
    key = page.client.session.session_key
    assert Session.objects.filter(session_key=key).update(expire_date=past) == 1


LOSSES: list[tuple[Callable[[Page, House], None], int]] = [
    (loses_role, FORBIDDEN),
    (gets_role, FORBIDDEN),
    (loses_queue, FORBIDDEN),
    (gets_queue, FORBIDDEN),
    (is_deactivated, SIGNED_OUT),
    (logs_out, SIGNED_OUT),
    (changes_password, SIGNED_OUT),
    (session_expires, SIGNED_OUT),
]


@pytest.mark.parametrize(("lose", "code"), LOSSES)
def test_lost_rights_close_the_page_within_a_comparison(
    lose: Callable[[Page, House], None], code: int, stage: Stage
) -> None:
    house = House()
    colleague = building.a_supervisor(queues=[house.queue])
    hub = stage.hub(hears=False)
    page, other = stage.page(hub, house.boss), stage.page(hub, colleague)
    lose(page, house)
    assert page.socket.closed is None
    stage.call(hub.doubt)
    eventually(lambda: page.socket.closed, "the page is closed")
    assert page.socket.closed == code
    told = len(page.socket.frames)
    building.arrives(queue=house.queue)
    stage.call(hub.doubt)
    if lose is loses_queue:
        eventually(lambda: other.socket.closed == FORBIDDEN, "lost it as well")
    else:
        other.must_follow()
    assert len(page.socket.frames) == told


@pytest.mark.parametrize(
    ("lose", "code"),
    [
        (loses_queue, FORBIDDEN),
        (loses_role, FORBIDDEN),
        (gets_role, FORBIDDEN),
        (logs_out, SIGNED_OUT),
        (changes_password, SIGNED_OUT),
    ],
)
def test_a_change_of_rights_rings_so_that_nobody_waits(
    lose: Callable[[Page, House], None], code: int, stage: Stage
) -> None:
    house = House()
    page = stage.page(stage.hub(), house.boss)
    lose(page, house)
    eventually(lambda: page.socket.closed == code, "closed by the doorbell")


def test_a_switch_is_told_to_every_page(stage: Stage) -> None:
    house = House()
    hub = stage.hub()
    pages = [
        stage.page(hub, house.boss),
        stage.page(hub, building.a_supervisor(queues=[house.other])),
    ]
    building.settings_are(supervisor_assign=False, reason_mandatory=True)
    for page in pages:
        page.must_hear("settings")
        page.must_follow()
        assert page.screen.settings["supervisor_assign"] is False
        assert page.screen.settings["reason_mandatory"] is True


def test_a_page_that_comes_after_a_switch_knows_it_on_a_quiet_floor(
    stage: Stage,
) -> None:
    house = House()
    first = stage.page(stage.hub(), house.boss)
    building.settings_are(force_close=False)
    first.must_hear("settings")
    stage.page(first.hub, house.boss).must_follow()
    stage.call(first.hub.refresh, first.watcher)
    first.must_hear("snapshot", 2)
    first.must_follow()
    assert first.screen.settings["force_close"] is False


def test_one_page_may_go_while_another_of_the_same_scope_stays(stage: Stage) -> None:
    house = House()
    hub = stage.hub()
    first, second = stage.page(hub, house.boss), stage.page(hub, house.boss)
    stage.call(hub.close_page, first.watcher)
    building.arrives(queue=house.queue)
    second.must_follow()
    assert "rows" not in first.socket.kinds()
    stage.call(hub.close_page, second.watcher)
    third = stage.page(hub, house.boss)
    third.must_follow()
