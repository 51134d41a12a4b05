"""Gathers what people read from Python, templates and JavaScript into the .po files.

Babel alone does it, so that a bare machine and the tests need no gettext tools.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("da",)
SOURCES = {
    "django": {
        "python": [
            f"{room}/**/*.py"
            for room in (
                "accounts",
                "config",
                "conversations",
                "dashboard",
                "desk",
                "gateways",
                "replay",
                "supervisor",
            )
        ],
        "template": ["templates/**/*.html", "*/templates/**/*.html"],
    },
    "djangojs": {"javascript": ["static/js/**/*.js"]},
}
"""The files of each domain, by the extractor that reads them."""

KEYWORDS = DEFAULT_KEYWORDS | {
    "_now": None,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
OPTIONS = {"encoding": "utf-8", "parse_template_string": True}
TEXT = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"\b(?:n?p?gettext|_)\({TEXT}(?:, ?{TEXT})*(?:, ?count)?\)")
Found = tuple[int, str | tuple[str, ...], list[str], str | None]
CHURN = re.compile(
    rb'^"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team'
    rb"|Generated-By|Project-Id-Version|Report-Msgid-Bugs-To):.*\n",
    re.MULTILINE,
)


def main() -> None:
    """Bring every catalogue up to date: new texts are empty, forgotten ones go."""
    for language in LANGUAGES:
        for domain in SOURCES:
            target = catalogue_path(language, domain)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_as_text(_updated(target, language, domain)))


def catalogue_path(language: str, domain: str) -> Path:
    """Where the translations of a domain are kept."""
    return ROOT / "locale" / language / "LC_MESSAGES" / f"{domain}.po"


def gathered(domain: str) -> Catalog:
    """Every text of the sources, without translations."""
    catalogue = Catalog(charset="utf-8")
    for method, patterns in SOURCES[domain].items():
        for path in _files(patterns):
            for _line, text, comments, context in _texts(path, method):
                catalogue.add(text, auto_comments=comments, context=context)
    return catalogue


def _files(patterns: list[str]) -> Iterator[Path]:
    for pattern in patterns:
        yield from sorted(ROOT.glob(pattern))


def _texts(path: Path, method: str) -> Iterator[Found]:
    source: IO[bytes] = io.BytesIO(path.read_bytes())
    if method == "template":
        method, source = "python", _calls(path)
    yield from extract(method, source, KEYWORDS, options=OPTIONS)


def _calls(path: Path) -> IO[bytes]:
    """Django makes calls of the tags; between them is noise that is no Python."""
    calls = CALL.findall(templatize(path.read_text()))
    return io.BytesIO("\n".join(calls).encode())


def _updated(target: Path, language: str, domain: str) -> Catalog:
    catalogue = Catalog(locale=language, charset="utf-8")
    if target.exists():
        with target.open("rb") as texts:
            catalogue = read_po(texts, locale=language, abort_invalid=True)
    catalogue.update(gathered(domain), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = "# Floorwalker, translations."
    catalogue.fuzzy = False
    return catalogue


def _as_text(catalogue: Catalog) -> bytes:
    """Sorted, without places and dates: only changed texts show in a comparison."""
    written = io.BytesIO()
    write_po(written, catalogue, width=88, no_location=True, sort_output=True)
    return CHURN.sub(b"", written.getvalue())


if __name__ == "__main__":
    main()
