"""What travels of our scripts and sheets is the same program, only less of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from config.environment import ROOT
from config.slim import Slim, slimmed

SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
SUITES = sorted((ROOT / "tests" / "js").glob("*.test.js"))


@pytest.mark.parametrize(
    ("source", "slim"),
    [
        ("/** Doc. */\nlet a = 1; // one\n", "let a=1;"),
        ('const url = "http://x"; // y', 'const url="http://x";'),
        ("x = `// ${b} /* */`;", "x=`// ${b} /* */`;"),
        ("x = /[/*]'/.test(y) / 2;", "x=/[/*]'/.test(y)/2;"),
        ("'it\\'s // ' + \"'/*\"", "'it\\'s // '+\"'/*\""),
    ],
)
def test_comments_and_spaces_go_and_texts_stay(source: str, slim: str) -> None:
    assert slimmed("js/a.js", source) == slim


def test_a_sheet_keeps_the_spaces_that_mean_something() -> None:
    source = 'a  b { /* why */\n  width: calc(1px + 2px);\n  content: "/* x */";\n}'
    slim = slimmed("css/a.css", source)
    assert "calc(1px + 2px)" in slim and '"/* x */"' in slim
    assert slim.startswith("a b{") and "why" not in slim


@pytest.mark.thorough
def test_the_slim_modules_pass_their_tests_too(tmp_path: Path) -> None:
    """The very programs that travel, under the tests of their sources."""
    for path in SCRIPTS:
        slim = tmp_path / path.relative_to(ROOT)
        slim.parent.mkdir(parents=True, exist_ok=True)
        slim.write_text(slimmed(path.name, path.read_text()))
    shutil.copytree(ROOT / "tests" / "js", tmp_path / "tests" / "js")
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    node = shutil.which("node")
    assert node
    subprocess.run(
        [
            node,
            "--test",
            *(str(tmp_path / suite.relative_to(ROOT)) for suite in SUITES),
        ],
        check=True,
        cwd=tmp_path,
        env={"PATH": str(Path(node).parent), "SCHEDULES": "200"},
        capture_output=True,
    )


def test_files_of_packages_travel_as_they_are(tmp_path: Path) -> None:
    source = "/* license */\nlet a = 1;\n"
    for name in ("js/own.js", "vendor/theirs.js"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(source)
    slim = Slim(FileSystemStorage(location=tmp_path))
    with slim.open("js/own.js") as own, slim.open("vendor/theirs.js") as theirs:
        assert own.read() == b"let a=1;"
        assert theirs.read() == source.encode()
