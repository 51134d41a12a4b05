"""The only body that the API reads: JSON of bounded size that can be stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser


class StrictJSONParser(BaseParser):
    """JSON as the RFC has it; the framework's own reads bodies of any size."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, object] | None = None,
    ) -> Mapping[str, object]:
        """The body, always an object, or ParseError or RequestDataTooBig."""
        try:
            value: object = json.loads(_bounded(stream), parse_constant=_not_json)
        except (ValueError, RecursionError) as fault:
            raise ParseError(_("The body is not readable JSON.")) from fault
        if not _is_storable(value):
            raise ParseError(_("The text holds characters that cannot be stored."))
        if not isinstance(value, dict):
            raise ParseError(_("The body must be a JSON object."))
        return value


def _bounded(stream: IO[bytes]) -> str:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if limit is None:
        return stream.read().decode()
    body = stream.read(limit + 1)
    if len(body) > limit:
        raise RequestDataTooBig
    return body.decode()


def _not_json(constant: str) -> object:
    raise ValueError(constant)


def _is_storable(value: object) -> bool:
    """No NUL and no half of a surrogate pair anywhere: PostgreSQL refuses both."""
    left = [value]
    while left:
        item = left.pop()
        if isinstance(item, str) and not _is_storable_text(item):
            return False
        if isinstance(item, dict):
            left.extend((*item.keys(), *item.values()))
        elif isinstance(item, list):
            left.extend(item)
    return True


def _is_storable_text(text: str) -> bool:
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False
