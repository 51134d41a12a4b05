"""Checks that the floor can start, then migrates, loads the demo, collects files.

`--beside`: other processes are running and go on meanwhile.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import OperationalError  # noqa: E402

from config.processes import port_is_free  # noqa: E402


def main(beside: bool) -> None:
    django.setup()
    if not beside:
        environment = settings.ENVIRONMENT
        port_is_free(environment.host, environment.port, "make run")
    # A pool would try for long and then say only that it got no connection.
    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
    try:
        call_command("migrate", verbosity=0)
    except OperationalError as error:
        reason = str(error).strip().partition("\n")[0]
        sys.exit(f"DATABASE_URL will not do: the database says: {reason}")
    if settings.DEMO:
        call_command("setup_demo", verbosity=0)
    collect_files(clear=not beside)


def collect_files(clear: bool) -> None:
    """Only when a file or a package has changed: hashing them all takes seconds.

    Beside running processes the old files stay: their pages still ask for them.
    """
    stamp = settings.DATA_DIR / "static.stamp"
    state = hashlib.sha256("\n".join(sources()).encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != state:
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, clear=clear, verbosity=0)
        stamp.write_text(state)


def sources() -> Iterator[str]:
    locks = [ROOT / "package-lock.json", ROOT / "requirements.txt"]
    ours = [ROOT / "config" / "front_end.py", *sorted((ROOT / "static").rglob("*"))]
    for file in filter(Path.is_file, locks + ours):
        facts = file.stat()
        yield f"{file} {facts.st_mtime_ns} {facts.st_size}"


if __name__ == "__main__":
    main(beside="--beside" in sys.argv)
