"""Ids in URLs: what no database could hold is not an address here."""

from __future__ import annotations

from django.urls import register_converter


class Id:
    """At most 18 digits, so that it always fits a 64-bit column."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """The id as a number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The number as it stands in the URL."""
        return str(value)


register_converter(Id, "id")
