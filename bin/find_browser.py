"""Prints the path of a Chromium for the browser tests, installing one if need be."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
APT = ["apt-get", "-o", "DPkg::Lock::Timeout=120", "-qq"]
HELP = """The browser tests need Chromium, and none could be installed from here.
Install it (Debian: sudo apt-get install chromium), or run make test-fast."""


def main() -> None:
    print(there() or from_debian() or from_playwright() or sys.exit(HELP))


def there() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def from_debian() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print("Installing Chromium", file=sys.stderr)
    attempt([*APT, "update"])
    attempt([*APT, "install", "-y", "--no-install-recommends", "chromium"])
    return there()


def from_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    attempt([sys.executable, "-m", "playwright", "install", "chromium"])
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def attempt(command: list[str]) -> None:
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=env, stdout=sys.stderr, check=False)


if __name__ == "__main__":
    main()
