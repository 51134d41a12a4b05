"""The arithmetic of commands beside the same SQL by hand; who sends what where."""

from __future__ import annotations

import os
import threading
import time

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from bench import lanes
from bench.lanes import Lap
from bench.measures.commands import Pair, figures
from bench.posts import BATCH, CLOSE, ONE, POSTS, SEVERAL, Target
from bench.processor import cpu_seconds
from bench.raw.by_hand import Notes


def pair(*, ours: float, limit: float) -> Pair:
    """Ten commands on either side, in so many seconds."""
    times = [float(number) for number in range(10)]
    return Pair(Lap(ours, times, 0.1, 0.02), Lap(limit, times, 0.01, 0.02), 12)


def test_a_lap_says_what_one_of_its_pieces_cost() -> None:
    lap = Lap(2.0, [1.0, 2.0, 3.0, 40.0], cpu=0.4, database=0.2)
    assert (lap.rate, lap.p99) == (2.0, 40.0)
    assert lap.cpu_each == pytest.approx(100)
    assert lap.database_each == pytest.approx(50)


def test_commands_are_judged_by_their_rate_and_batches_by_their_messages() -> None:
    slow, even = pair(ours=4, limit=1), pair(ours=2, limit=1)
    found = {ONE: [slow], SEVERAL: [even, even, slow], CLOSE: [even]}
    said = {figure.what: figure for figure in figures(found)}
    assert said[f"{ONE}: commands and messages"].verdict == "missed by 50%"
    assert said[f"{SEVERAL}: messages"].value == 5 * BATCH
    assert said[f"{SEVERAL}: messages"].verdict == "met"
    assert said[f"{CLOSE}: commands"].ratio == 0.5
    assert said[f"one of a batch of {BATCH}: CPU of the server"].ratio == 1 / BATCH


def test_all_the_work_is_done_once_by_all_lanes_together() -> None:
    together, done = threading.Barrier(2, timeout=60), list[int]()

    def lane(piece: int) -> None:
        together.wait()
        done.append(piece)

    lap = lanes.run([lane, lane], range(8))
    assert sorted(done) == list(range(8))
    assert len(lap.times) == 8


def test_a_lane_that_fails_is_told() -> None:
    def lane(_piece: int) -> None:
        raise RuntimeError("refused")

    with pytest.raises(RuntimeError, match="refused"):
        lanes.run([lane], [1])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_notes_keep_the_shape_of_transactions() -> None:
    notes = Notes()
    with connection.execute_wrapper(notes):
        with transaction.atomic():
            User.objects.exists()
            User.objects.exists()
        with transaction.atomic():
            User.objects.exists()
        User.objects.exists()
    shape = [(step.atomic, len(step.statements)) for step in notes.steps]
    assert shape == [(True, 2), (True, 1), (False, 1)]


def test_a_post_goes_to_its_conversation() -> None:
    it = Target(7, state_version=3)
    assert {kind: POSTS[kind](it).path for kind in POSTS} == {
        ONE: "/api/v1/conversations/7/customer-messages/",
        SEVERAL: "/api/v1/conversations/7/customer-messages/",
        CLOSE: "/api/v1/conversations/7/force-close/",
    }
    assert POSTS[CLOSE](it).body["state_version"] == 3


def test_threads_that_have_ended_count() -> None:
    before = cpu_seconds(os.getpid())
    worker = threading.Thread(target=_work_on)
    worker.start()
    worker.join()
    assert cpu_seconds(os.getpid()) - before >= 0.05


def _work_on() -> None:
    while time.thread_time() < 0.05:
        pass
