"""`manage.py replay`: plays dialogues through the public API as live traffic."""

from __future__ import annotations

import asyncio
import logging
from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from replay.library import OWN, Dialogue, Unreadable, read
from replay.player import Options, Player


def positive(text: str) -> float:
    """A number above zero, or the sentence that argparse prints."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ArgumentTypeError(f"{text!r} is not a number above zero")
    return number


def whole(text: str) -> int:
    """A whole number above zero."""
    number = positive(text)
    if number != int(number):
        raise ArgumentTypeError(f"{text!r} is not a whole number")
    return int(number)


def address(text: str) -> str:
    """Where the server is."""
    if not text.startswith(("http://", "https://")):
        raise ArgumentTypeError(f"{text!r} does not begin with http:// or https://")
    return text.rstrip("/")


class Command(BaseCommand):
    help = "Plays dialogues through the public API, as customers and as agents."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The options of `interface.md`."""
        parser.add_argument(
            "--dialogues",
            type=Path,
            default=OWN,
            help="JSON lines, also gzipped; or a folder of them",
        )
        parser.add_argument(
            "--rate", type=positive, default=30.0, help="new conversations per minute"
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--speed", type=positive, default=1.0, help="divides the replay's delays"
        )
        parser.add_argument(
            "--max-active",
            type=whole,
            default=60,
            help="most ongoing conversations",
        )
        parser.add_argument("--url", type=address, default="http://127.0.0.1:8000")

    def handle(self, *args: object, **options: object) -> None:
        """Runs until SIGINT or SIGTERM."""
        path = Path(str(options["dialogues"]))
        chosen = Options(
            url=str(options["url"]),
            rate=float(str(options["rate"])),
            seed=int(str(options["seed"])),
            speed=float(str(options["speed"])),
            max_active=int(str(options["max_active"])),
        )
        try:
            dialogues = read([path])
        except Unreadable as error:
            raise CommandError(str(error)) from error
        self._say(
            f"Replay: {len(dialogues)} dialogues, {chosen.rate:g} new conversations"
            f" a minute up to {chosen.max_active}, at speed {chosen.speed:g}."
        )
        asyncio.run(_run(dialogues, chosen, self._say))

    def _say(self, sentence: str) -> None:
        moment = datetime.now(UTC).strftime("%H:%M:%S")
        self.stdout.write(f"{moment} {sentence}")
        self.stdout.flush()


async def _run(
    dialogues: list[Dialogue], options: Options, say: Callable[[str], None]
) -> None:
    # Every request would be a line of its own.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    player = Player(dialogues, options, say)
    await player.run()
    if player.refused:
        raise CommandError(player.refused)
