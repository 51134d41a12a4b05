"""How Django admin looks: names, colours, and the menu in a sensible order."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

# The accent of the product's own pages (static/css/tokens.css), light to dark.
ACCENT = {
    "50": "oklch(0.975 0.012 262)",
    "100": "oklch(0.958 0.020 262)",
    "200": "oklch(0.910 0.045 262)",
    "300": "oklch(0.860 0.065 262)",
    "400": "oklch(0.770 0.110 262)",
    "500": "oklch(0.660 0.150 262)",
    "600": "oklch(0.510 0.175 262)",
    "700": "oklch(0.460 0.160 262)",
    "800": "oklch(0.400 0.130 262)",
    "900": "oklch(0.330 0.090 262)",
    "950": "oklch(0.262 0.040 262)",
}


def may(permission: str) -> Callable[[HttpRequest], bool]:
    """Whether who asks has this permission."""
    return lambda request: bool(
        getattr(request.user, "is_active", False) and request.user.has_perm(permission)
    )


def entry(title: Any, words: Any, model: str, icon: str) -> dict[str, Any]:
    """One line of the menu: `words` are shown on the index page only."""
    app, name = model.split(".")
    return {
        "title": title,
        "words": words,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": may(f"{app}.view_{name}"),
    }


SUPERVISION = [
    entry(
        _("Supervisor settings"),
        _("What supervisors may do, sentiment, offers, notices"),
        "conversations.floorsettings",
        "tune",
    ),
    entry(
        _("Audit trail"),
        _("Who did what and when; read and export"),
        "conversations.event",
        "history",
    ),
]
WORK = [
    entry(
        _("Queues"),
        _("Where conversations wait, who works and who supervises there"),
        "conversations.queue",
        "inbox",
    ),
    entry(
        _("Operating hours"),
        _("When queues open and close by themselves"),
        "conversations.operatinghours",
        "schedule",
    ),
    entry(
        _("Workstreams"),
        _("Each channel's capacity, countdowns and timers"),
        "conversations.workstream",
        "account_tree",
    ),
    entry(
        _("Chat sites"),
        _("Websites from which customers write, and the line to embed"),
        "gateways.chatsite",
        "chat",
    ),
    entry(
        _("Agents"),
        _("Names, capacity and skills"),
        "conversations.agent",
        "support_agent",
    ),
    entry(
        _("Skills"),
        _("What agents can be good at"),
        "conversations.skill",
        "school",
    ),
    entry(
        _("Presence labels"),
        _("Your own names for presences, such as Lunch"),
        "conversations.presencelabel",
        "label",
    ),
    entry(
        _("Quick replies"),
        _("Texts that agents send often"),
        "desk.quickreply",
        "quickreply",
    ),
]
PEOPLE = [
    entry(_("Users"), _("Log-ins and their roles"), "auth.user", "person"),
    entry(
        _("Roles"), _("The four roles, and groups of your own"), "auth.group", "badge"
    ),
    entry(
        _("Access tokens"),
        _("Machines that are logged in; revoke them"),
        "accounts.accesstoken",
        "key",
    ),
    entry(
        _("Failed log-ins"),
        _("Who is locked out, from where"),
        "axes.accessattempt",
        "lock",
    ),
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Floorwalker",
    "SITE_HEADER": "Floorwalker",
    "SITE_URL": "/",
    "SITE_ICON": lambda _request: static("img/floorwalker.svg"),
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda _request: static("img/floorwalker.svg"),
        }
    ],
    "STYLES": [lambda _request: static("css/admin.css")],
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": ACCENT},
    "SIDEBAR": {
        "navigation": [
            {"title": _("Supervision"), "items": SUPERVISION},
            {"title": _("Work"), "items": WORK},
            {"title": _("People"), "items": PEOPLE},
        ]
    },
}
