"""Dialogues come from files as people have them; a bad file is named."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from replay.library import OWN, Unreadable, parse, read

GOOD: dict[str, Any] = {
    "id": "a",
    "subject": "bank_fraud_report",
    "domains": ["bank"],
    "customer_name": None,
    "turns": [
        {"sender": "customer", "t": 0, "text": " Hi "},
        {"sender": "action", "t": 3, "text": "lookup"},
        {"sender": "agent", "t": 5.5, "text": "Hello"},
    ],
}


def test_the_agents_look_ups_are_left_out() -> None:
    turns = parse(GOOD).turns
    assert [(turn.sender, turn.at, turn.text) for turn in turns] == [
        ("customer", 0, "Hi"),
        ("agent", 5.5, "Hello"),
    ]


def test_a_task_name_becomes_a_subject_for_people() -> None:
    assert parse(GOOD).subject == "Bank fraud report"


def test_a_missing_name_and_language_are_empty() -> None:
    assert (parse(GOOD).customer_name, parse(GOOD).language) == ("", "")


def test_hints_of_channel_bot_and_call_are_read() -> None:
    bot = {"sender": "bot", "t": 0, "text": "Beep"}
    hinted = GOOD | {"channel": "record", "elevate": "voice"}
    dialogue = parse(hinted | {"turns": [bot, *GOOD["turns"]]})
    assert (dialogue.channel, dialogue.is_elevated, dialogue.bot_turns) == (
        "record",
        True,
        1,
    )


def test_plain_and_gzipped_files_are_read(tmp_path: Path) -> None:
    line = json.dumps(GOOD) + "\n\n"
    (tmp_path / "a.jsonl").write_text(line, "utf-8")
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(line.encode()))
    assert len(read([tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"])) == 2
    assert len(read([tmp_path])) == 2


def test_the_projects_own_dialogues_can_all_be_played() -> None:
    found = read([OWN])
    assert len(found) >= 40
    assert {"en", "da"} <= {dialogue.language for dialogue in found}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"turns": []}, "nobody says anything"),
        ({"turns": None}, "no list of turns"),
        ({"turns": [{"sender": "ghost", "t": 0, "text": "Boo"}]}, "'ghost'"),
        ({"turns": [{"sender": "agent", "text": "Hi"}]}, "sender, t and text"),
        ({"turns": list(reversed(GOOD["turns"]))}, "order of their time"),
    ],
)
def test_a_bad_dialogue_is_named_with_its_line(
    tmp_path: Path, change: dict[str, object], complaint: str
) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(f"{json.dumps(GOOD)}\n{json.dumps(GOOD | change)}\n", "utf-8")
    with pytest.raises(Unreadable, match=f"line 2.*{complaint}"):
        read([file])


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff\xfe"])
def test_what_is_no_json_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_bytes(content)
    with pytest.raises(Unreadable, match=r"bad\.jsonl"):
        read([file])


def test_a_missing_file_and_an_empty_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be read"):
        read([tmp_path / "none.jsonl"])
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(Unreadable, match="No dialogues"):
        read([tmp_path / "empty.jsonl"])


def test_a_file_that_only_says_to_be_gzipped_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl.gz"
    file.write_text("{}", "utf-8")
    with pytest.raises(Unreadable, match="cannot be read"):
        read([file])
