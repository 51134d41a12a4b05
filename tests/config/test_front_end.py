"""The served package files are there, and the pages say what may run."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django.fixtures import Settings

from config import front_end
from config.environment import ROOT

BARE = re.compile(
    r'^(?:import\s+|(?:import|export)\b[^;"=(]*\bfrom\s+)"([^./"][^"]*)"', re.MULTILINE
)


@pytest.mark.parametrize("address", front_end.FILES)
def test_every_served_package_file_is_found(address: str) -> None:
    assert finders.find(address) is not None


def test_no_other_file_of_a_package_is_served() -> None:
    assert finders.find("ag-grid-community/package.json") is None


def test_the_import_map_names_every_bare_module_that_pages_import() -> None:
    modules = (ROOT / "static" / "js").rglob("*.js")
    named = {name for file in modules for name in BARE.findall(file.read_text())}
    assert named <= set(front_end.IMPORT_MAP)
    assert set(front_end.IMPORT_MAP.values()) <= set(front_end.FILES)


@pytest.mark.django_db
def test_pages_allow_no_inline_script_and_no_frame() -> None:
    policy = Client().get("/jsi18n/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.django_db
def test_admin_alone_may_evaluate() -> None:
    policy = Client().get("/admin/login/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "frame-ancestors 'none'" in policy


def test_a_static_file_is_served_whole_and_kept(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "app.0123456789ab.js").write_text("export {};")
    settings.STATIC_ROOT = tmp_path
    answer = Client().get("/static/app.0123456789ab.js")
    assert not answer.streaming
    assert answer.content == b"export {};"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "Access-Control-Allow-Origin" not in answer.headers
