"""One transaction per command, and the one order in which rows are locked.

Queue (router only) -> conversation -> agents by id in one statement. On SQLite every
transaction is IMMEDIATE and so alone; there the lock clauses are left out by Django.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

from conversations.meters import RETRIES
from conversations.models import Agent, Conversation, Queue
from conversations.refusals import Refused
from conversations.rows import CONVERSATION_JOINS

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 4
_sqlite_writer = threading.RLock()
_joins: ContextVar[bool] = ContextVar("joins_running_transaction", default=False)
_RETRYABLE = {"40001", "40P01"}  # serialisation failure, deadlock


def one_transaction(work: Callable[P, R]) -> Callable[P, R]:
    """Run `work` in a transaction of its own, durable, tried again after a deadlock."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _joins.get():
            # Once: what follows would be a second transition in one transaction.
            _joins.set(False)
            return work(*args, **kwargs)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with _one_writer(), transaction.atomic(durable=True):
                    return work(*args, **kwargs)
            except OperationalError as error:
                if attempt == ATTEMPTS or not _is_retryable(error):
                    raise
                RETRIES.inc()
        raise AssertionError("unreachable")

    return run


@contextmanager
def joined() -> Iterator[None]:
    """The next command in this block is a part of the running transaction, and leaves
    its end and its retries to that one."""
    token = _joins.set(True)
    try:
        yield
    finally:
        _joins.reset(token)


def _one_writer() -> AbstractContextManager[object]:
    """SQLite has one writer at a time, and lets the others sleep and try again; the
    threads of one process queue up for it here instead, each woken in its turn."""
    return _sqlite_writer if connection.vendor == "sqlite" else nullcontext()


def _is_retryable(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in _RETRYABLE


def lock_conversation(pk: int, *, skip_locked: bool = False) -> Conversation | None:
    """The conversation, locked; None when unknown, or taken by another (skipping)."""
    ours = (
        Conversation.objects.select_for_update(no_key=True, skip_locked=skip_locked)
        .filter(pk=pk)
        .values_list("pk", flat=True)
    )
    if not list(ours):
        return None
    # A second statement: PostgreSQL joins a row that it had to wait for with the
    # other tables as they were *before* the wait, so its offer could be missing.
    return Conversation.objects.select_related(*CONVERSATION_JOINS, "queue").get(pk=pk)


def lock_agents(ids: Iterable[int]) -> dict[int, Agent]:
    """These agents, locked in the order of their ids."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    locked = (
        Agent.objects.select_for_update(no_key=True)
        .filter(pk__in=wanted)
        .order_by("pk")
    )
    return {agent.pk: agent for agent in locked}


def lock_agent(pk: int) -> Agent:
    """One agent, locked; raises `Refused("not_found")`."""
    agents = lock_agents([pk])
    if pk not in agents:
        raise Refused.not_found()
    return agents[pk]


def lock_queue(pk: int, *, skip_locked: bool = False) -> Queue | None:
    """The queue, locked for its one router or for an administrator's change."""
    return (
        Queue.objects.select_for_update(no_key=True, skip_locked=skip_locked)
        .filter(pk=pk)
        .first()
    )
