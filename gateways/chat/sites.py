"""The places from which customers write, and whose pages may show the chat."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from conversations.refusals import Refused
from gateways.models import ChatSite

ORIGIN = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
    r"(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::[0-9]{1,5})?"
)
USUAL_PORTS = {"http": ":80", "https": ":443"}


def site_of(key: str) -> ChatSite:
    """The site with this key, or the default; raises `Refused("not_found")`."""
    sites = ChatSite.objects.select_related(
        "workstream__queue", "offline_workstream__queue"
    )
    wanted = sites.filter(key=key) if key else sites.filter(is_default=True)
    site = wanted.first()
    if site is None:
        raise Refused("not_found", _("There is no chat at this address."))
    return site


def origins_of(site: ChatSite) -> list[str]:
    """The origins of a site, as browsers send them; whatever is none is left out."""
    lines = (as_origin(line) for line in site.origins.splitlines())
    return [origin for origin in dict.fromkeys(lines) if origin]


def as_origin(text: str) -> str:
    """A whole origin in the way browsers write it; empty where it is none."""
    origin = text.strip().lower().removesuffix("/")
    if not ORIGIN.fullmatch(origin):
        return ""
    return origin.removesuffix(USUAL_PORTS[origin.partition(":")[0]])


def is_listed(origin: str) -> bool:
    """Whether any site names this origin."""
    return any(
        origin in origins_of(site) for site in ChatSite.objects.exclude(origins="")
    )
