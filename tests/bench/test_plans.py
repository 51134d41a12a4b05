"""Nothing that happens all day costs more because much is over, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from accounts.roles import Role, role_group
from bench import plans
from bench.floor import Floor
from bench.history import fill
from bench.hot_paths import PATHS
from bench.plan import Plan
from conversations import append_only
from conversations.reconciliation import differences

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

LITTLE, MUCH = 2_000, 30_000
FEW_ROWS = 60
"""What one conversation may have more than another."""
STEPS_OF_A_ROW = 20


@dataclass(frozen=True, slots=True)
class Look:
    """How the statements of one path were answered."""

    scanned: frozenset[str]
    work: int
    statements: int


Looks = dict[str, Look]


@pytest.fixture(scope="module")
def looks(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Looks, Looks]]:
    """Every path with little and with much behind it, the ongoing being the same."""
    with django_db_blocker.unblock():
        try:
            yield _look_at(LITTLE), _look_at(MUCH)
        finally:
            _empty()
            _as_migrated()
            connection.close()


def _look_at(closed: int) -> Looks:
    _empty()
    fill(Plan(closed=closed, ongoing=210, agents=40, queues=10, today=500))
    assert list(differences()) == []
    floor = Floor()
    return {name: _look(path(floor)) for name, path in PATHS.items()}


def _look(work: plans.Work) -> Look:
    found = [plans.plan_of(each) for each in plans.statements_of(work)]
    scanned = frozenset().union(*(plan.scanned for plan in found))
    return Look(scanned, sum(plan.work for plan in found), len(found))


def _empty() -> None:
    with append_only.lifted():
        call_command("flush", interactive=False, verbosity=0)


def _as_migrated() -> None:
    """The roles are made by a migration, and those who come after count on them."""
    for role in Role:
        role_group(role)


@pytest.mark.parametrize("name", PATHS)
def test_nothing_that_grows_is_read_from_end_to_end(
    looks: tuple[Looks, Looks], name: str
) -> None:
    _little, much = looks
    assert much[name].statements > 0
    assert much[name].scanned == frozenset()


@pytest.mark.parametrize("name", PATHS)
def test_no_more_is_read_because_more_is_over(
    looks: tuple[Looks, Looks], name: str
) -> None:
    little, much = looks
    spare = FEW_ROWS * (STEPS_OF_A_ROW if connection.vendor == "sqlite" else 1)
    assert much[name].work <= 1.3 * little[name].work + spare
