"""The customer's chat stays small: what the page and the one line on other people's
pages load, as it travels and compressed, is counted file by file."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.templatetags.static import static

from config.environment import ROOT
from config.slim import slimmed

STATIC = ROOT / "static"
ENTRY, SHEET, WIDGET = "js/chat.js", "css/chat.css", "js/widget.js"
MOST, LEVEL = 30_000, 6
IMPORTED = re.compile(r"""(?:\bfrom|\bimport)\s*\(?["'](\.[^"']+)["']""")
SHEETS = re.compile(r"""@import\s+(?:url\()?["']?([^"')]+)""")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
OWN = re.compile(r"""((?:\./|static/)[\w./-]+)(?=\.(?:js|css)["'])""")
PRELOADED = re.compile(r'rel="modulepreload" href="([^"]+)"')


def reached(first: str, link: re.Pattern[str]) -> list[str]:
    """This file and all that it needs, by their static paths, each once."""
    found: list[str] = []
    waiting = [first]
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found.append(name)
            waiting += _named_in(STATIC / name, link)
    return found


def _named_in(path: Path, link: re.Pattern[str]) -> Iterator[str]:
    for address in link.findall(COMMENT.sub("", path.read_text())):
        yield (path.parent / address).resolve().relative_to(STATIC).as_posix()


def page(language: str = "en") -> str:
    config = {"site": "shop", "api": "/api/v1/chat/", "socket": "/ws/chat/"}
    facts = {"site": {"key": "shop", "name": "Shop"}, "config": config}
    return render_to_string("chat/chat.html", {**facts, "embedded": True})


def travels(name: str) -> bytes:
    return named(slimmed(name, (STATIC / name).read_text()))


def named(text: str) -> bytes:
    """With names as long as the hashed ones are."""
    return OWN.sub(
        lambda m: f"{m[1]}.{sha256(m[0].encode()).hexdigest()[:12]}", text
    ).encode()


def compressed(content: bytes) -> int:
    return len(gzip.compress(content, compresslevel=LEVEL))


def test_everything_that_the_chat_loads_is_at_most_thirty_kilobytes() -> None:
    files = [*reached(ENTRY, IMPORTED), *reached(SHEET, SHEETS), WIDGET]
    sizes = {name: compressed(travels(name)) for name in files}
    sizes["the page"] = compressed(named(page()))
    total = sum(sizes.values())
    table = "\n".join(f"{size:6} {name}" for name, size in sizes.items())
    print(f"{table}\n{total:6} of {MOST}")
    assert total <= MOST, f"{total}:\n{table}"


def test_the_page_asks_for_all_its_modules_at_once() -> None:
    wanted = {static(name) for name in reached(ENTRY, IMPORTED) if name != ENTRY}
    assert set(PRELOADED.findall(page())) == wanted


def test_the_widget_stands_alone() -> None:
    text = COMMENT.sub("", (STATIC / WIDGET).read_text())
    assert not re.search(r"^\s*(?:import|export)\b", text, re.MULTILINE)
    assert text.strip().startswith("(() => {")
    assert text.strip().endswith("})();")


@pytest.mark.parametrize("word", ["localStorage", "eval(", ".cssText", "<style"])
def test_the_widget_does_nothing_that_a_strict_page_forbids(word: str) -> None:
    assert word not in (STATIC / WIDGET).read_text()


TOKEN = re.compile(r"(--[\w-]+):\s*([^;]+);")


def test_the_chats_colours_are_the_products() -> None:
    chats, products = (
        TOKEN.findall(COMMENT.sub("", (STATIC / "css" / name).read_text()))
        for name in ("chat/tokens.css", "tokens.css")
    )
    assert chats
    assert set(chats) <= set(products)


WORD = re.compile(r'<p id="(\w+)">')
SAID = re.compile(r'\bt\(\s*(?:[^"?)]*(?:"\w+" )?\? )?"(\w+)"(?: : "(\w+)")?')
TOLD = ("trouble_", "code_", "to_", "need_", "ended_")
"""These are found by what the server or a form says."""


def test_the_page_brings_the_words_that_its_scripts_say_and_no_others() -> None:
    scripts = [(STATIC / name).read_text() for name in reached(ENTRY, IMPORTED)]
    said = {word for text in scripts for pair in SAID.findall(text) for word in pair}
    brought = set(WORD.findall(page()))
    by_others = {word for word in brought if word.startswith(TOLD)}
    said.discard("")
    assert said - brought == set()
    assert brought - said - by_others == set()
