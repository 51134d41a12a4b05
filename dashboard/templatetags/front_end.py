"""The page's import map and module preloads, by the names that static files have."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

Page = dict[str, Any]


@register.simple_tag(takes_context=True)
def importmap(context: Page) -> SafeString:
    """Bare module names to addresses; inline, so it carries the page's nonce."""
    names = {name: static(path) for name, path in settings.IMPORT_MAP.items()}
    return format_html(
        '<script type="importmap" nonce="{}">{}</script>',
        nonce(context),
        mark_safe(escaped_json({"imports": names})),
    )


@register.simple_tag
def modulepreload(entry: str = "js/app.js") -> SafeString:
    """Links that fetch all modules of a page at once instead of level by level."""
    paths = modules_of(entry)
    return format_html_join(
        "\n",
        '<link rel="modulepreload" href="{}">',
        ((static(path),) for path in paths),
    )


@register.simple_tag(takes_context=True)
def theme(context: Page) -> str:
    """The remembered theme; from a cookie, so that the first paint is right."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request else ""
    return chosen if chosen in {"light", "dark"} else ""


@register.filter
def initials(name: str) -> str:
    """Two letters for the avatar: "Supervisor 2" is S2."""
    words = str(name).split() or ["?"]
    letters = words[0][:2] if len(words) == 1 else words[0][:1] + words[-1][:1]
    return letters.upper()


def nonce(context: Page) -> str:
    request = context.get("request")
    return str(getattr(request, "csp_nonce", ""))


def escaped_json(value: object) -> str:
    """JSON that cannot end a script element early."""
    text = json.dumps(value, sort_keys=True)
    return text.replace("<", "\\u003c").replace("&", "\\u0026")


@cache
def modules_of(entry: str) -> tuple[str, ...]:
    """All that this module imports, itself included, by their static paths; they do
    not change while the process runs."""
    found = [entry]
    for path in found:
        found += [name for name in _imported(path) if name not in found]
    return tuple(found)


_IMPORTS = re.compile(
    r'^(?:import\s+|(?:import|export)\b[^;"=(]*\bfrom\s+)"([^"]+)";', re.MULTILINE
)
# Only its own file names it: the module build of the grid.
_BESIDE = {"ag-grid-community": ("ag-stack",)}


def _imported(path: str) -> list[str]:
    root = Path(settings.BASE_DIR) / "static"
    file = root / path
    if not file.exists():
        return []
    names: list[str] = _IMPORTS.findall(file.read_text())
    paths = []
    for name in names:
        if name.startswith("."):
            inside = (file.parent / name).resolve().relative_to(root.resolve())
            paths.append(inside.as_posix())
        else:
            bare = (name, *_BESIDE.get(name, ()))
            paths += [settings.IMPORT_MAP[one] for one in bare]
    return list(dict.fromkeys(paths))
