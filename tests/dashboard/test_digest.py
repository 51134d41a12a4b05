"""The digest: fixed vectors, which the browser's own tests know as well."""

from __future__ import annotations

from hashlib import blake2b

from hypothesis import given
from hypothesis import strategies as st

from live.digest import digest_of, hashed, shown

THINGS = st.lists(
    st.tuples(st.sampled_from("caq"), st.integers(1, 10**9), st.integers(1, 10**9)),
    unique=True,
    max_size=30,
)


def test_an_empty_screen_is_all_zeros() -> None:
    assert shown(digest_of([])) == "0" * 16


def test_one_thing_is_its_own_hash_with_leading_zeros_kept() -> None:
    assert shown(digest_of([("c", 7, 41)])) == _reference("c:7:41")
    assert shown(0xAB) == "00000000000000ab"


def test_several_things_are_combined_by_exclusive_or() -> None:
    parts = [int(_reference(name), 16) for name in ("c:7:41", "a:7:41", "q:1:1")]
    expected = parts[0] ^ parts[1] ^ parts[2]
    assert digest_of([("c", 7, 41), ("a", 7, 41), ("q", 1, 1)]) == expected


@given(THINGS)
def test_the_order_does_not_matter_and_leaving_undoes_coming(
    things: list[tuple[str, int, int]],
) -> None:
    digest = digest_of(things)
    assert digest_of(reversed(things)) == digest
    for thing in things:
        digest ^= hashed(*thing)
    assert digest == 0


def _reference(name: str) -> str:
    return blake2b(name.encode(), digest_size=8).hexdigest()
