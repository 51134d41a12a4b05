"""Triggers that hold two rules in the database itself: events are append-only, and a
closed conversation stays closed. Only migrations and the retention command may lift
the first one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_SQLITE = """
CREATE TRIGGER event_no_{verb} BEFORE {verb} ON conversations_event
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END
"""
_SQLITE_CLOSED = """
CREATE TRIGGER closed_is_final BEFORE UPDATE OF state ON conversations_conversation
WHEN OLD.state = 'closed' AND NEW.state <> 'closed'
BEGIN SELECT RAISE(ABORT, 'closed is final'); END
"""
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION floor_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END $$
"""
_POSTGRES = """
CREATE TRIGGER event_no_{verb} BEFORE {verb} ON conversations_event
FOR EACH ROW EXECUTE FUNCTION floor_refuse('events are append-only')
"""
_POSTGRES_CLOSED = """
CREATE TRIGGER closed_is_final BEFORE UPDATE OF state ON conversations_conversation
FOR EACH ROW WHEN (OLD.state = 'closed' AND NEW.state <> 'closed')
EXECUTE FUNCTION floor_refuse('closed is final')
"""
_VERBS = ("UPDATE", "DELETE")


def protect_events(database: BaseDatabaseWrapper) -> None:
    """Install the triggers on events."""
    template = _SQLITE if database.vendor == "sqlite" else _POSTGRES
    _run(database, *(template.format(verb=verb) for verb in _VERBS))


def release_events(database: BaseDatabaseWrapper) -> None:
    """Take the triggers on events away."""
    on = "" if database.vendor == "sqlite" else " ON conversations_event"
    _run(database, *(f"DROP TRIGGER event_no_{verb}{on}" for verb in _VERBS))


def install(database: BaseDatabaseWrapper) -> None:
    """Everything, for the migration."""
    if database.vendor != "sqlite":
        _run(database, _POSTGRES_FUNCTION)
    protect_events(database)
    _run(
        database,
        _SQLITE_CLOSED if database.vendor == "sqlite" else _POSTGRES_CLOSED,
    )


def uninstall(database: BaseDatabaseWrapper) -> None:
    """The migration backwards."""
    release_events(database)
    on = "" if database.vendor == "sqlite" else " ON conversations_conversation"
    _run(database, f"DROP TRIGGER closed_is_final{on}")


@contextmanager
def lifted() -> Iterator[None]:
    """Events may be removed inside this block; one transaction, for retention only."""
    with transaction.atomic():
        release_events(connection)
        yield
        protect_events(connection)


def _run(database: BaseDatabaseWrapper, *statements: str) -> None:
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
