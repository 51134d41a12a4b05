"""What is counted and how it is told."""

import pytest

from replay import watch
from replay.tally import Lags, Tally
from replay.watch import Watch


def test_lags_tell_their_percentiles_within_a_step() -> None:
    lags = Lags()
    for hundredth in range(1, 101):
        lags.add(hundredth / 100)
    assert lags.at(0.5) == pytest.approx(0.5, rel=0.16)
    assert lags.at(0.95) == pytest.approx(0.95, rel=0.16)
    assert (lags.at(1.0), lags.worst, lags.total) == (1.0, 1.0, 100)


def test_nothing_sent_is_nothing_late() -> None:
    assert Lags().at(0.95) == 0.0


def test_early_is_not_late() -> None:
    lags = Lags()
    lags.add(-1.0)
    assert (lags.at(0.5), lags.worst) == (0.0, 0.0)


def test_a_report_has_rates_and_failures() -> None:
    tally = Tally(agent_messages=30, opened=2, ended=1, requests=600)
    tally.failed["server_error"] += 2
    line = tally.line(7, 60.0)
    assert line.startswith("7 ongoing; 2 opened, 1 ended; 0.5 messages/s, 10 requests")
    assert line.endswith("failed: server_error 2")


def test_the_summary_lists_refusals_by_code() -> None:
    tally = Tally()
    tally.refused.update({"offer_ended": 3, "wrong_state": 1})
    lines = tally.summary()
    assert lines[-1] == "Refused: offer_ended 3, wrong_state 1. Failed: nothing."


def test_a_period_begins_anew_with_each_report() -> None:
    said: list[str] = []
    keeper = Watch(said.append)
    keeper.opened()
    keeper.customer_wrote(0.01)
    keeper.agent_wrote()
    keeper.report(1)
    keeper.ended()
    keeper.report(0)
    assert "1 opened, 0 ended" in said[0] and "0 opened, 1 ended" in said[1]
    assert (keeper.whole.opened, keeper.whole.ended, keeper.whole.messages) == (1, 1, 2)


def test_lateness_is_said_at_most_once_in_ten_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    now = [100.0]
    monkeypatch.setattr(watch, "monotonic", lambda: now[0])
    keeper = Watch(said.append)
    keeper.customer_wrote(0.9)
    assert said == []
    for lag in (2.0, 3.0, 5.0):
        keeper.customer_wrote(lag)
    assert len(said) == 1
    now[0] += 10
    keeper.customer_wrote(4.0)
    assert "3 messages came more than 1 s late, the worst by 5.0 s" in said[1]
