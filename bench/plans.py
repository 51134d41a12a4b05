"""How a database answers each statement: what it scans, and how much it reads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

GROWING = frozenset(
    f"conversations_{name}"
    for name in (
        *("conversation", "message", "event", "offer", "session", "hold"),
        *("participant", "routingdecision", "presencestay", "alert", "rating"),
        "customer",
    )
)
"""Tables that grow with what is over."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement with its values, as it was sent."""

    sql: str
    params: Any


@dataclass(frozen=True, slots=True)
class Plan:
    """Growing tables that are read from end to end, and how much is read: rows of
    growing tables on PostgreSQL, steps of its machine on SQLite."""

    scanned: frozenset[str]
    work: int
    text: str


Work = Callable[[], object]


def statements_of(work: Work) -> list[Statement]:
    """What this sends, each wording once; inserts need no plan."""
    sent: dict[str, Statement] = {}

    def note(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: object
    ) -> Any:
        if _PLANNED.match(sql) and not many:
            sent.setdefault(sql, Statement(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        work()
    return list(sent.values())


def plan_of(statement: Statement) -> Plan:
    """How the database answers it now; what it changes is taken back."""
    if connection.vendor == "postgresql":
        return _postgres_plan(statement)
    return _sqlite_plan(statement)


_PLANNED = re.compile(r"\s*(WITH|SELECT|UPDATE|DELETE)\b", re.IGNORECASE)


def _postgres_plan(statement: Statement) -> Plan:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.sql}", statement.params
        )
        (found,) = cursor.fetchone()
        transaction.set_rollback(True)
    (whole,) = json.loads(found) if isinstance(found, str) else found
    nodes = [node for node in _nodes(whole["Plan"]) if _table(node) in GROWING]
    scanned = frozenset(_table(n) for n in nodes if n["Node Type"] == "Seq Scan")
    rows = sum(_rows_read(node) for node in nodes)
    return Plan(scanned, rows, json.dumps(whole["Plan"], indent=1))


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


def _table(node: Mapping[str, Any]) -> str:
    # What a table's node changes was read by the node below it.
    is_read = node["Node Type"].endswith("Scan")
    return str(node.get("Relation Name", "")) if is_read else ""


def _rows_read(node: Mapping[str, Any]) -> int:
    kinds = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    a_loop: float = sum(node.get(kind, 0) for kind in kinds)
    loops: float = node["Actual Loops"]
    return round(a_loop * loops)


def _sqlite_plan(statement: Statement) -> Plan:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.params)
        lines = [str(row[-1]) for row in cursor.fetchall()]
        cursor.execute(_PARTIAL)
        partial = {name for (name,) in cursor.fetchall()}
    tables = {alias: table for table, alias in _ALIAS.findall(statement.sql)}
    scans = [found for line in lines if (found := _SCAN.match(line))]
    scanned = {
        tables.get(str(found["table"]), str(found["table"]))
        for found in scans
        if found["index"] not in partial
    }
    return Plan(frozenset(scanned & GROWING), _steps(statement), "\n".join(lines))


_PARTIAL = (
    "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
)
_ALIAS = re.compile(r'"(conversations_\w+)" ([TUV]\d+)\b')
_SCAN = re.compile(r"SCAN (?P<table>\w+)(?: USING (?:COVERING )?INDEX (?P<index>\w+))?")


def _steps(statement: Statement) -> int:
    """Counted in the database's own machine, so that no clock is asked."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    with transaction.atomic():
        connection.connection.set_progress_handler(step, 1)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement.sql, statement.params)
                cursor.fetchall()
        finally:
            connection.connection.set_progress_handler(None, 1)
            transaction.set_rollback(True)
    return count
