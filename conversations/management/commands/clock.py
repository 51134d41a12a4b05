"""`manage.py clock`: fires timers and routes, beside any number of others."""

from __future__ import annotations

import signal

from django.core.management.base import BaseCommand

from conversations.clock import Clock


class Command(BaseCommand):
    help = "Fire timers and route waiting conversations until stopped."

    def handle(self, *args: object, **options: object) -> None:
        """Runs until SIGINT or SIGTERM, and then ends its round."""
        clock = Clock()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_signal: clock.stop())
        self.stdout.write("The clock is running.")
        clock.run()
