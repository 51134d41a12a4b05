"""Reads REDIS_URL: one server, a master that Sentinels know, or a Cluster.

Pure: opens nothing, so that a slip in the address can be told before the start.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict
from urllib.parse import SplitResult, unquote, urlsplit

SINGLE = ("redis", "rediss", "unix")
SENTINEL = ("redis+sentinel", "rediss+sentinel")
CLUSTER = ("redis+cluster", "rediss+cluster")
PORTS = {"sentinel": 26379, "cluster": 6379}

Node = tuple[str, int]


class NotAnAddress(ValueError):
    """What is wrong with it, as the rest of a sentence."""


@dataclass(frozen=True)
class RedisAddress:
    """Where Redis or Valkey is. `url` for a single server, else `nodes`.

    User and password are those of the data servers; Sentinels are asked without.
    """

    kind: str
    url: str = ""
    nodes: tuple[Node, ...] = ()
    master: str = ""
    database: int = 0
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False


def read(url: str) -> RedisAddress:
    """The address that `url` names; NotAnAddress says what would do."""
    parts = urlsplit(url)
    if parts.scheme in SENTINEL:
        return _sentinel(parts)
    if parts.scheme in CLUSTER:
        return _cluster(parts)
    if parts.scheme not in SINGLE or not _has_place(parts):
        raise NotAnAddress("use redis://host:6379/0, or leave it out for one process.")
    return RedisAddress("single", url=url)


def _has_place(parts: SplitResult) -> bool:
    if parts.scheme == "unix":
        return bool(parts.path)
    try:
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _sentinel(parts: SplitResult) -> RedisAddress:
    master, _, database = parts.path.strip("/").partition("/")
    remedy = f"use {parts.scheme}://host1:26379,host2:26379/name-of-the-master/0."
    if not master or not (database or "0").isdecimal():
        raise NotAnAddress(remedy)
    return RedisAddress(
        "sentinel",
        nodes=_nodes(parts, remedy),
        master=unquote(master),
        database=int(database or 0),
        **_credentials(parts),
        tls=parts.scheme.startswith("rediss"),
    )


def _cluster(parts: SplitResult) -> RedisAddress:
    remedy = f"use {parts.scheme}://host1:6379,host2:6379 (a Cluster has one database)."
    if parts.path.strip("/") not in ("", "0"):
        raise NotAnAddress(remedy)
    return RedisAddress(
        "cluster",
        nodes=_nodes(parts, remedy),
        **_credentials(parts),
        tls=parts.scheme.startswith("rediss"),
    )


def _nodes(parts: SplitResult, remedy: str) -> tuple[Node, ...]:
    hosts = parts.netloc.rpartition("@")[2].split(",")
    return tuple(_node(parts.scheme, host.strip(), remedy) for host in hosts)


def _node(scheme: str, host: str, remedy: str) -> Node:
    try:
        place = urlsplit(f"//{host}")
        port = place.port
    except ValueError as error:
        raise NotAnAddress(remedy) from error
    if not place.hostname or port == 0:
        raise NotAnAddress(remedy)
    return place.hostname, port or PORTS[scheme.partition("+")[2]]


class _Credentials(TypedDict):
    username: str | None
    password: str | None


def _credentials(parts: SplitResult) -> _Credentials:
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    return {
        "username": unquote(user) or None,
        "password": unquote(password) or None,
    }
