#!/usr/bin/env python3
"""Makes .venv and node_modules as the lock files say; asks nothing, needs no root.

Runs on a bare Python 3.11 with the standard library alone. What has not changed since
the last time is told by stamps, so that a second start costs nearly nothing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = VENV / "tools"
STAMPS = VENV / "stamps"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
PURPOSES = ("run", "cluster", "test", "bench")  # each brings what those before it need
LOCKS = {
    "run": "requirements.txt",
    "cluster": "requirements-cluster.txt",
    "test": "requirements-dev.txt",
    "bench": "requirements-bench.txt",
}


def main() -> None:
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    if purpose not in PURPOSES:
        sys.exit(f"set_up.py: say {' or '.join(PURPOSES)}, not {purpose}.")
    if sys.version_info[:2] < OLDEST_PYTHON:
        sys.exit("Floorwalker needs Python 3.11 or newer: make run PYTHON=python3.11")
    os.chdir(ROOT)
    os.environ["UV_NO_PROGRESS"] = "1"
    python_packages(purpose)
    node_packages(purpose)
    translations()


def python_packages(purpose: str) -> None:
    purpose = widest("python", purpose)
    lock = LOCKS[purpose]
    state = [Path(lock), Path("requirements-tools.txt")]

    def install() -> None:
        say(f"Installing Python packages ({lock})")
        make_venv(VENV)
        bring_tool("uv", "requirements-tools.txt")
        uv = [str(TOOLS / "bin" / "uv"), "pip", "sync", "--quiet", "--require-hashes"]
        run([*uv, "--compile-bytecode", "--python", python(VENV), lock])

    once(f"python-{purpose}", state, install, sys.version, str(ROOT))


def node_packages(purpose: str) -> None:
    purpose = widest("node", "test" if purpose == "test" else "run")
    state = [Path("package.json"), Path("package-lock.json"), Path(".npmrc")]

    def install() -> None:
        say("Installing front-end packages (package-lock.json)")
        omit = [] if purpose == "test" else ["--omit=dev"]
        run([npm(), "ci", "--no-audit", "--no-fund", "--loglevel=error", *omit])

    if not Path("node_modules").exists():
        forget("node-run", "node-test")
    once(f"node-{purpose}", state, install, str(ROOT))


def widest(kind: str, purpose: str) -> str:
    """What tests need stays when `make run` follows `make test`."""
    wanted = [each for each in PURPOSES if each == purpose or stamped(f"{kind}-{each}")]
    return wanted[-1]


def npm() -> str:
    """The machine's npm, or one from PyPI where there is none or it is too old."""
    found = shutil.which("npm")
    if found and node_major() >= OLDEST_NODE:
        return found
    say("No Node.js 20 or newer here: taking one from PyPI")
    make_venv(VENV)
    bring_tool("npm", "requirements-node.txt")
    os.environ["PATH"] = f"{TOOLS / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return str(TOOLS / "bin" / "npm")


def node_major() -> int:
    node = shutil.which("node")
    if not node:
        return 0
    shown = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    number = shown.strip().removeprefix("v").partition(".")[0]
    return int(number) if number.isdigit() else 0


def translations() -> None:
    texts = sorted(Path("locale").glob("*/LC_MESSAGES/*.po"))
    if not all(text.with_suffix(".mo").exists() for text in texts):
        forget("translations")
    once("translations", texts, lambda: run([python(VENV), "bin/compile_po.py"]))


# Virtual environments


def make_venv(folder: Path) -> None:
    """Without pip, which takes seconds to unpack and is not on every machine."""
    if not (folder / "bin" / "python").exists():
        run([sys.executable, "-m", "venv", "--without-pip", str(folder)])


def bring_tool(name: str, lock: str) -> None:
    if (TOOLS / "bin" / name).exists() and stamped(f"tool-{name}") == digest([lock]):
        return
    make_venv(TOOLS)
    pip = pip_of_machine() or pip_unpacked()
    run([*pip, "install", "-qq", "--require-hashes", "-r", lock])
    stamp(f"tool-{name}", digest([lock]))


def pip_of_machine() -> list[str]:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    there = subprocess.run([*pip, "--version"], capture_output=True).returncode == 0
    return [*pip, "--python", python(TOOLS)] if there else []


def pip_unpacked() -> list[str]:
    run([python(TOOLS), "-m", "ensurepip"])
    return [python(TOOLS), "-m", "pip", "--disable-pip-version-check"]


def python(venv: Path) -> str:
    return str(venv / "bin" / "python")


# Stamps


def once(
    name: str, files: Iterable[Path], work: Callable[[], None], *more: str
) -> None:
    """Do the work unless it was done for just these files."""
    state = digest(files, *more)
    if stamped(name) != state:
        forget(name)
        work()
        stamp(name, state)


def digest(files: Iterable[Path | str], *more: str) -> str:
    sums = [hashlib.sha256(Path(file).read_bytes()).hexdigest() for file in files]
    return hashlib.sha256("\n".join([*sums, *more]).encode()).hexdigest()


def stamped(name: str) -> str:
    file = STAMPS / name
    return file.read_text() if file.exists() else ""


def stamp(name: str, state: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(state)


def forget(*names: str) -> None:
    for name in names:
        (STAMPS / name).unlink(missing_ok=True)


# Words and deeds


def say(sentence: str) -> None:
    print(sentence, flush=True)


def run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL)
    if done.returncode:
        sys.exit(f"The set-up stopped at: {' '.join(command)}")


if __name__ == "__main__":
    main()
