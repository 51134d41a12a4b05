"""`manage.py clock`: fires timers and routes, beside any number of others."""

from __future__ import annotations

import signal

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from prometheus_client import start_http_server

from conversations.clock import Clock

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Fire timers and route waiting conversations until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where Prometheus may ask for its figures."""
        parser.add_argument(
            "--metrics-port",
            type=int,
            default=settings.CLOCK_METRICS_PORT,
            help="Serve this process's figures on this port of 127.0.0.1; 0: do not.",
        )

    def handle(self, *args: object, metrics_port: int, **options: object) -> None:
        """Runs until SIGINT or SIGTERM, and then ends its round."""
        if metrics_port:
            start_http_server(metrics_port, addr="127.0.0.1")
        log.info("clock.started", version=settings.VERSION, database=connection.vendor)
        clock = Clock()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_signal: clock.stop())
        self.stdout.write("The clock is running.")
        clock.run()
