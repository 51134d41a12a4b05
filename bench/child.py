"""A child process that answers each line on its stdin with one line of JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from tests.servers import CEILING, ROOT

Answer = dict[str, Any]


class Child:
    """`python -m module arguments...`, ended by its own id at the end of the block."""

    def __init__(
        self, module: str, *arguments: object, env: Mapping[str, str] | None = None
    ) -> None:
        self._command = [sys.executable, "-m", module, *map(str, arguments)]
        self._env = os.environ | dict(env or {})

    def __enter__(self) -> Self:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, env=self._env, stdin=pipe, stdout=pipe, text=True
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait(CEILING)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def hear(self) -> Answer:
        """Its next line."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"ended by itself: {' '.join(self._command)}")
        answer: Answer = json.loads(line)
        return answer

    def ask(self, word: str = "") -> Answer:
        """Say a line and hear the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()
        return self.hear()
