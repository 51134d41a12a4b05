"""Gathers what people read from Python, templates and JavaScript into the .po files.

Babel alone does it, so that a bare machine and the tests need no gettext tools.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PYTHON = (
    "accounts",
    "config",
    "conversations",
    "dashboard",
    "desk",
    "gateways",
    "replay",
    "supervisor",
)
LANGUAGES = ("da",)
KEYWORDS = DEFAULT_KEYWORDS | {
    "_now": None,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
CALL = re.compile(r" (?:n?p?gettext|_)\((?:u?(?P<q>['\"])(?:\\.|(?!(?P=q)).)*(?P=q),? ?)+")

type_of_message = tuple[str, str | tuple[str, ...], str | None]
