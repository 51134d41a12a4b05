"""What travels of our scripts and sheets is the same program, on the same lines."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from config.environment import ROOT
from config.slim import Slim, slimmed

SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
SHEETS = sorted((ROOT / "static" / "css").rglob("*.css"))


@pytest.mark.parametrize(
    ("source", "slim"),
    [
        ("/** Doc. */\nlet a = 1; // one\n", "\nlet a=1;\n"),
        ('const url = "http://x"; // y', 'const url="http://x";\n'),
        ("a = `// ${b /* c */ + `/* ${d} */`} }`;", "a=`// ${b+`/* ${d} */`} }`;\n"),
        ("`${{ a: 1 }.a}  b`", "`${{a:1}.a}  b`\n"),
        ("x = /[/*]'/.test(y) / 2 / z;", "x=/[/*]'/.test(y)/2/z;\n"),
        ("return /\\/* a/g", "return/\\/* a/g\n"),
        ("a + +b - -c; a++ + d", "a+ +b- -c;a++ +d\n"),
        ("typeof  a in b", "typeof a in b\n"),
        ("a /* x\n y */ b", "a\nb\n"),
        ("'it\\'s // ' + \"'/*\"", "'it\\'s // '+\"'/*\"\n"),
        ("let #a\n\n  = 1", "let #a\n\n=1\n"),
    ],
)
def test_a_script(source: str, slim: str) -> None:
    assert slimmed("js/a.js", source) == slim


def test_a_sheet_keeps_the_spaces_that_mean_something() -> None:
    source = 'a  b { /* why */\n  width: calc(1px + 2px);\n  content: "/* x */";\n}'
    slim = 'a b {\nwidth: calc(1px + 2px);\ncontent: "/* x */";\n}\n'
    assert slimmed("css/a.css", source) == slim


@pytest.mark.parametrize("path", [*SCRIPTS, *SHEETS], ids=lambda path: path.name)
def test_every_line_keeps_its_number(path: Path) -> None:
    source = path.read_text()
    slim = slimmed(path.name, source)
    assert len(slim.splitlines()) == len(source.splitlines())
    assert slimmed(path.name, slim).split() == slim.split()


def test_every_script_can_still_be_read(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"type": "module"}')
    for number, path in enumerate(SCRIPTS):
        copy = tmp_path / f"{number}-{path.name}"
        copy.write_text(slimmed(path.name, path.read_text()))
    program = (
        "const {readdirSync,readFileSync}=require('fs'),vm=require('vm');"
        "for(const f of readdirSync(process.argv[1]))if(f.endsWith('.js'))"
        "new vm.SourceTextModule(readFileSync(process.argv[1]+'/'+f,'utf8'),"
        "{identifier:f});"
    )
    node = shutil.which("node")
    assert node
    subprocess.run(
        [node, "--experimental-vm-modules", "-e", program, str(tmp_path)], check=True
    )


def test_files_of_packages_travel_as_they_are(tmp_path: Path) -> None:
    source = "/* license */\nlet a = 1;\n"
    for name in ("js/own.js", "vendor/theirs.js"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(source)
    slim = Slim(FileSystemStorage(location=tmp_path))
    with slim.open("js/own.js") as own, slim.open("vendor/theirs.js") as theirs:
        assert own.read() == b"\nlet a=1;\n"
        assert theirs.read() == source.encode()
