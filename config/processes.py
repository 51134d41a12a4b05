"""Runs the server and the replay side by side, and ends both together."""

import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.environment import WrongSetting

FAREWELL = 15.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def say(sentence: str) -> None:
    print(sentence, flush=True)


@dataclass
class Floor:
    """The server, which must live, and the replay, which may fall and comes again."""

    server: Sequence[str]
    replay: Sequence[str]
    ready_url: str
    welcome: str
    folder: Path
    pause: float = 5.0
    patience: float = 60.0
    say: Callable[[str], None] = say
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> int:
        """Until a signal (0), or until the server is gone (1)."""
        for number in SIGNALS:
            signal.signal(number, lambda *_: self.ended.set())
        server = self._start(self.server)
        try:
            return self._watch(server)
        finally:
            end(server)

    def _watch(self, server: subprocess.Popen[bytes]) -> int:
        if not self._becomes_ready(server):
            return 0 if self.ended.is_set() else 1
        self.say(self.welcome)
        replay = self._start(self.replay) if self.replay else None
        try:
            while not self.ended.wait(0.2):
                if server.poll() is not None:
                    return self._lost(server)
                if replay is not None and replay.poll() is not None:
                    replay = self._again(replay)
            return 0
        finally:
            if replay is not None:
                end(replay)

    def _becomes_ready(self, server: subprocess.Popen[bytes]) -> bool:
        for _ in range(int(self.patience / 0.1)):
            if self.ended.wait(0.1):
                return False
            if server.poll() is not None:
                self._lost(server)
                return False
            if answers(self.ready_url):
                return True
        self.say(f"The server was not ready within {self.patience:.0f} seconds.")
        return False

    def _lost(self, server: subprocess.Popen[bytes]) -> int:
        self.say(f"The server has ended by itself (code {server.returncode}).")
        return 1

    def _again(self, replay: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
        self.say(
            f"The replay has ended (code {replay.returncode});"
            f" it starts again in {self.pause:g} seconds."
        )
        self.ended.wait(self.pause)
        return replay if self.ended.is_set() else self._start(self.replay)

    def _start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        # In a session of its own, or Ctrl-C would reach it twice and cut it short.
        return subprocess.Popen(command, cwd=self.folder, start_new_session=True)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(FAREWELL)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def port_is_free(host: str, port: int, command: str) -> None:
    """WrongSetting if nobody could listen there; `command` is what was typed."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        remedy = "use an address of this machine, such as 127.0.0.1."
        raise WrongSetting("HOST", host, remedy) from error
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(address)
        except OSError as error:
            reason = (error.strerror or "it cannot be used").lower()
            remedy = f"{reason} on {host}. Choose another: {command} PORT={port + 1}"
            raise WrongSetting("PORT", port, remedy) from error


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]
