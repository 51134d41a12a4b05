"""nginx as it is shipped, in front of stand-ins that say what reached them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from deploy.cluster import nginx, servers
from tests.servers import Process, free_port, wait_until

HASHED = "page.0123456789ab.js"


class StandIn(BaseHTTPRequestHandler):
    """Answers with what it got; while `breaks`, hangs up on what it has read."""

    protocol_version = "HTTP/1.1"
    server: Upstream

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length).decode()
        self.server.got.append(f"{self.command} {self.path} {body}".strip())
        self.server.headers.append(dict(self.headers.items()))
        if self.server.breaks:
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_POST = do_GET

    def log_message(self, *_words: object) -> None:
        """Nothing: the test asks what it got."""


class Upstream(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), StandIn)
        self.got: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.breaks = False


@contextmanager
def serving(upstream: Upstream) -> Iterator[Upstream]:
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    try:
        yield upstream
    finally:
        upstream.shutdown()
        upstream.server_close()


@pytest.fixture
def front(tmp_path: Path) -> Iterator[SimpleNamespace]:
    """nginx before two stand-ins and a process that is not there."""
    static = tmp_path / "static"
    static.mkdir()
    (static / HASHED).write_text("export {};")
    (static / "plain.css").write_text("body {}")
    port = free_port()
    with serving(Upstream()) as one, serving(Upstream()) as two:
        web = [f"127.0.0.1:{place.server_address[1]}" for place in (one, two)]
        facts = nginx.Site(
            listen=f"127.0.0.1:{port}",
            web=[*web, f"127.0.0.1:{free_port()}"],
            static=static,
            access_log=f'"{tmp_path}/access.log" floorwalker',
            has_gzip_static=nginx.has_gzip_static(nginx.program()),
        )
        process = started(tmp_path, facts)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            wait_until(lambda: answers(client), "nginx answers", tmp_path / "nginx.log")
            for place in (one, two):
                place.got.clear()
                place.headers.clear()
            yield SimpleNamespace(client=client, one=one, two=two, folder=tmp_path)
        process.stop()


def started(folder: Path, facts: nginx.Site) -> Process:
    whole = nginx.write_standalone(folder / "nginx", facts)
    command = [*servers.unprivileged(nginx.program()), "-e", "stderr"]
    command += ["-p", str(folder / "nginx"), "-c", str(whole)]
    return Process(command, {}, folder / "nginx.log")


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/static/plain.css").status_code == 200
    except httpx.TransportError:
        return False


def got(front: SimpleNamespace) -> list[str]:
    return [*front.one.got, *front.two.got]


def test_every_request_finds_a_process_though_one_is_away(
    front: SimpleNamespace,
) -> None:
    for number in range(12):
        assert front.client.post("/accounts/login/", content=f"{number}").text == "ok"
    assert sorted(got(front)) == sorted(
        f"POST /accounts/login/ {number}" for number in range(12)
    )
    assert front.one.got and front.two.got


@pytest.mark.parametrize(
    ("path", "headers", "times"),
    [
        ("/api/v1/conversations/7/assign/", {"Idempotency-Key": "k"}, 2),
        ("/api/v1/conversations/7/assign/", {}, 1),
        ("/accounts/login/", {"Idempotency-Key": "k"}, 1),
        ("/api/v1/token/", {"Idempotency-Key": "k"}, 1),
        ("/api/v1/chat/messages/", {"Idempotency-Key": "k"}, 1),
    ],
)
def test_only_a_command_with_a_key_is_sent_again(
    front: SimpleNamespace, path: str, headers: dict[str, str], times: int
) -> None:
    front.one.breaks = front.two.breaks = True
    answer = front.client.post(path, content='{"a": 1}', headers=headers)
    assert answer.status_code == 502
    assert got(front) == [f'POST {path} {{"a": 1}}'] * times


def test_what_only_reads_is_sent_again(front: SimpleNamespace) -> None:
    front.one.breaks = True
    for _each in range(4):
        assert front.client.get("/api/v1/board/").text == "ok"
    assert front.one.got


def test_the_process_hears_who_came_and_how_and_nobody_can_lie(
    front: SimpleNamespace,
) -> None:
    lies = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https"}
    front.client.get("/", headers=lies)
    (heard,) = front.one.headers + front.two.headers
    assert heard["Host"] == front.client.base_url.netloc.decode()
    assert heard["X-Forwarded-For"] == "127.0.0.1"
    assert heard["X-Forwarded-Proto"] == "http"


def test_files_come_from_nginx_and_hashed_ones_are_kept(
    front: SimpleNamespace,
) -> None:
    hashed = front.client.get(f"/static/{HASHED}")
    plain = front.client.get("/static/plain.css")
    assert "immutable" in hashed.headers["Cache-Control"]
    assert plain.headers["Cache-Control"] == "public, max-age=60"
    assert hashed.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert hashed.headers["X-Content-Type-Options"] == "nosniff"
    assert not got(front)


def test_a_file_of_another_version_is_asked_of_the_processes(
    front: SimpleNamespace,
) -> None:
    assert front.client.get("/static/new.js").text == "ok"
    assert got(front) == ["GET /static/new.js"]


def test_neither_metrics_nor_other_files_go_out(front: SimpleNamespace) -> None:
    for path in ("/metrics", "/metrics/", "//metrics", "/static/../nginx.log"):
        front.client.get(path)
    assert [line for line in got(front) if "metrics" in line] == []
    assert front.client.get("/metrics").status_code == 404


def test_what_is_larger_than_we_take_is_refused_at_the_door(
    front: SimpleNamespace,
) -> None:
    assert front.client.post("/", content="x" * (257 * 1024)).status_code == 413
    assert not got(front)


def test_the_log_knows_no_query(front: SimpleNamespace) -> None:
    front.client.get("/admin/?q=ada+lovelace")
    log = front.folder / "access.log"
    wait_until(lambda: "/admin/" in log.read_text(), "it is logged", log)
    assert "lovelace" not in log.read_text()
