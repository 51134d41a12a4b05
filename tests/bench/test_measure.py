"""The arithmetic of the bench: ratios, verdicts, percentiles, turns."""

from __future__ import annotations

import json
import math
from pathlib import Path

from bench import report
from bench.load import Window
from bench.measure import Aim, Figure, Result, alternating, share
from bench.measures import fanout


def window(*, cpu: float, frames: int, changes: int = 0) -> Window:
    return Window(2.0, cpu, frames, 0, changes, [], 0, "")


def test_a_ratio_is_judged_against_its_aim() -> None:
    assert Figure("it", 14, "s", 10, "raw", Aim(1.4)).verdict == "met"
    assert Figure("it", 21, "s", 10, "raw", Aim(1.4)).verdict == "missed by 50%"
    assert Figure("it", 3, "/s", 10, "raw", Aim(0.4, at_least=True)).verdict == (
        "missed by 25%"
    )


def test_a_value_is_judged_by_itself_and_no_aim_says_nothing() -> None:
    assert Figure("it", 160, "ms", 1, "raw", Aim(80, "value")).verdict == (
        "missed by 100%"
    )
    assert Figure("it", 160, "ms").verdict == ""
    assert Figure("it", 1, "s", None, "", Aim(2)).verdict == "not measured"
    assert Figure("it", math.nan, "s", aim=Aim(2, "value")).verdict == "not measured"


def test_where_none_is_allowed_each_one_is_counted() -> None:
    assert Figure("it", 0, "", aim=Aim(0, "value")).verdict == "met"
    assert Figure("it", 3, "", aim=Aim(0, "value")).verdict == "missed by 300%"


def test_percentiles() -> None:
    assert [share(range(100), p) for p in (50, 99, 100)] == [50, 99, 99]
    assert math.isnan(share([], 50))


def test_ours_and_the_limit_take_turns() -> None:
    turns: list[str] = []
    ours, limit = iter([3.0, 1.0, 2.0]), iter([30.0, 10.0, 20.0])

    def taken(who: str, value: float) -> float:
        turns.append(who)
        return value

    medians = alternating(
        3, lambda: taken("ours", next(ours)), lambda: taken("limit", next(limit))
    )
    assert medians == (2.0, 20.0)
    assert turns == ["ours", "limit"] * 3


def test_a_delivery_costs_what_the_crowd_needs_more_than_one_page() -> None:
    alone = window(cpu=0.2, frames=20)
    crowd = window(cpu=0.4, frames=20_020)
    assert math.isclose(fanout.per_million(crowd, alone), 10)


def test_a_change_costs_its_share_of_the_server() -> None:
    assert window(cpu=0.5, frames=0, changes=100).cpu_per_change == 0.005


def test_the_results_can_be_read_again(tmp_path: Path) -> None:
    figure = Figure("it", 14, "s", 10, "raw", Aim(1.4))
    report.write(tmp_path, {"one": Result([figure])}, {"quick": True})
    said = json.loads((tmp_path / "bench.json").read_text())
    assert said["figures"]["one"][0]["verdict"] == "met"
    assert said["figures"]["one"][0]["ratio"] == 1.4
    assert "1.40x" in report.table("one", Result([figure]))


def test_what_was_skipped_says_why() -> None:
    said = report.table("paint", Result([], skipped="no browser"))
    assert "skipped: no browser" in said
