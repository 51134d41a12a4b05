"""Rules of the house that a reader would check by eye: who writes, and how long."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "accounts",
    "config",
    "conversations",
    "dashboard",
    "desk",
    "gateways",
    "live",
    "replay",
    "supervisor",
)
WRITERS = (
    "conversations/transitions/",
    "conversations/capacity.py",
    "conversations/timers.py",
    "conversations/events.py",
)
"""The only places that write domain rows. The clock deletes the timer that it fires,
retention what is old; explanations note what routing found, and change nothing."""
EXCEPT = {
    "conversations/clock.py": {"delete"},
    "desk/demo.py": {"bulk_create"},
    "gateways/demo.py": {"create"},
    "conversations/explaining.py": {"save", "bulk_create"},
    "conversations/retention.py": {"delete"},
    "conversations/archive.py": {"delete"},
    # Notes that a command was done, in its transaction; the domain reads it nowhere.
    "conversations/receipts.py": {"create", "save", "delete"},
    # A pass is the door's own row; the conversation does not know of it.
    "gateways/chat/passes.py": {"create", "update"},
}
KEPT_APART = ("accounts/", "config/", "replay/")
"""Rooms that have no domain rows to write."""
LONGEST_FUNCTION, LONGEST_FILE = 60, 400
CALLS = {"save", "update", "delete", "create", "bulk_create", "bulk_update"} | {
    "get_or_create",
    "update_or_create",
}


def ours(*kinds: str, under: tuple[str, ...] = (*ROOMS, "tests", "bin")) -> list[Path]:
    """Our own files of these kinds, migrations apart."""
    found = [
        path for room in under for kind in kinds for path in (ROOT / room).rglob(kind)
    ]
    return sorted(path for path in found if "migrations" not in path.parts)


IDENTITY = ("User.", "DemoAccount.")
"""Who logs in is no matter of the domain."""


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls_of(path: Path) -> Iterator[ast.Call]:
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


def is_write(call: ast.Call) -> bool:
    """Whether this may write rows: `dict.update(other)` and `client.delete(path)`
    have a positional argument, which the ORM's have not."""
    assert isinstance(call.func, ast.Attribute)
    name = call.func.attr
    if name not in CALLS or ast.unparse(call.func).startswith(IDENTITY):
        return False
    if any(word.arg == "commit" for word in call.keywords):
        return False  # a form that hands over what a transition will save
    return not (name in {"update", "delete", "save"} and call.args)


def test_only_transitions_write_domain_rows() -> None:
    culprits = []
    for path in ours("*.py", under=ROOMS):
        name = named(path)
        if name.startswith((*WRITERS, *KEPT_APART)):
            continue
        for call in calls_of(path):
            assert isinstance(call.func, ast.Attribute)
            verb = call.func.attr
            if is_write(call) and verb not in EXCEPT.get(name, ()):
                culprits.append(f"{name}:{call.lineno} {ast.unparse(call.func)}")
    assert culprits == []


def test_only_one_place_creates_events() -> None:
    culprits = [
        f"{named(path)}:{call.lineno}"
        for path in ours("*.py", under=ROOMS)
        for call in calls_of(path)
        if ast.unparse(call.func).startswith("Event.objects.")
        and is_write(call)
        and named(path) != "conversations/events.py"
    ]
    assert culprits == []


SLEEPS = {"time.sleep", "page.wait_for_timeout"}


def polling_of(path: Path) -> set[int]:
    """Lines inside a loop that waits for a condition; there a short nap is polite."""
    loops = [
        n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.While)
    ]
    waiting = [loop for loop in loops if not isinstance(loop.test, ast.Constant)]
    return {
        line
        for loop in waiting
        for line in range(loop.lineno, (loop.end_lineno or loop.lineno) + 1)
    }


def test_no_test_sleeps() -> None:
    culprits = [
        f"{named(path)}:{call.lineno}"
        for path in ours("test_*.py", under=("tests",))
        for call in calls_of(path)
        if ast.unparse(call.func) in SLEEPS and call.lineno not in polling_of(path)
    ]
    assert culprits == []


def test_no_function_is_longer_than_a_screen() -> None:
    culprits = []
    for path in ours("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    culprits.append(f"{named(path)} {node.name}: {length}")
    assert culprits == []


def test_no_file_is_longer_than_one_can_keep_in_mind() -> None:
    under = (*ROOMS, "tests", "bin", "static", "templates")
    lengths = {
        named(path): len(path.read_text().splitlines())
        for path in ours("*.py", "*.js", "*.css", "*.html", under=under)
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


@pytest.mark.parametrize(
    "word", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"]
)
def test_scripts_never_write_markup(word: str) -> None:
    scripts = ours("*.js", under=("static/js",))
    assert scripts
    assert [named(path) for path in scripts if word in path.read_text()] == []


COLOUR = re.compile(
    r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b"
    r"|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(",
    re.IGNORECASE,
)


def test_colours_have_names_and_one_home() -> None:
    sheets = ours("*.css", under=("static/css",))
    assert [named(path) for path in sheets if path.name == "tokens.css"]
    culprits = []
    for path in sheets:
        if path.name != "tokens.css":
            text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
            culprits += [f"{named(path)}: {m[0]}" for m in COLOUR.finditer(text)]
    assert culprits == []
