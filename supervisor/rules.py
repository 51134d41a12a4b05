"""The one table of what a supervisor may do (domain, section 3). Pure.

The server evaluates it on locked rows, the page on the rows that it shows, and both
say the same sentence. Nothing else in the code knows these rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from conversations.states import ChannelKind, Situation


class Action(StrEnum):
    MONITOR = "monitor"
    JOIN = "join"
    ASSIGN = "assign"
    TRANSFER = "transfer"
    FORCE_CLOSE = "force_close"


_M, _J, _A, _T, _F = Action

TABLE: Mapping[Situation, frozenset[Action]] = {
    Situation.OPEN: frozenset({_A, _F}),
    Situation.AWAITING_ACCEPTANCE: frozenset({_F}),
    Situation.IN_CONVERSATION: frozenset({_M, _J, _T, _F}),
    Situation.WITH_BOT: frozenset({_F}),
    Situation.TRANSFER_PENDING: frozenset({_M, _J, _F}),
    Situation.WAITING: frozenset({_T, _F}),
    Situation.WAITING_TRANSFER_PENDING: frozenset({_F}),
    Situation.WRAP_UP: frozenset({_M, _J, _F}),
    Situation.CLOSED: frozenset(),
}

SWITCHES: Mapping[Action, str] = {
    Action.MONITOR: "supervisor_monitor",
    Action.JOIN: "supervisor_monitor",
    Action.ASSIGN: "supervisor_assign",
    Action.TRANSFER: "supervisor_transfer",
    Action.FORCE_CLOSE: "force_close",
}
"""The administrator's switch that governs each power; whisper goes with monitor."""

WATCHING = frozenset({Action.MONITOR, Action.JOIN})
OFFERING = frozenset({Action.ASSIGN, Action.TRANSFER})


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the gates look at, read from the locked rows."""

    situation: Situation
    switch_on: bool = True
    is_supervisor: bool = True
    in_scope: bool = True
    version_matches: bool = True
    is_own: bool = False
    has_api_role: bool = False
    consent_missing: bool = False
    channel_kind: ChannelKind = ChannelKind.MESSAGING
    elevated: bool = False
    offer_out: bool = False

    @classmethod
    def without_row(cls, *, switch_on: bool, is_supervisor: bool) -> Facts:
        """What is known before any conversation is looked at."""
        return cls(Situation.OPEN, switch_on=switch_on, is_supervisor=is_supervisor)

    def with_version(self, matches: bool) -> Facts:
        """The same facts for a command that carries a version."""
        return replace(self, version_matches=matches)


Gate = Callable[[Action, Facts], str | None]


def refusal(
    action: Action,
    facts: Facts,
    *,
    before_row: bool = False,
    standing_only: bool = False,
) -> str | None:
    """The code of the first gate that is shut; None when the action is allowed.

    `before_row` asks only the gates that need no conversation (setting and role), so
    that an unknown id answers no sooner than a known one; `standing_only` those on
    which going on with something depends as well (setting, role and scope).
    """
    gates = GATES[:2] if before_row else GATES[:3] if standing_only else GATES
    return next((code for gate in gates if (code := gate(action, facts))), None)


def _setting(_action: Action, facts: Facts) -> str | None:
    return None if facts.switch_on else "setting_off"


def _role(_action: Action, facts: Facts) -> str | None:
    return None if facts.is_supervisor else "role_missing"


def _scope(_action: Action, facts: Facts) -> str | None:
    return None if facts.in_scope else "not_found"


def _version(_action: Action, facts: Facts) -> str | None:
    return None if facts.version_matches else "stale_version"


def _identity(action: Action, facts: Facts) -> str | None:
    return "own_conversation" if action in WATCHING and facts.is_own else None


def _api_role(action: Action, facts: Facts) -> str | None:
    barred = action is Action.ASSIGN and facts.has_api_role
    return "api_role_present" if barred else None


def _consent(action: Action, facts: Facts) -> str | None:
    return "consent_missing" if action in WATCHING and facts.consent_missing else None


def _channel(action: Action, facts: Facts) -> str | None:
    if action is not Action.TRANSFER:
        return None
    if facts.channel_kind is ChannelKind.VOICE:
        return "wrong_channel"
    if facts.elevated:
        return "elevated"
    return "bot_handled" if facts.situation is Situation.WITH_BOT else None


def _state(action: Action, facts: Facts) -> str | None:
    if action in TABLE[facts.situation]:
        return None
    return "offer_pending" if action in OFFERING and facts.offer_out else "wrong_state"


GATES: tuple[Gate, ...] = (
    _setting,
    _role,
    _scope,
    _version,
    _identity,
    _api_role,
    _consent,
    _channel,
    _state,
)
"""In the domain's order; the tenth gate, the target, is the command's own."""
