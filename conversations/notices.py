"""The notices that people read: each text has a version, so that it can be said which
one somebody agreed to or acknowledged."""

from __future__ import annotations

import hashlib


def version_of(text: str) -> str:
    """The version of a text: the same for the same words, another for any others."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]
