"""What the agent's page tells of the past: presences, and the notice that was read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conversations import moments, notices
from conversations.models import Agent, FloorSettings, PresenceStay
from conversations.models.choices import label
from supervisor.admin import trail_words

MOST = 50
MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60

REASONS = {
    "unused": gettext_lazy("has no work"),
    "partly_used": gettext_lazy("has work and room for more"),
    "full": gettext_lazy("all units are used"),
    "over_capacity": gettext_lazy("more units are used than there are"),
    "back_to_chosen": gettext_lazy("back to what was chosen"),
    "disconnected": gettext_lazy("the browser was gone"),
    "vanished": gettext_lazy("the browser stayed away"),
    "missed_offer": gettext_lazy("missed an offer"),
    "declined_offer": gettext_lazy("declined an offer"),
    "signed_in": gettext_lazy("signed in at the desk"),
}
"""Why the system has set a presence; what people choose has no reason."""


class Stay(TypedDict):
    presence: str
    since: str
    until: str
    length: str
    set_by: str
    why: str


def stays_of(agent: int) -> list[Stay]:
    """The newest first, as words."""
    stays = PresenceStay.objects.filter(agent=agent).order_by("-since", "-pk")[:MOST]
    return [_words(stay) for stay in stays]


def notice_words(agent: Agent) -> str:
    """Whether and when the agent has acknowledged the present notice."""
    version = notices.version_of(FloorSettings.current().agent_notice)
    read = agent.notices_read.filter(text_version=version).first()
    if read is None:
        return _("Present text not read yet; the desk shows it at the next sign-in.")
    return _("Present text read on %(time)s.") % {"time": _time(read.at)}


def _words(stay: PresenceStay) -> Stay:
    presence = capfirst(str(label(stay.presence)))
    return {
        "presence": f"{stay.label} ({presence})" if stay.label else presence,
        "since": _time(stay.since),
        "until": _time(stay.until) if stay.until else _("now"),
        "length": length((stay.until or moments.now()) - stay.since),
        "set_by": trail_words.actor_word(stay.set_by),
        "why": str(REASONS.get(stay.reason, stay.reason.replace("_", " "))),
    }


def length(lasted: timedelta) -> str:
    """Two units at most, such as `1 h 5 min` or `40 s`."""
    seconds = max(0, int(lasted.total_seconds()))
    facts = {"d": seconds // DAY, "h": seconds % DAY // HOUR}
    facts |= {"min": seconds % HOUR // MINUTE, "s": seconds % MINUTE}
    if seconds >= DAY:
        return _("%(d)d d %(h)d h") % facts
    if seconds >= HOUR:
        return _("%(h)d h %(min)d min") % facts
    return (_("%(min)d min %(s)d s") if seconds >= MINUTE else _("%(s)d s")) % facts


def _time(at: datetime) -> str:
    return date_format(localtime(at), "Y-m-d H:i:s")
