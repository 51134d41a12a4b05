"""The server must live; the replay may fall and comes again; both end together."""

import signal
import sys
import threading
from pathlib import Path

import pytest

from config.processes import Floor
from tests.servers import free_port, wait_until

SERVER = """
import http.server, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *args):
        pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""
NOTE_AND_END = "import sys; open(sys.argv[1], 'a').write('x')"
NOTE_AND_STAY = NOTE_AND_END + "; import signal; signal.pause()"


@pytest.fixture(autouse=True)
def own_signals() -> object:
    """The supervisor takes the signals; afterwards they are pytest's again."""
    kept = {number: signal.getsignal(number) for number in (2, 15, 1)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def floor(folder: Path, server: str, replay: str) -> tuple[Floor, list[str]]:
    said: list[str] = []
    port = free_port()
    made = Floor(
        server=[sys.executable, "-c", server, str(port)],
        replay=[sys.executable, "-c", replay, str(folder / "notes")],
        ready_url=f"http://127.0.0.1:{port}/readyz",
        welcome="welcome",
        folder=folder,
        pause=0.05,
        patience=15,
        say=said.append,
    )
    return made, said


def end_when_noted(floor: Floor, notes: Path, times: int) -> threading.Thread:
    def noted() -> bool:
        return notes.exists() and len(notes.read_text()) >= times

    def watch() -> None:
        wait_until(noted, "the replay ran", notes, ceiling=15)
        floor.ended.set()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def test_it_welcomes_when_ready_and_ends_both_when_told(tmp_path: Path) -> None:
    made, said = floor(tmp_path, SERVER, NOTE_AND_STAY)
    watcher = end_when_noted(made, tmp_path / "notes", times=1)
    assert made.run() == 0
    watcher.join()
    assert said == ["welcome"]


def test_a_replay_that_falls_is_started_again(tmp_path: Path) -> None:
    made, said = floor(tmp_path, SERVER, NOTE_AND_END)
    watcher = end_when_noted(made, tmp_path / "notes", times=3)
    assert made.run() == 0
    watcher.join()
    assert said[1] == "The replay has ended (code 0); it starts again in 0.05 seconds."


def test_a_server_that_cannot_start_is_an_error(tmp_path: Path) -> None:
    made, said = floor(tmp_path, "raise SystemExit(3)", NOTE_AND_STAY)
    assert made.run() == 1
    assert said == ["The server has ended by itself (code 3)."]
    assert not (tmp_path / "notes").exists()


def test_a_server_that_dies_later_is_an_error(tmp_path: Path) -> None:
    dying = SERVER.replace("serve_forever()", "handle_request()")
    made, said = floor(tmp_path, dying, NOTE_AND_STAY)
    assert made.run() == 1
    assert said == ["welcome", "The server has ended by itself (code 0)."]
