"""The audit trail as a CSV file, drawn from the database page by page."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Iterator
from io import StringIO

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse

from conversations import moments
from conversations.models import Event

PAGE = 1000
COLUMNS = (
    "id",
    "at",
    "kind",
    "actor_kind",
    "actor_id",
    "actor_name",
    "conversation",
    "reason",
    "changes",
    "data",
)
# What a spreadsheet would take for the start of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_answer(request: HttpRequest, events: QuerySet[Event]) -> StreamingHttpResponse:
    """All these events, newest first, without ever holding them all."""
    parts = _parts(events)
    # Under ASGI Django would gather a plain iterator into one list.
    body = _drawn(parts) if isinstance(request, ASGIRequest) else parts
    return StreamingHttpResponse(
        body,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="audit-trail.csv"',
            "Cache-Control": "no-store",
        },
    )


def safe(cell: object) -> object:
    """A leading apostrophe makes a spreadsheet show the text and not calculate it."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell


async def _drawn(parts: Iterator[str]) -> AsyncIterator[str]:
    while part := await sync_to_async(_next)(parts):
        yield part


def _next(parts: Iterator[str]) -> str:
    return next(parts, "")


def _parts(events: QuerySet[Event]) -> Iterator[str]:
    yield _lines([COLUMNS])
    newest_first = events.order_by("-pk")
    page = list(newest_first[:PAGE])
    while page:
        yield _lines([_row(event) for event in page])
        page = list(newest_first.filter(pk__lt=page[-1].pk)[:PAGE])


def _lines(rows: list[tuple[object, ...]]) -> str:
    text = StringIO()
    csv.writer(text).writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def _row(event: Event) -> tuple[object, ...]:
    return (
        event.pk,
        moments.iso(event.at),
        event.kind,
        event.actor_kind,
        event.actor_id,
        event.actor_name,
        event.conversation_id,
        event.reason,
        json.dumps(event.changes, ensure_ascii=False),
        json.dumps(event.data, ensure_ascii=False),
    )
