"""Turns an enum of the domain into the choices of a column."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, Promise] = {
    "live_chat": _("live chat"),
    "persistent_chat": _("persistent chat"),
    "voice": _("voice"),
    "video": _("video"),
    "record": _("record"),
    "messaging": _("messaging"),
    "highest_capacity": _("highest capacity"),
    "advanced_round_robin": _("advanced round robin"),
    "least_active": _("least active"),
    "manual": _("manual"),
    "exact": _("exact match"),
    "closest": _("closest match"),
    "out_of_hours": _("out of hours"),
    "work_item_limit": _("too many are waiting"),
    "waiting_time": _("somebody waits too long"),
    "assign_anyway": _("assign anyway"),
    "end": _("end with a message"),
    "consult": _("consult"),
    "always": _("always"),
    "timed": _("timed"),
    "never": _("never"),
    "available": _("available"),
    "busy": _("busy"),
    "do_not_disturb": _("do not disturb"),
    "away": _("away"),
    "offline": _("offline"),
    "inactive": _("inactive"),
    "transfer": _("transfer"),
    "work": _("work"),
    "internal": _("internal"),
    "public": _("public"),
    "active": _("active"),
    "open": _("open"),
    "waiting": _("waiting"),
    "wrap_up": _("wrap up"),
    "closed": _("closed"),
    "awaiting_acceptance": _("awaiting acceptance"),
    "in_conversation": _("in conversation"),
    "with_bot": _("with bot"),
    "transfer_pending": _("transfer pending"),
    "very_negative": _("very negative"),
    "negative": _("negative"),
    "slightly_negative": _("slightly negative"),
    "neutral": _("neutral"),
    "slightly_positive": _("slightly positive"),
    "positive": _("positive"),
    "very_positive": _("very positive"),
    "unknown": _("unknown"),
}
"""What pages of the server show of codes. The English is the code read aloud, as in the
migrations; brand names are the same in every language."""


def choices(enum: type[StrEnum]) -> list[tuple[str, str | Promise]]:
    """(stored code, label) pairs."""
    return [(member.value, label(member.value)) for member in enum]


def label(code: str) -> str | Promise:
    """The code as people read it."""
    return WORDS.get(code, code.replace("_", " "))
