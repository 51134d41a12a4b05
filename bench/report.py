"""Results on the terminal, as JSON, and as charts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from bench.measure import Figure, Line, Result

# `--accent`, `--text-2`, `--line` of static/css/tokens.css in light, as sRGB.
ACCENT, INK, HAIRLINE = "#3c72d6", "#474d57", "#e4e7eb"
WIDTHS = (52, 12, 12, 8, 10, 16)
HEADS = ("measure", "figure", "limit", "ratio", "aim", "verdict")


def table(name: str, result: Result) -> str:
    """One measure as lines of text."""
    if result.skipped:
        return f"== {name} ==\n   skipped: {result.skipped}"
    lines = [f"== {name} ==", _row(HEADS)]
    lines += [_row(_cells(figure)) for figure in result.figures]
    limits = sorted({f.limit_is for f in result.figures if f.limit_is})
    lines += [f"   limit: {'; '.join(limits)}"] if limits else []
    return "\n".join([*lines, *([f"   fed: {result.fed}"] if result.fed else [])])


def _row(cells: tuple[str, ...]) -> str:
    return "  ".join(cell.ljust(w) for cell, w in zip(cells, WIDTHS, strict=True))


def _cells(figure: Figure) -> tuple[str, ...]:
    ratio = figure.ratio
    return (
        figure.what,
        f"{figure.value:.4g} {figure.unit}".strip(),
        "" if figure.limit is None else f"{figure.limit:.4g} {figure.unit}".strip(),
        "" if ratio is None else f"{ratio:.2f}x",
        "" if figure.aim is None else str(figure.aim),
        figure.verdict,
    )


def write(
    folder: Path, results: Mapping[str, Result], about: Mapping[str, object]
) -> None:
    """`bench.json` and one picture for each line."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = {
        name: [figure.as_json() for figure in result.figures]
        for name, result in results.items()
    }
    text = json.dumps({"about": about, "figures": figures}, indent=2)
    (folder / "bench.json").write_text(text + "\n")
    for result in results.values():
        for line in result.lines:
            draw(folder, line)


def draw(folder: Path, line: Line) -> Path:
    """A chart of cost against growth, with what would be constant or linear."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4), dpi=150)
    xs, ys = list(line.points), list(line.points.values())
    growth = [1.0 if line.steady else x / (xs[0] or 1) for x in xs]
    ideal, name = [ys[0] * g for g in growth], "constant" if line.steady else "linear"
    axes.plot(xs, ideal, "--", color=INK, linewidth=1, label=name)
    axes.plot(xs, ys, "o-", color=ACCENT, linewidth=2, label="measured")
    axes.set(title=line.title, xlabel=line.x_is, ylabel=line.y_is)
    axes.set_xscale("symlog" if 0 in xs else "log")
    axes.set_ylim(bottom=0)
    axes.grid(color=HAIRLINE)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, labelcolor=INK)
    path = folder / f"{line.title.lower().replace(',', '').replace(' ', '-')}.png"
    figure.savefig(path, bbox_inches="tight")
    pyplot.close(figure)
    return path
