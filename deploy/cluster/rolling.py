"""`make roll`: asks the running cluster for a rolling restart and waits for its end."""

from __future__ import annotations

import os
import signal
import subprocess
import time

from config.environment import ROOT
from config.processes import python, say
from deploy.cluster import choices as settings
from deploy.cluster import notes
from deploy.cluster.floor import alone_in
from deploy.cluster.notes import Notes

STEP = 0.2


def roll() -> int:
    """Migrate and collect beside the running processes, then renew one by one."""
    choices = settings.read()
    folder = choices.environment.data_dir
    with alone_in(folder) as nobody:
        found = notes.read(folder)
    if nobody or found is None:
        say(f"No cluster is running in {folder}.")
        return 1
    env = settings.process_env(
        choices, DATABASE_URL=found.database_url, REDIS_URL=found.redis_url
    )
    done = subprocess.run(python("bin/prepare.py", "--beside"), cwd=ROOT, env=env)
    if done.returncode:
        return done.returncode
    os.kill(found.supervisor, signal.SIGUSR1)
    return _end_of(found)


def _end_of(before: Notes) -> int:
    while True:
        now = notes.read(settings.read().environment.data_dir)
        if now is None or now.supervisor != before.supervisor:
            say("The cluster has ended meanwhile.")
            return 1
        if now.renewals > before.renewals:
            say(now.outcome or "All web processes are new.")
            return 1 if now.outcome else 0
        time.sleep(STEP)
