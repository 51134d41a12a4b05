"""`manage.py replay` refuses what it cannot play, in one sentence."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        ("--rate=0", "'0' is not a number above zero"),
        ("--speed=-1", "'-1' is not a number above zero"),
        ("--speed=nan", "'nan' is not a number above zero"),
        ("--rate=fast", "'fast' is not a number above zero"),
        ("--max-active=1.5", "'1.5' is not a whole number"),
        ("--url=localhost:8000", "does not begin with http"),
    ],
)
def test_a_wrong_option_is_named(option: str, complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        call_command("replay", option)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.jsonl cannot be read"):
        call_command("replay", f"--dialogues={tmp_path / 'none.jsonl'}")
