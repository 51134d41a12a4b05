"""The API as machines call it: a token, JSON, and the bytes that came back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from accounts import tokens


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, with the bytes for tests that compare them."""

    status: int
    body: Any
    raw: bytes
    replayed: bool = False

    @property
    def code(self) -> str:
        """The stable code of an error."""
        return str(self.body["code"])


class Caller:
    """A machine at the API: paths are those below `/api/v1/`, bodies are JSON."""

    def __init__(self, token: str | None) -> None:
        headers = {} if token is None else {"Authorization": f"Token {token}"}
        self._client = Client(headers=headers)

    def get(self, path: str) -> Answer:
        return self._call("GET", path)

    def post(self, path: str, body: object = None) -> Answer:
        return self._call("POST", path, {} if body is None else body)

    def patch(self, path: str, body: object) -> Answer:
        return self._call("PATCH", path, body)

    def delete(self, path: str, body: object = None) -> Answer:
        return self._call("DELETE", path, {} if body is None else body)

    def send(
        self, method: str, path: str, body: object = None, *, key: str = ""
    ) -> Answer:
        """Any command, with an Idempotency-Key where one is given."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._call(method, path, {} if body is None else body, headers)

    def _call(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        response = self._client.generic(
            method,
            f"/api/v1/{path}",
            data=b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers=headers,
        )
        raw = response.content
        again = response.headers.get("Idempotency-Replayed") == "true"
        return Answer(
            response.status_code, json.loads(raw) if raw else None, raw, again
        )


def caller(user: User) -> Caller:
    """The API as this user calls it, with a token."""
    return Caller(tokens.issue(user))


def stranger() -> Caller:
    """The API as somebody calls it who has not logged in."""
    return Caller(None)
