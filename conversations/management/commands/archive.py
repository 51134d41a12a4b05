"""`manage.py archive --days N`: what was closed longer ago moves from the database into
files; `--list` and `--show ID` read them."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from conversations import archive, archive_files, moments, retention


class Command(BaseCommand):
    help = "Move conversations that were closed some days ago into files, or read them."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and in which folder."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--days", type=int, help="Closed longer ago than this.")
        what.add_argument("--list", action="store_true", help="Name the files.")
        what.add_argument("--show", type=int, metavar="ID", help="One conversation.")
        parser.add_argument("--to", type=Path, help="Folder; DATA_DIR/archive if none.")
        parser.add_argument("--stroke", type=int, default=archive.STROKE)

    def handle(
        self,
        *args: object,
        days: int | None,
        list: bool,
        show: int | None,
        to: Path | None,
        stroke: int,
        **options: object,
    ) -> None:
        """One of the three."""
        folder = to or Path(settings.DATA_DIR) / "archive"
        if list:
            self._list(folder)
        elif show is not None:
            self._show(folder, show)
        else:
            self._archive(folder, days or 0, stroke)

    def _archive(self, folder: Path, days: int, stroke: int) -> None:
        """At least a day stays: today's counts are read from it."""
        if days < 1 or stroke < 1:
            raise CommandError("--days and --stroke must be at least 1.")
        cut = retention.cut_of(days)
        try:
            done = archive.archive(cut, folder, stroke=stroke)
        except BlockingIOError:
            raise CommandError(f"{folder}: somebody else archives into it.") from None
        except OSError as error:
            raise CommandError(str(error)) from error
        count = sum(one.count for one in done)
        self.stdout.write(
            f"{count} conversations closed before {moments.iso(cut)} archived "
            f"in {len(done)} files."
        )

    def _list(self, folder: Path) -> None:
        for path in archive_files.files(folder):
            count = sum(1 for _one in archive_files.read(path))
            self.stdout.write(f"{path.name}: {count} conversations")

    def _show(self, folder: Path, pk: int) -> None:
        found = archive_files.find(folder, pk)
        if found is None:
            raise CommandError(f"Conversation {pk} is not in {folder}.")
        self.stdout.write(found.decode())
