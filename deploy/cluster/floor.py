"""All of it: databases, then web processes and clocks, then nginx, then traffic."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bin import run as one_process
from config.environment import ROOT
from config.processes import answers, python, say
from deploy.cluster import choices as settings
from deploy.cluster import notes, servers
from deploy.cluster.choices import Choices
from deploy.cluster.notes import Notes
from deploy.cluster.supervision import NotReady, Part, Stopped, Watch

WELCOME = """
Floorwalker is open at {url}
{logins}  {web} web processes behind nginx, {clocks} for the clock; logs: {folder}/logs
  make roll{place} renews the web processes one after the other; nobody is cut off.
  Stop with Ctrl-C; make run-cluster starts again with the same data.
"""
LOGINS = "  supervisor, billing, agent1, agent2, admin, api: password floorwalker\n"


@dataclass
class Cluster:
    """One run of it, in one folder."""

    choices: Choices
    watch: Watch

    def run(self) -> int:
        """Until a signal (0), or until something could not be started (1)."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.watch.ended.set())
        try:
            self._start()
            self.watch.run()
        except NotReady as reason:
            say(str(reason))
            return 1
        except Stopped:
            pass
        finally:
            self.watch.end()
        return 0

    def _start(self) -> None:
        folder = self.choices.environment.data_dir
        ports = servers.free_ports(self.choices.web + 2)
        env = self._start_databases(folder, *ports[:2])
        places = {f"web-{number}": port for number, port in enumerate(ports[2:], 1)}
        self._keep_notes(folder, env, places)
        if subprocess.run(
            python("bin/prepare.py", "--beside"), cwd=ROOT, env=env
        ).returncode:
            raise NotReady("The database could not be prepared.")
        self.watch.add(*self._web(folder, env, places), *self._clocks(folder, env))
        host, port = self.choices.environment.host, self.choices.environment.port
        listen = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.watch.add(
            servers.nginx_part(
                folder, listen=listen, url=self.url, web=list(places.values())
            )
        )
        self._open(folder, env)

    def _start_databases(
        self, folder: Path, database: int, doorbell: int
    ) -> Mapping[str, str]:
        processes = self.choices.web + self.choices.clocks
        self.watch.add(
            servers.postgres(folder, database, processes),
            servers.valkey(folder, doorbell),
        )
        words = {
            name: servers.password_of(folder, name) for name in ("postgres", "valkey")
        }
        return settings.process_env(
            self.choices,
            DATABASE_URL=servers.postgres_url(database, words["postgres"]),
            REDIS_URL=servers.valkey_url(doorbell, words["valkey"]),
        )

    def _keep_notes(
        self, folder: Path, env: Mapping[str, str], places: Mapping[str, int]
    ) -> None:
        kept = Notes(
            supervisor=os.getpid(),
            url=self.url,
            database_url=env["DATABASE_URL"],
            redis_url=env["REDIS_URL"],
            web={name: f"http://127.0.0.1:{port}" for name, port in places.items()},
        )

        def note() -> None:
            pids = self.watch.pids.values()
            kept.born = {pid: notes.birth_of(pid) for pid in pids}
            kept.renewals, kept.outcome = self.watch.renewals, self.watch.outcome
            kept.write(folder)

        self.watch.noted = note
        note()
        signal.signal(signal.SIGUSR1, lambda *_: self.watch.renew(places))

    def _web(
        self, folder: Path, env: Mapping[str, str], places: Mapping[str, int]
    ) -> Iterator[Part]:
        for name, port in places.items():
            yield Part(
                name=name,
                command=python("-m", "config.serve", "--port", str(port)),
                env=env,
                log=servers.log_of(folder, name),
                is_ready=partial(answers, f"http://127.0.0.1:{port}/readyz"),
            )

    def _clocks(self, folder: Path, env: Mapping[str, str]) -> Iterator[Part]:
        for number in range(1, self.choices.clocks + 1):
            name = f"clock-{number}"
            yield Part(
                name, python("manage.py", "clock"), env, servers.log_of(folder, name)
            )

    def _open(self, folder: Path, env: Mapping[str, str]) -> None:
        demo = self.choices.environment.demo
        say(
            WELCOME.format(
                url=self.url,
                logins=LOGINS if demo else "",
                web=self.choices.web,
                clocks=self.choices.clocks,
                folder=folder,
                place="" if folder == ROOT / "var/cluster" else f" DATA_DIR={folder}",
            )
        )
        if self.choices.traffic:
            traffic = one_process.replay(self.url)
            log = servers.log_of(folder, "replay")
            self.watch.add(Part("replay", traffic, env, log))

    @property
    def url(self) -> str:
        """Where people go."""
        found = self.choices.environment
        return (
            f"http://{one_process.EVERYWHERE.get(found.host, found.host)}:{found.port}"
        )


def start() -> int:
    """`make run-cluster`."""
    choices = settings.read()
    folder = choices.environment.data_dir
    with alone_in(folder) as is_alone:
        if not is_alone:
            say(f"A cluster is running already in {folder}.")
            return 1
        before = notes.read(folder)
        if before is not None and notes.end_leftovers(before):
            say("The last run was killed; what it had left is ended.")
        settings.check_door(choices)
        return Cluster(choices, Watch(say)).run()


@contextmanager
def alone_in(folder: Path) -> Iterator[bool]:
    """Whether no other cluster runs there; it stays so inside."""
    with (folder / "cluster.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
