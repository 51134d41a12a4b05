"""Our scripts and style sheets as they travel: without comments and indentation.

Lines keep their numbers, so that an error names the line of the source; names stay what
they are. This is no build: the browser gets the same modules, only less of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.files.base import ContentFile, File

OURS = ("js/", "css/")

_SPACE = r"\s+|/\*.*?\*/"
_TEXT = r""" "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*' """
_SHEET = re.compile(rf"(?P<space>{_SPACE})|{_TEXT}|.", re.DOTALL | re.VERBOSE)
_SCRIPT = re.compile(
    rf"(?P<space>{_SPACE}|//[^\n]*)|{_TEXT}|[\w$\#]+|.", re.DOTALL | re.VERBOSE
)
_REGEX = re.compile(r"/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/\w*")
_TEMPLATE = re.compile(r"[`}](?:\\.|\$(?!\{)|[^`\\$])*(?:`|\$\{)", re.DOTALL)
_ENDS_A_VALUE = re.compile(r"[\w$)\]}'\"`]$")
_SIGNS = frozenset("+-/*<>!")
_WORD = re.compile(r"[\w$#]")
_NO_VALUE = frozenset(
    ("return", "typeof", "case", "in", "of", "void", "throw", "await")
)

Token = re.Match[str]


def slimmed(name: str, source: str) -> str:
    """What travels of the file of this name."""
    if name.endswith(".js"):
        return _joined(_script(source), glued=True)
    if name.endswith(".css"):
        return _joined(_SHEET.finditer(source))
    return source


class Slim:
    """A storage whose scripts and sheets are slim, for whoever copies from it."""

    def __init__(self, storage: Any) -> None:
        self._storage = storage

    def open(self, path: str) -> File[Any]:
        """The file as it travels; those of packages as they are."""
        file: File[Any] = self._storage.open(path)
        if not path.startswith(OURS):
            return file
        with file:
            return ContentFile(slimmed(path, file.read().decode()).encode(), path)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)


def _script(source: str) -> Iterator[Token]:
    """The tokens of a script; a template is one up to each of its holes."""
    depth, at, last = 0, 0, ""
    holes: list[int] = []
    while at < len(source):
        resumes = source[at] == "}" and holes[-1:] == [depth]
        if resumes:
            holes.pop()
        if resumes or source[at] == "`":
            token = _TEMPLATE.match(source, at)
            if token and token[0].endswith("${"):
                holes.append(depth)
        else:
            token = None if _ends_a_value(last) else _REGEX.match(source, at)
            token = token or _SCRIPT.match(source, at)
            depth += {"{": 1, "}": -1}.get(token[0], 0) if token else 0
        if token is None:
            raise ValueError(f"cannot read on at {at}")
        if not _is_space(token):
            last = token[0]
        at = token.end()
        yield token


def _ends_a_value(last: str) -> bool:
    """Whether a slash behind this divides."""
    return bool(_ENDS_A_VALUE.search(last)) and last not in _NO_VALUE


def _joined(tokens: Iterable[Token], *, glued: bool = False) -> str:
    """Between two tokens as little as there may be, but every line."""
    parts: list[str] = []
    space = last = ""
    for token in tokens:
        if _is_space(token):
            space += re.sub(r"[^\n]+", " ", token[0])
            continue
        between = "\n" * space.count("\n") or space[:1]
        if glued and between == " " and not _fuse(last[-1:], token[0][:1]):
            between = ""
        parts += [between, token[0]]
        space, last = "", token[0]
    return "".join([*parts, "\n"])


def _fuse(left: str, right: str) -> bool:
    """Whether these two signs mean something else side by side."""
    if left in _SIGNS and right in _SIGNS:
        return True
    return bool(_WORD.match(left) and _WORD.match(right))


def _is_space(token: Token) -> bool:
    return bool(token.groupdict().get("space"))
