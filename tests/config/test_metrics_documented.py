"""Every figure is described with its alarm, and every alarm is about a figure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.metrics_core import Metric

import config.asgi
from config.environment import ROOT

ROW = re.compile(
    r"^\| `(floorwalker_\w+)` \|([^|]*)\|([^|]*)\|([^|]*)\|$", re.MULTILINE
)
NAME = re.compile(r"floorwalker_\w+")
ENDS = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_count", "_sum"),
}
assert config.asgi.application is not None  # with it, all that measures is imported


def figures() -> Iterator[Metric]:
    return (one for one in REGISTRY.collect() if one.name.startswith("floorwalker_"))


def documented() -> dict[str, tuple[str, ...]]:
    text = (ROOT / "docs/metrics.md").read_text()
    return {found[1]: found.groups()[1:] for found in ROW.finditer(text)}


def shown_name(figure: Metric) -> str:
    return figure.name + ("_total" if figure.type == "counter" else "")


def test_the_page_names_every_figure_and_no_other() -> None:
    assert documented().keys() == {shown_name(figure) for figure in figures()}


def test_each_has_a_meaning_and_an_alarm() -> None:
    for name, (_labels, meaning, alarm) in documented().items():
        assert meaning.strip() and alarm.strip(), name


def test_the_page_names_the_labels() -> None:
    """Of all figures that have any samples in this process."""
    for figure in figures():
        written = set(re.findall(r"`(\w+)`", documented()[shown_name(figure)][0]))
        for sample in figure.samples:
            assert sample.labels.keys() - {"le"} == written, figure.name


def rules() -> list[dict[str, Any]]:
    text = (ROOT / "deploy/prometheus/alerts.yaml").read_text()
    return [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_an_alarm_is_about_figures_that_exist(rule: dict[str, Any]) -> None:
    samples = {figure.name + end for figure in figures() for end in ENDS[figure.type]}
    named = set(NAME.findall(rule["expr"]))
    assert named and named <= samples
    assert {"summary", "action"} <= rule["annotations"].keys()
    assert rule["expr"].count("(") == rule["expr"].count(")")
