"""Every kind of REDIS_URL, and what is said about one that will not do."""

import pytest

from live.redis_address import NotAnAddress, RedisAddress, read

GOOD = {
    "redis://host": RedisAddress("single", url="redis://host"),
    "rediss://host:1/2": RedisAddress("single", url="rediss://host:1/2"),
    "unix:///run/valkey": RedisAddress("single", url="unix:///run/valkey"),
    "redis+sentinel://one:1,two/floor": RedisAddress(
        "sentinel", nodes=(("one", 1), ("two", 26379)), master="floor"
    ),
    "rediss+sentinel://floor:p%40ss@[::1]:1/m/3": RedisAddress(
        "sentinel",
        nodes=(("::1", 1),),
        master="m",
        database=3,
        username="floor",
        password="p@ss",
        tls=True,
    ),
    "redis+cluster://:pw@one,two:7001": RedisAddress(
        "cluster", nodes=(("one", 6379), ("two", 7001)), password="pw"
    ),
}
BAD = {
    "http://host": "redis://host:6379/0",
    "redis://": "redis://host:6379/0",
    "redis://host:0": "redis://host:6379/0",
    "unix://": "redis://host:6379/0",
    "redis+sentinel://one:1": "name-of-the-master",
    "redis+sentinel://one:1/floor/x": "name-of-the-master",
    "redis+sentinel://one:1,/floor": "name-of-the-master",
    "redis+cluster://one:7000/1": "a Cluster has one database",
    "redis+cluster://one:70000": "a Cluster has one database",
    "redis+cluster://": "a Cluster has one database",
}


@pytest.mark.parametrize("url", GOOD)
def test_each_kind_is_understood(url: str) -> None:
    assert read(url) == GOOD[url]


@pytest.mark.parametrize("url", BAD)
def test_what_will_not_do_is_told_with_what_would(url: str) -> None:
    with pytest.raises(NotAnAddress, match=BAD[url]):
        read(url)


def test_the_password_is_in_no_log_that_shows_an_address() -> None:
    assert "secret" not in repr(read("redis+cluster://:secret@one:7000"))
