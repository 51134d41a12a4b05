"""docs/operations.md knows every setting, and the example file no other."""

import re
from pathlib import Path

import pytest

from config.environment import ROOT

DOCUMENT = (ROOT / "docs/operations.md").read_text()
READ = re.compile(r'(?:_text|_list|flag|_one_of|_count)\("([A-Z_]+)"')


def settings_read(*files: str) -> set[str]:
    """The names of all variables that these files ask for."""
    return {name for file in files for name in READ.findall((ROOT / file).read_text())}


ALL = settings_read("config/environment.py", "deploy/cluster/choices.py")


def test_the_names_are_found() -> None:
    assert {"DATABASE_URL", "ALLOWED_HOSTS", "DEMO", "CLOCK", "WEB"} <= ALL


@pytest.mark.parametrize("name", sorted(ALL))
def test_each_setting_is_explained(name: str) -> None:
    assert re.search(rf"`{name}(=[^`]+)?`", DOCUMENT), name


def test_the_example_sets_nothing_that_is_not_read() -> None:
    example = Path(ROOT / "deploy/environment.example").read_text()
    assert set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) <= ALL


def test_the_example_holds_no_secret() -> None:
    example = Path(ROOT / "deploy/environment.example").read_text()
    assert re.search(r"^SECRET_KEY=$", example, re.MULTILINE)
    assert not re.search(r"://[^/\s]*:(?!PASSWORD@)[^/@\s]+@", example)
