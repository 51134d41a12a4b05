"""Two processes of one floor behind the nginx that is shipped, at one address."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import httpx

from deploy.cluster import nginx, servers
from tests.servers import LiveServer, Process, free_port, wait_until

BLOCKED = "Behind a proxy that knows no sockets"
"""The user agent whose sockets this nginx refuses."""
REFUSE = f'location /ws/ {{ if ($http_user_agent = "{BLOCKED}") {{ return 403; }}'


class Pair(LiveServer):
    """LiveServer with nginx at its address and two processes behind it."""

    def start(self) -> None:
        """All of it; the first process that answers is not enough."""
        self._ports = [free_port(), free_port()]
        self._processes = [self._serve(port) for port in self._ports]
        self.process = self._start_nginx(self._ports)
        wait_until(self.is_ready, "nginx is ready", self.log)

    def stop(self) -> None:
        """nginx first, so that nobody is sent to a process that ends."""
        super().stop()
        for process in self._processes:
            process.stop()

    def roll(self) -> None:
        """One after the other goes, and comes back."""
        for place, port in enumerate(self._ports):
            self._processes[place].stop()
            self._processes[place] = self._serve(port)

    def _serve(self, port: int) -> Process:
        command = [sys.executable, "-m", "config.serve", "--port", str(port)]
        process = Process(command, self.env, self.log)
        wait_until(lambda: _is_ready(port), "a process is ready", self.log)
        return process

    def _start_nginx(self, ports: Sequence[int]) -> Process:
        program = nginx.program()
        facts = nginx.Site(
            listen=f"127.0.0.1:{self.port}",
            web=[f"127.0.0.1:{port}" for port in ports],
            static=self.folder / "static",
            has_gzip_static=nginx.has_gzip_static(program),
        )
        whole = nginx.write_standalone(self.folder / "nginx", facts)
        _refuse_sockets(self.folder / "nginx" / "floorwalker.conf")
        command = [*servers.unprivileged(program), "-e", "stderr"]
        command += ["-p", f"{self.folder}/nginx", "-c", str(whole)]
        return Process(command, self.env, self.log)


def _refuse_sockets(site: Path) -> None:
    text = site.read_text()
    assert "location /ws/ {" in text
    site.write_text(text.replace("location /ws/ {", REFUSE))


def _is_ready(port: int) -> bool:
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5)
    except httpx.TransportError:
        return False
    return answer.status_code == 200
