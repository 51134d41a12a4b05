"""`manage.py reconcile`: a line for each difference, and exit 1 if there is any."""

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand

from conversations.reading import consistent_read
from conversations.reconciliation import differences


class Command(BaseCommand):
    help = "Recompute holds, capacity and states from the rows; print differences."

    def handle(self, *args: object, **options: object) -> None:
        """Everything is compared inside one consistent read."""
        with consistent_read():
            found = list(differences())
        for line in found:
            self.stdout.write(line)
        if found:
            self.stderr.write(f"{len(found)} differences.")
            sys.exit(1)
        self.stdout.write("No differences.")
