"""Turns an enum of the domain into the choices of a column."""

from __future__ import annotations

from enum import StrEnum


def choices(enum: type[StrEnum]) -> list[tuple[str, str]]:
    """(stored code, label) pairs; the label is the code read aloud."""
    return [(member.value, member.value.replace("_", " ")) for member in enum]
