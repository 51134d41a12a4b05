"""What the domain counts: numbers under names and labels that are fixed here, nobody's
words. What a transaction did is counted once it is in the database (ADR 14)."""

from __future__ import annotations

from django.db import transaction
from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

# Half as many samples again, which nobody asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]

LAGS = (0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300, 3_600)
SPANS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

TRANSITIONS = Counter(
    "floorwalker_transitions_total",
    "Transitions in the database, by the kind of their event.",
    ["kind"],
)
OFFERS = Counter(
    "floorwalker_offers_total",
    "Offers made (outcome open) and ended, by kind of offer and outcome.",
    ["kind", "outcome"],
)
MESSAGES = Counter(
    "floorwalker_messages_stored_total",
    "Messages stored, by who wrote them and who may read them.",
    ["sender", "visibility"],
)
ALERTS = Counter(
    "floorwalker_alerts_total", "Alerts to supervisors, by their level.", ["level"]
)
RETRIES = Counter(
    "floorwalker_transaction_retries_total",
    "Transactions begun anew because they got into each other's way.",
)
FAILURES = Counter(
    "floorwalker_failures_total",
    "Work that failed and is tried again, by part, piece of work and class of error.",
    ["part", "work", "error"],
)
AWAY = Gauge(
    "floorwalker_away",
    "1 while this part of the process cannot work, by what it waits for.",
    ["part", "what"],
)
TIMER_LAG = Histogram(
    "floorwalker_timer_lag_seconds",
    "How long after its due time a timer fired here, by its kind.",
    ["kind"],
    buckets=LAGS,
)
CLOCK_JOB = Histogram(
    "floorwalker_clock_job_seconds",
    "How long a job of the clock took in one round; route_all is the router.",
    ["job"],
    buckets=SPANS,
)
CLOCK_ROUND = Gauge(
    "floorwalker_clock_last_round_timestamp_seconds",
    "When the clock of this process ended its last round, in seconds since 1970.",
)


def count(counter: Counter, *labels: str, times: int = 1) -> None:
    """Count what the running transaction does, if and when it commits."""
    if times:
        child = counter.labels(*labels)
        transaction.on_commit(lambda: child.inc(times), robust=True)
