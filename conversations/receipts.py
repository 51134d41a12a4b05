"""The same command sent again does nothing twice (ADR 0011).

The receipt, the command and its answer are one transaction: the row is claimed before
anything else, so that a second request with the same key waits for the first one's end.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from conversations import moments
from conversations.locks import joined, one_transaction
from conversations.models import Receipt
from conversations.refusals import Refused

LIFETIME = timedelta(hours=24)
STROKE = 1_000
PERIOD = 3_600.0

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose command it is, under which key; the fingerprint tells another command
    under the same key. A request of several transactions has a claim for each part."""

    user: int
    key: str
    fingerprint: str
    part: int = 0

    def of(self, part: int) -> Claim:
        """The claim of one part of the request."""
        return replace(self, part=part)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is answered, and what of it is kept: no messages, which are stored once
    already. `replayed`: the body is what was kept, and nothing was done."""

    status: int
    body: Body
    kept: Body
    replayed: bool = False


def once(claim: Claim, command: Callable[[], Outcome]) -> Outcome:
    """Do the command, or find what was kept of its answer when it was done.

    A refusal leaves no receipt. Raises `Refused("key_reused")`.
    """
    try:
        return _first(claim, command)
    except _Taken:
        done = _again(claim)
    # None: a day was over between the two looks, and the receipt forgotten.
    return done or _first(claim, command)


class _Taken(Exception):
    """There is a receipt for this claim already."""


@one_transaction
def _first(claim: Claim, command: Callable[[], Outcome]) -> Outcome:
    receipt = _claimed(claim)
    with joined():
        outcome = command()
    receipt.status, receipt.answer = outcome.status, json.dumps(outcome.kept)
    receipt.save(update_fields=["status", "answer"])
    return outcome


def _claimed(claim: Claim) -> Receipt:
    try:
        return Receipt.objects.create(
            user_id=claim.user,
            key=claim.key,
            part=claim.part,
            fingerprint=claim.fingerprint,
        )
    except IntegrityError as error:
        raise _Taken from error


def _again(claim: Claim) -> Outcome | None:
    same = Receipt.objects.filter(user=claim.user, key=claim.key, part=claim.part)
    receipt = same.first()
    if receipt is None:
        return None
    if receipt.fingerprint != claim.fingerprint:
        raise Refused(
            "key_reused", _("This Idempotency-Key belongs to another command.")
        )
    kept = json.loads(receipt.answer)
    return Outcome(receipt.status, kept, kept, replayed=True)


def forget_old() -> int:
    """Remove receipts that are older than a day, in short strokes; answers how many."""
    total = 0
    while removed := _forget_some():
        total += removed
    return total


@one_transaction
def _forget_some() -> int:
    old = Receipt.objects.filter(at__lt=moments.now() - LIFETIME).order_by("at")
    oldest = list(old.values_list("pk", flat=True)[:STROKE])
    return Receipt.objects.filter(pk__in=oldest).delete()[0] if oldest else 0


class Forgetting:
    """A job of every clock, which looks once an hour."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self) -> None:
        """Forget what is old, unless that was done of late."""
        if monotonic() >= self._next:
            self._next = monotonic() + PERIOD
            forget_old()
