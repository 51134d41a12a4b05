"""What people read when a rule says no: one sentence a code, for server and page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conversations.refusals import SITUATION_WORDS
from conversations.states import Situation
from supervisor.rules import SWITCHES, TABLE, Action

SENTENCES: Mapping[str, Promise] = {
    "stale_screen": gettext_lazy(
        "This screen is not live just now; refresh before you act."
    ),
    "role_missing": gettext_lazy("This needs the role Supervisor."),
    "not_found": gettext_lazy("There is no such thing here, or it is not yours."),
    "stale_version": gettext_lazy(
        "Somebody was there first: the conversation has changed since you saw it."
    ),
    "own_conversation": gettext_lazy(
        "This conversation is assigned to yourself; you can't monitor it."
    ),
    "api_role_present": gettext_lazy(
        "You hold the role API access, and with it nobody can assign. "
        "An administrator must take that role away."
    ),
    "consent_missing": gettext_lazy(
        "The customer has not agreed to being monitored yet."
    ),
    "transfer.wrong_channel": gettext_lazy("A phone call can't be transferred."),
    "transfer.elevated": gettext_lazy(
        "The conversation went on by voice or video; such a one can't be transferred."
    ),
    "transfer.bot_handled": gettext_lazy(
        "The bot has it; nothing is transferred to or from a bot."
    ),
    "offer_pending": gettext_lazy(
        "An offer is out; wait until the agent has answered it."
    ),
}

SWITCH_NAMES: Mapping[str, Promise] = {
    "supervisor_monitor": gettext_lazy("Supervisor Monitor"),
    "supervisor_assign": gettext_lazy("Supervisor Assign"),
    "supervisor_transfer": gettext_lazy("Supervisor Transfer"),
    "force_close": gettext_lazy("Force Close"),
}

NEEDS: Mapping[Action, Promise] = {
    Action.MONITOR: gettext_lazy(
        "Only one in conversation or in wrap-up can be monitored; this one is %(is)s."
    ),
    Action.JOIN: gettext_lazy(
        "Only one in conversation or in wrap-up can be joined; this one is %(is)s."
    ),
    Action.ASSIGN: gettext_lazy(
        "Only an open one can be assigned; this one is %(is)s."
    ),
    Action.TRANSFER: gettext_lazy(
        "Only one in conversation or waiting can be transferred; this one is %(is)s."
    ),
    Action.FORCE_CLOSE: gettext_lazy(
        "Only an ongoing one can be force closed; this one is %(is)s."
    ),
}
"""Each names the states that would do and the state that it is in."""


def sentence(action: Action, code: str, situation: Situation) -> str:
    """The sentence for this refusal, in the reader's language."""
    if code == "setting_off":
        return _("The administrator has switched %(name)s off.") % {
            "name": SWITCH_NAMES[SWITCHES[action]]
        }
    if code == "wrong_state":
        return _wrong_state(action, situation)
    own = SENTENCES.get(f"{action}.{code}")
    return str(own if own is not None else SENTENCES[code])


def rules_document() -> dict[str, object]:
    """The same table and sentences as data, for the page's own evaluation."""
    return {
        "actions": list(Action),
        "switches": {action.value: name for action, name in SWITCHES.items()},
        "situations": list(Situation),
        "table": {
            situation.value: sorted(actions) for situation, actions in TABLE.items()
        },
        "sentences": dict(_all_sentences()),
    }


def _all_sentences() -> Iterator[tuple[str, str]]:
    for key, text in SENTENCES.items():
        yield key, str(text)
    for action in Action:
        yield f"{action}.setting_off", sentence(action, "setting_off", Situation.OPEN)
        for situation in Situation:
            if action not in TABLE[situation]:
                key = f"{action}.wrong_state.{situation}"
                yield key, _wrong_state(action, situation)


def _wrong_state(action: Action, situation: Situation) -> str:
    return str(NEEDS[action]) % {"is": SITUATION_WORDS[situation]}
