"""Everything killed in the middle of its work has done each thing wholly or not, and
what it has answered for is there. KILL_ROUNDS (100) says how often in `make soak`."""

from __future__ import annotations

import os
from random import Random
from threading import Barrier, Event, Thread

import pytest

from tests.faults.killing import CEILING, Client, Mortal, OnPostgres, OnSqlite

pytestmark = pytest.mark.scale

PUBLIC_NUMBERS = "SELECT conversation_id, public_number FROM conversations_message"
CLIENTS = 4
FEW, MANY = 3, int(os.environ.get("KILL_ROUNDS", "100"))

both = pytest.mark.parametrize("kind", [OnSqlite, OnPostgres])


@both
def test_what_was_answered_survives_and_nothing_is_half_done(
    kind: type[Mortal],
) -> None:
    killed_again_and_again(kind, FEW)


@both
@pytest.mark.soak
def test_what_was_answered_survives_a_hundred_times(kind: type[Mortal]) -> None:
    killed_again_and_again(kind, MANY)


def killed_again_and_again(kind: type[Mortal], rounds: int) -> None:
    """After each death, everything that any client has heard is compared."""
    with kind() as floor:
        tokens = floor.tokens()
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}")
            clients = work_and_die(floor, tokens, number)
            floor.start_data()
            check_answers(floor, clients)
            floor.check_nothing_half_done()
            floor.start()


def work_and_die(floor: Mortal, tokens: dict[str, str], number: int) -> list[Client]:
    """Commands from several sides; everything is killed in the middle of them."""
    urls = floor.urls
    clients = [
        Client(urls[each % len(urls)], tokens, seed=10 * number + each)
        for each in range(CLIENTS)
    ]
    start = Barrier(CLIENTS)
    threads = [Thread(target=client.work, args=(start,)) for client in clients]
    for thread in threads:
        thread.start()
    for client in clients:
        assert client.enough.wait(CEILING)
    # At any moment of whatever they are doing then.
    Event().wait(Random(number).uniform(0, 0.3))
    floor.kill()
    for thread in threads:
        thread.join(CEILING)
        assert not thread.is_alive()
    return clients


def check_answers(floor: Mortal, clients: list[Client]) -> None:
    """Rows and audit trail hold what was answered."""
    named = floor.versions()
    kept = set(floor.rows(PUBLIC_NUMBERS))
    for client in clients:
        assert client.rows
        assert set(client.messages) <= kept
        for pk, version in client.rows:
            assert version in named["conversation", pk]
