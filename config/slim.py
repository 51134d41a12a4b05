"""Our scripts and style sheets as they travel: without comments and indentation.

This is no build: the browser gets the same modules under the same names, only less of
them; with DEBUG it gets them as they are written.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile, File
from rcssmin import cssmin
from rjsmin import jsmin

OURS = ("js/", "css/")
MINIFIERS = {".js": jsmin, ".css": cssmin}


def slimmed(name: str, source: str) -> str:
    """What travels of the file of this name."""
    minify = MINIFIERS.get(PurePath(name).suffix)
    return source if minify is None else str(minify(source))


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
