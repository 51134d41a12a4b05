"""Processes are started in order, started again when they fall, renewed one by one, and
ended in the reverse order."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cluster import supervision
from deploy.cluster.supervision import NotReady, Part, Watch

CEILING = 20.0
NOTE = (
    "import sys; note = lambda w: open(sys.argv[1], 'a').write(w + sys.argv[2] + ' ')"
)
STAYS = f"""{NOTE}
import signal
def leave(*_):
    note('-')
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
note('+')
while True:
    signal.pause()
"""
FALLS = "print('out of luck'); raise SystemExit(3)"
STUBBORN = f"""{NOTE}
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
note('+')
while True:
    signal.pause()
"""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "FIRST_REST", 0.01)
    monkeypatch.setattr(supervision, "BREATH", 0.0)
    monkeypatch.setattr(supervision, "STEP", 0.01)


class Yard:
    """A watch over small programs that note their comings (+) and goings (-)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.watch = Watch(self.said.append)

    @property
    def noted(self) -> list[str]:
        file = self.folder / "notes"
        return file.read_text().split() if file.exists() else []

    def has(self, name: str) -> bool:
        return self.noted.count(f"+{name}") > self.noted.count(f"-{name}")

    def part(self, name: str, program: str = STAYS, **more: float) -> Part:
        return Part(
            name,
            [sys.executable, "-c", program, str(self.folder / "notes"), name],
            os.environ,
            self.folder / name,
            is_ready=lambda: self.has(name),
            **more,  # type: ignore[arg-type]
        )

    def look_until(self, *expected: str) -> None:
        end = time.monotonic() + CEILING
        while self.noted[: len(expected)] != list(expected):
            assert time.monotonic() < end, self.noted
            self.watch.look()

    def look_until_said(self, sentence: str) -> None:
        end = time.monotonic() + CEILING
        while sentence not in self.said:
            assert time.monotonic() < end, self.said
            self.watch.look()


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    made = Yard(tmp_path)
    yield made
    made.watch.end()


def test_first_come_last_to_go(yard: Yard) -> None:
    for name in ("database", "web", "nginx"):
        yard.watch.add(yard.part(name))
    yard.watch.end()
    assert yard.noted == ["+database", "+web", "+nginx", "-nginx", "-web", "-database"]


def test_one_that_falls_comes_again_after_longer_and_longer(yard: Yard) -> None:
    yard.watch.members.append(supervision.Member(yard.part("web"), yard.said.append))
    member = yard.watch.members[0]
    member.start()
    yard.look_until("+web")
    for number in (1, 2, 3):
        assert member.process is not None
        member.process.kill()
        yard.look_until(*["+web"] * (number + 1))
    rests = [sentence.split(" seconds")[0].rsplit(" ")[-1] for sentence in yard.said]
    assert rests == ["0.01", "0.02", "0.04"]


def test_one_that_cannot_start_stops_the_start_with_its_last_words(yard: Yard) -> None:
    with pytest.raises(NotReady, match="web is not ready: out of luck"):
        yard.watch.add(yard.part("web", FALLS))


def test_one_that_will_not_go_is_killed(yard: Yard) -> None:
    yard.watch.add(yard.part("web", STUBBORN, farewell_patience=0.1))
    yard.watch.end()
    assert yard.said == ["web did not end by itself, and was killed."]


def test_each_is_ready_before_the_next_one_goes(yard: Yard) -> None:
    yard.watch.add(yard.part("other"))
    yard.watch.add(yard.part("one"))
    yard.watch.add(yard.part("two"))
    pids = yard.watch.pids
    yard.watch.renew(["one", "two"])
    yard.look_until_said("All are new.")
    assert yard.noted[3:] == ["-one", "+one", "-two", "+two"]
    assert yard.watch.pids["other"] == pids["other"]
    assert yard.watch.pids["one"] != pids["one"]
    assert (yard.watch.renewals, yard.watch.outcome) == (1, "")


def test_where_the_new_one_falls_the_others_stay(yard: Yard) -> None:
    yard.watch.add(yard.part("one"))
    yard.watch.add(yard.part("two"))
    yard.watch.members[0].part = yard.part("one", FALLS)
    yard.watch.renew(["one", "two"])
    yard.look_until_said("one is not ready; the others were left.")
    assert "-two" not in yard.noted
    assert yard.watch.outcome
