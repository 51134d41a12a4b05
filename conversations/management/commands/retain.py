"""`manage.py retain --days N`: events older than N days are removed, and that is
recorded."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser

from conversations import moments, receipts, retention


class Command(BaseCommand):
    help = (
        "Remove events that are older than a number of days, and record it; with them "
        "routing decisions, past presences and alerts of that age, and all receipts "
        "older than a day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How old, and whether only to look."""
        parser.add_argument("--days", type=int, required=True)
        parser.add_argument(
            "--dry-run", action="store_true", help="Only say what would be removed."
        )

    def handle(
        self, *args: object, days: int, dry_run: bool, **options: object
    ) -> None:
        """At least a day is kept: a slip must not empty the audit trail."""
        if days < 1:
            raise CommandError("--days must be at least 1.")
        cut = retention.cut_of(days)
        if dry_run:
            count, done = retention.removable(cut).count(), "would be removed"
        else:
            count, done = retention.remove(cut), "removed"
            retention.remove_traces(cut)
            receipts.forget_old()
        self.stdout.write(f"{count} events before {moments.iso(cut)} {done}.")
