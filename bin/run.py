"""`make run`: prepares the floor, then runs the server and the replay until stopped."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config.processes import Floor, python  # noqa: E402

DEFAULTS = {
    "DEMO": "1",
    "HOST": "127.0.0.1",
    "PORT": "8000",
    "LOG_FORMAT": "console",
    "LOG_LEVEL": "WARNING",
}
# Addresses that mean "all of this machine" to a server, and nothing to a browser.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}
REPLAY_OPTIONS = ("DIALOGUES", "RATE", "SPEED", "SEED", "MAX_ACTIVE")
WELCOME = """
Floorwalker is open at {url}
  supervisor, billing, agent1, agent2, admin, api: password floorwalker
  Stop with Ctrl-C; make run starts again with the same data.
"""
CLOSED_WELCOME = "\nFloorwalker is open at {url}\n"


def main() -> int:
    for name, value in DEFAULTS.items():
        os.environ[name] = os.environ.get(name) or value
    prepared = subprocess.run(python("bin/prepare.py"), cwd=ROOT)
    return prepared.returncode or floor().run()


def floor() -> Floor:
    host, port = os.environ["HOST"], os.environ["PORT"]
    url = f"http://{EVERYWHERE.get(host, host)}:{port}"
    demo = os.environ["DEMO"].lower() not in ("0", "false", "no", "off")
    return Floor(
        server=server(host, port),
        replay=replay(url) if demo else [],
        ready_url=f"{url}/readyz",
        welcome=(WELCOME if demo else CLOSED_WELCOME).format(url=url),
        folder=ROOT,
    )


def server(host: str, port: str) -> list[str]:
    return python("-m", "config.serve", "--host", host, "--port", port)


def replay(url: str) -> list[str]:
    command = python("manage.py", "replay", "--url", url)
    for name in REPLAY_OPTIONS:
        if value := os.environ.get(name):
            command += ["--" + name.lower().replace("_", "-"), value]
    return command


if __name__ == "__main__":
    sys.exit(main())
