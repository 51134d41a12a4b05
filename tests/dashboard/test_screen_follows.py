"""Whatever writes to the floor is on the screen afterwards, with and without doorbells:
the state before plus the frames is what a fresh snapshot says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from conversations.events import Kind
from conversations.models import Event
from conversations.states import TimerKind
from supervisor import commands
from tests.dashboard.every_writer import WRITERS
from tests.dashboard.stage import Stage, fresh_snapshot
from tests.dashboard.writers import House, Writer

pytestmark = pytest.mark.thorough

TRANSITIONS = Path(settings.BASE_DIR) / "conversations" / "transitions"
NAMES = {writer.name.split()[0] for writer in WRITERS}


@pytest.mark.behaviour
@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)
def test_the_screen_follows(writer: Writer, stage: Stage) -> None:
    house = House()
    act = writer.prepare(house)
    before = fresh_snapshot(house.boss)
    quick = stage.page(stage.hub(), house.boss)
    deaf = stage.page(stage.hub(hears=False), house.boss)
    last = Event.objects.latest("pk").pk
    act()
    kinds = Event.objects.filter(pk__gt=last).values_list("kind", flat=True)
    assert writer.kind in set(kinds)
    quick.must_follow()
    assert deaf.look().shows(before), "it was to hear nothing"
    assert quick.screen.shows(before) is writer.silent
    stage.call(deaf.hub.doubt)  # one comparison
    deaf.must_follow()


def test_every_transition_is_in_the_table() -> None:
    transitions = {
        f"{file.stem}.{name}"
        for file in TRANSITIONS.glob("*.py")
        for name in _recording(ast.parse(file.read_text()))
        if file.stem != "scene"
    }
    assert len(transitions) > 30
    assert transitions <= NAMES, transitions - NAMES


def test_every_command_and_timer_is_in_the_table() -> None:
    of_supervisors = {
        f"commands.{name}"
        for name, thing in vars(commands).items()
        if hasattr(thing, "__wrapped__") and thing.__module__ == commands.__name__
    }
    assert len(of_supervisors) > 8
    assert of_supervisors | {f"clock.{kind}" for kind in TimerKind} <= NAMES


def test_every_kind_of_event_is_in_the_table() -> None:
    sources = [*TRANSITIONS.glob("*.py"), TRANSITIONS.parent / "clock.py"]
    used = {
        Kind[name]
        for file in sources
        for name in re.findall(r"\bKind\.([A-Z_]+)", file.read_text())
    }
    assert used == {writer.kind for writer in WRITERS}


def _recording(module: ast.Module) -> Iterator[str]:
    """Public functions that call `record`, themselves or by one of the module's."""
    functions = {n.name: n for n in module.body if isinstance(n, ast.FunctionDef)}
    called = {name: set(_called(node)) for name, node in functions.items()}
    for name in functions:
        reached, news = {name}, {name}
        while news:
            news = {c for n in news for c in called.get(n, ())} - reached
            reached |= news
        if "record" in reached and not name.startswith("_"):
            yield name


def _called(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            if isinstance(call.func, ast.Name):
                yield call.func.id
            elif isinstance(call.func, ast.Attribute):
                yield call.func.attr
