"""The audit trail in words: a label for every kind, and its facts made readable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import User
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conversations.events import Kind, shown_name
from conversations.models import (
    Agent,
    Event,
    FloorSettings,
    OperatingHours,
    Queue,
    Workstream,
)
from conversations.models.choices import label

KIND_WORDS: Mapping[str, object] = {
    Kind.OPENED: gettext_lazy("Conversation opened"),
    Kind.BOT_TOOK: gettext_lazy("Bot took the conversation"),
    Kind.BOT_ESCALATED: gettext_lazy("Bot handed over"),
    Kind.BOT_ENDED: gettext_lazy("Bot ended the conversation"),
    Kind.PICKED: gettext_lazy("Agent picked the conversation"),
    Kind.RELEASED: gettext_lazy("Agent gave the conversation back"),
    Kind.FINISHED: gettext_lazy("Agent ended the conversation"),
    Kind.CUSTOMER_ENDED: gettext_lazy("Customer ended the conversation"),
    Kind.CLOSED: gettext_lazy("Conversation closed"),
    Kind.WAITED: gettext_lazy("Conversation set to waiting"),
    Kind.REVIVED: gettext_lazy("Waiting conversation revived"),
    Kind.RESOLVED: gettext_lazy("Record resolved"),
    Kind.ELEVATED: gettext_lazy("Raised to voice or video"),
    Kind.CONSENT_RECORDED: gettext_lazy("Customer's consent recorded"),
    Kind.FORCE_CLOSED: gettext_lazy("Force closed"),
    Kind.ASSIGNED: gettext_lazy("Assigned to an agent"),
    Kind.ASSIGNED_TO_QUEUE: gettext_lazy("Assigned to a queue"),
    Kind.TRANSFERRED: gettext_lazy("Transfer offered"),
    Kind.AUTO_CLOSED: gettext_lazy("Closed by a timer"),
    Kind.CALL_TIMED_OUT: gettext_lazy("Call ended by a timer"),
    Kind.OVERFLOWED: gettext_lazy("Moved by an overflow rule"),
    Kind.AGENT_LOST: gettext_lazy("Agent lost from the conversation"),
    Kind.UNITS_FREED: gettext_lazy("Capacity freed in wrap-up"),
    Kind.OFFERED: gettext_lazy("Offer made"),
    Kind.ACCEPTED: gettext_lazy("Offer accepted"),
    Kind.DECLINED: gettext_lazy("Offer declined"),
    Kind.TIMED_OUT: gettext_lazy("Offer timed out"),
    Kind.RECEIVED: gettext_lazy("Customer wrote"),
    Kind.SENT: gettext_lazy("Message sent"),
    Kind.WHISPERED: gettext_lazy("Whispered to the agent"),
    Kind.MONITORING_STARTED: gettext_lazy("Monitoring started"),
    Kind.MONITORING_ENDED: gettext_lazy("Monitoring ended"),
    Kind.JOINED: gettext_lazy("Supervisor joined"),
    Kind.LEFT: gettext_lazy("Supervisor left"),
    Kind.CONSULT_ASKED: gettext_lazy("Consult asked for"),
    Kind.CONSULT_ACCEPTED: gettext_lazy("Consult accepted"),
    Kind.CONSULT_DECLINED: gettext_lazy("Consult declined"),
    Kind.CONSULT_TIMED_OUT: gettext_lazy("Consult timed out"),
    Kind.CONSULT_WITHDRAWN: gettext_lazy("Consult withdrawn"),
    Kind.CONSULT_ENDED: gettext_lazy("Consult ended"),
    Kind.CONSULTANT_ADDED: gettext_lazy("Consultant let into the chat"),
    Kind.CONSULTANT_LEFT: gettext_lazy("Consultant left"),
    Kind.HAND_RAISED: gettext_lazy("Agent raised a hand"),
    Kind.HAND_LOWERED: gettext_lazy("Hand lowered"),
    Kind.HANDED_OVER: gettext_lazy("Agent handed over to an agent"),
    Kind.HANDED_OVER_TO_QUEUE: gettext_lazy("Agent handed over to a queue"),
    Kind.TRANSFER_WITHDRAWN: gettext_lazy("Transfer taken back"),
    Kind.NOTES_SAVED: gettext_lazy("Notes saved"),
    Kind.CUSTOMER_GONE: gettext_lazy("Customer's browser gone"),
    Kind.CUSTOMER_BACK: gettext_lazy("Customer's browser back"),
    Kind.RATED: gettext_lazy("Customer gave a rating"),
    Kind.PRESENCE_CHANGED: gettext_lazy("Presence changed"),
    Kind.CAPACITY_CHANGED: gettext_lazy("Capacity changed"),
    Kind.SKILLS_CHANGED: gettext_lazy("Skills changed"),
    Kind.AGENT_ADDED: gettext_lazy("Agent added"),
    Kind.AGENT_RENAMED: gettext_lazy("Agent renamed"),
    Kind.SIGNED_IN: gettext_lazy("Agent signed in at the desk"),
    Kind.NOTICE_READ: gettext_lazy("Agent read the notice"),
    Kind.DISCONNECTED: gettext_lazy("Agent disconnected"),
    Kind.RECONNECTED: gettext_lazy("Agent back"),
    Kind.VANISHED: gettext_lazy("Agent gone past the grace"),
    Kind.QUEUE_CHANGED: gettext_lazy("Queue changed"),
    Kind.HOURS_CHANGED: gettext_lazy("Operating hours changed, or opened or closed"),
    Kind.SUPERVISORS_CHANGED: gettext_lazy("Supervisors of a queue changed"),
    Kind.WORKSTREAM_CHANGED: gettext_lazy("Workstream changed"),
    Kind.SETTINGS_CHANGED: gettext_lazy("Settings changed"),
    Kind.WORDING_CHANGED: gettext_lazy("Presence label or quick reply changed"),
    Kind.EVENTS_REMOVED: gettext_lazy("Old events removed"),
    Kind.CONVERSATIONS_ARCHIVED: gettext_lazy("Old conversations archived"),
}

ACTOR_WORDS: Mapping[str, object] = {
    "agent": gettext_lazy("Agent"),
    "supervisor": gettext_lazy("Supervisor"),
    "administrator": gettext_lazy("Administrator"),
    "customer": gettext_lazy("Customer"),
    "bot": gettext_lazy("Bot"),
    "system": gettext_lazy("System"),
}

FACT_WORDS: Mapping[str, object] = {
    "agent": gettext_lazy("Agent"),
    "queue": gettext_lazy("Queue"),
    "origin": gettext_lazy("From queue"),
    "target_queue": gettext_lazy("To queue"),
    "target": gettext_lazy("To queue"),
    "supervisor": gettext_lazy("Supervisor"),
    "hours": gettext_lazy("Operating hours"),
    "open": gettext_lazy("Open"),
    "overflow": gettext_lazy("Overflow"),
    "trigger": gettext_lazy("When"),
    "limit": gettext_lazy("Limit"),
    "action": gettext_lazy("Then"),
    "score": gettext_lazy("Rating"),
    "text_version": gettext_lazy("Version of the text"),
    "presence_label": gettext_lazy("Presence label"),
    "quick_reply": gettext_lazy("Quick reply"),
    "removed": gettext_lazy("Removed"),
    "monitoring_ended": gettext_lazy("Ended monitoring"),
    "users": gettext_lazy("Users"),
    "workstream": gettext_lazy("Workstream"),
    "user": gettext_lazy("User"),
    "conversation": gettext_lazy("Conversation"),
    "message": gettext_lazy("Message number"),
    "messages": gettext_lazy("Message numbers"),
    "offer": gettext_lazy("Offer number"),
    "offer_kind": gettext_lazy("Offer for"),
    "units_over": gettext_lazy("Units above capacity"),
    "overridden": gettext_lazy("With an override"),
    "units": gettext_lazy("Units"),
    "before": gettext_lazy("Before"),
    "presence": gettext_lazy("Presence"),
    "visibility": gettext_lazy("Visible to"),
    "bot": gettext_lazy("With a bot"),
    "given": gettext_lazy("Consent given"),
    "left": gettext_lazy("Left without ending"),
    "state": gettext_lazy("State then"),
    "was": gettext_lazy("State before"),
    "to": gettext_lazy("To"),
    "why": gettext_lazy("Why"),
    "added": gettext_lazy("New"),
    "count": gettext_lazy("Events removed"),
    "cut": gettext_lazy("Older than"),
    "archived": gettext_lazy("Conversations archived"),
    "file": gettext_lazy("File"),
}

CODED = {"offer_kind", "presence", "state", "to", "visibility", "was"} | {
    "action",
    "trigger",
}

NAMED: Mapping[str, type[Model]] = {
    "agent": Agent,
    "queue": Queue,
    "origin": Queue,
    "target_queue": Queue,
    "target": Queue,
    "hours": OperatingHours,
    "workstream": Workstream,
    "user": User,
    "users": User,
    "supervisor": User,
}


def kind_words(kind: str) -> str:
    """The label, or the code of a kind that a newer version has written."""
    return str(KIND_WORDS.get(kind, kind))


def who(event: Event) -> str:
    """Name and part: `Astrid Holm (supervisor)`, or only `System`."""
    part = actor_word(event.actor_kind)
    return f"{event.actor_name} ({part.lower()})" if event.actor_name else part


def actor_word(kind: str) -> str:
    """What kind of actor it was, in the reader's language."""
    return str(ACTOR_WORDS.get(kind, kind))


def facts(event: Event) -> list[str]:
    """The event's own facts, a line each."""
    about_settings = event.kind == Kind.SETTINGS_CHANGED
    return [
        f"{_setting_word(key) if about_settings else _fact_word(key)}: "
        f"{_value(key, value)}"
        for key, value in event.data.items()
    ]


def changes(event: Event) -> list[str]:
    """What everybody saw change, with the version it came to."""
    return [
        _("%(thing)s, version %(version)s")
        % {"thing": _thing(change), "version": change["version"]}
        for change in _changes(event)
    ]


def _changes(event: Event) -> Iterable[Mapping[str, object]]:
    changes: list[Mapping[str, object]] = event.changes
    return changes


def _thing(change: Mapping[str, object]) -> str:
    kind = str(change["kind"])
    return f"{_fact_word(kind)} {_value(kind, change['id'])}"


def _fact_word(key: str) -> str:
    return str(FACT_WORDS.get(key) or capfirst(key.replace("_", " ")))


def _setting_word(key: str) -> str:
    try:
        field = FloorSettings._meta.get_field(key)
    except FieldDoesNotExist:
        return _fact_word(key)
    return str(getattr(field, "verbose_name", key))


def _value(key: str, value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, "", []):
        return _("none")
    if isinstance(value, list):
        return "; ".join(_value(key, each) for each in value)
    if isinstance(value, Mapping):
        parts = (f"{_fact_word(name)}: {_value(name, v)}" for name, v in value.items())
        return ", ".join(parts)
    if key in NAMED and isinstance(value, int):
        return _name(NAMED[key], value)
    if key in CODED:
        return str(label(str(value)))
    return f"#{value}" if key == "conversation" else str(value)


def _name(model: type[Model], pk: int) -> str:
    thing = model._default_manager.filter(pk=pk).first()
    if thing is None:
        return f"#{pk}"
    return f"{shown_name(thing) if isinstance(thing, User) else thing} (#{pk})"
