"""The words of the domain and its one table of transitions. Pure: no ORM, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from conversations.refusals import Refused


class Channel(StrEnum):
    """How the customer reaches us (domain, section 1)."""

    LIVE_CHAT = "live_chat"
    PERSISTENT_CHAT = "persistent_chat"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    MESSENGER = "messenger"
    VOICE = "voice"
    RECORD = "record"

    @property
    def kind(self) -> ChannelKind:
        """Queues and transfers are decided by the kind, not by the channel."""
        return _KINDS.get(self, ChannelKind.MESSAGING)

    @property
    def is_asynchronous(self) -> bool:
        """Only these may wait for the customer and come back to life."""
        return self in _ASYNCHRONOUS

    @property
    def is_live(self) -> bool:
        """A person is holding the line: chat and voice go back when an agent goes."""
        return self in {Channel.LIVE_CHAT, Channel.VOICE}


class ChannelKind(StrEnum):
    """The type of a queue, and the family of a channel."""

    MESSAGING = "messaging"
    VOICE = "voice"
    RECORD = "record"


_KINDS = {Channel.VOICE: ChannelKind.VOICE, Channel.RECORD: ChannelKind.RECORD}
_ASYNCHRONOUS = frozenset(
    {Channel.PERSISTENT_CHAT, Channel.SMS, Channel.WHATSAPP, Channel.MESSENGER}
)


class State(StrEnum):
    """What a conversation is (domain, section 2)."""

    OPEN = "open"
    ACTIVE = "active"
    WAITING = "waiting"
    WRAP_UP = "wrap_up"
    CLOSED = "closed"


class Phase(StrEnum):
    """What an active or a waiting conversation is in the middle of."""

    NONE = ""
    AWAITING_ACCEPTANCE = "awaiting_acceptance"
    IN_CONVERSATION = "in_conversation"
    WITH_BOT = "with_bot"
    TRANSFER_PENDING = "transfer_pending"


class Situation(StrEnum):
    """State and phase in one word: the rows of every table of rules."""

    OPEN = "open"
    AWAITING_ACCEPTANCE = "awaiting_acceptance"
    IN_CONVERSATION = "in_conversation"
    WITH_BOT = "with_bot"
    TRANSFER_PENDING = "transfer_pending"
    WAITING = "waiting"
    WAITING_TRANSFER_PENDING = "waiting_transfer_pending"
    WRAP_UP = "wrap_up"
    CLOSED = "closed"

    @property
    def parts(self) -> tuple[State, Phase]:
        """The two columns in which a situation is stored."""
        return _PARTS[self]


_PARTS: Mapping[Situation, tuple[State, Phase]] = {
    Situation.OPEN: (State.OPEN, Phase.NONE),
    Situation.AWAITING_ACCEPTANCE: (State.ACTIVE, Phase.AWAITING_ACCEPTANCE),
    Situation.IN_CONVERSATION: (State.ACTIVE, Phase.IN_CONVERSATION),
    Situation.WITH_BOT: (State.ACTIVE, Phase.WITH_BOT),
    Situation.TRANSFER_PENDING: (State.ACTIVE, Phase.TRANSFER_PENDING),
    Situation.WAITING: (State.WAITING, Phase.NONE),
    Situation.WAITING_TRANSFER_PENDING: (State.WAITING, Phase.TRANSFER_PENDING),
    Situation.WRAP_UP: (State.WRAP_UP, Phase.NONE),
    Situation.CLOSED: (State.CLOSED, Phase.NONE),
}
_SITUATIONS = {parts: situation for situation, parts in _PARTS.items()}


def situation_of(state: str, phase: str) -> Situation:
    """The situation that these two columns mean; a pair outside the table is a bug."""
    return _SITUATIONS[State(state), Phase(phase)]


class Trigger(StrEnum):
    """What moves a conversation."""

    OFFER = "offer"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_LOST = "offer_lost"
    PICK = "pick"
    BOT_TAKES = "bot_takes"
    BOT_ESCALATES = "bot_escalates"
    BOT_ENDS = "bot_ends"
    TRANSFER = "transfer"
    RELEASE = "release"
    AGENT_VANISHES = "agent_vanishes"
    WAIT = "wait"
    REVIVE = "revive"
    CUSTOMER_RETURNS = "customer_returns"
    AGENT_ENDS = "agent_ends"
    CUSTOMER_ENDS = "customer_ends"
    RESOLVE = "resolve"
    CLOSE = "close"
    ASSIGN_TO_QUEUE = "assign_to_queue"
    ELEVATE = "elevate"
    TIMER_CLOSES = "timer_closes"
    TIMER_ENDS_CALL = "timer_ends_call"
    OVERFLOW_ENDS = "overflow_ends"
    FORCE_CLOSE = "force_close"


_S = Situation
_ANSWERED = (_S.IN_CONVERSATION, _S.TRANSFER_PENDING)
_ONGOING = tuple(situation for situation in Situation if situation is not _S.CLOSED)

TRANSITIONS: Mapping[Trigger, Mapping[Situation, Situation]] = {
    Trigger.OFFER: {_S.OPEN: _S.AWAITING_ACCEPTANCE},
    Trigger.OFFER_ACCEPTED: {
        _S.AWAITING_ACCEPTANCE: _S.IN_CONVERSATION,
        _S.TRANSFER_PENDING: _S.IN_CONVERSATION,
        _S.WAITING_TRANSFER_PENDING: _S.IN_CONVERSATION,
    },
    Trigger.OFFER_LOST: {
        _S.AWAITING_ACCEPTANCE: _S.OPEN,
        _S.TRANSFER_PENDING: _S.IN_CONVERSATION,
        _S.WAITING_TRANSFER_PENDING: _S.WAITING,
    },
    Trigger.PICK: {_S.OPEN: _S.IN_CONVERSATION},
    Trigger.BOT_TAKES: {_S.OPEN: _S.WITH_BOT},
    Trigger.BOT_ESCALATES: {_S.WITH_BOT: _S.OPEN},
    Trigger.BOT_ENDS: {_S.WITH_BOT: _S.CLOSED},
    Trigger.TRANSFER: {
        _S.IN_CONVERSATION: _S.TRANSFER_PENDING,
        _S.WAITING: _S.WAITING_TRANSFER_PENDING,
    },
    Trigger.RELEASE: dict.fromkeys(_ANSWERED, _S.OPEN),
    # A pending transfer outlives the first agent: the target may still accept.
    Trigger.AGENT_VANISHES: {
        _S.IN_CONVERSATION: _S.OPEN,
        _S.TRANSFER_PENDING: _S.TRANSFER_PENDING,
    },
    Trigger.WAIT: dict.fromkeys(_ANSWERED, _S.WAITING),
    Trigger.REVIVE: {
        _S.WAITING: _S.IN_CONVERSATION,
        _S.WAITING_TRANSFER_PENDING: _S.IN_CONVERSATION,
    },
    Trigger.CUSTOMER_RETURNS: {_S.WAITING: _S.OPEN},
    Trigger.AGENT_ENDS: dict.fromkeys(_ANSWERED, _S.WRAP_UP),
    Trigger.CUSTOMER_ENDS: {
        _S.OPEN: _S.CLOSED,
        _S.AWAITING_ACCEPTANCE: _S.CLOSED,
        _S.WITH_BOT: _S.CLOSED,
        _S.IN_CONVERSATION: _S.WRAP_UP,
        _S.TRANSFER_PENDING: _S.WRAP_UP,
        _S.WAITING: _S.CLOSED,
        _S.WAITING_TRANSFER_PENDING: _S.CLOSED,
    },
    Trigger.RESOLVE: dict.fromkeys(
        (_S.OPEN, _S.AWAITING_ACCEPTANCE, *_ANSWERED, _S.WRAP_UP), _S.CLOSED
    ),
    Trigger.CLOSE: {_S.WRAP_UP: _S.CLOSED},
    Trigger.ASSIGN_TO_QUEUE: {_S.OPEN: _S.OPEN},
    Trigger.ELEVATE: dict.fromkeys(_ANSWERED, _S.IN_CONVERSATION),
    Trigger.TIMER_CLOSES: {
        _S.OPEN: _S.CLOSED,
        _S.IN_CONVERSATION: _S.CLOSED,
        _S.TRANSFER_PENDING: _S.CLOSED,
        _S.WAITING: _S.CLOSED,
        _S.WAITING_TRANSFER_PENDING: _S.CLOSED,
        _S.WRAP_UP: _S.CLOSED,
    },
    Trigger.TIMER_ENDS_CALL: dict.fromkeys(_ANSWERED, _S.WRAP_UP),
    Trigger.OVERFLOW_ENDS: {_S.OPEN: _S.CLOSED},
    Trigger.FORCE_CLOSE: dict.fromkeys(_ONGOING, _S.CLOSED),
}


def after(trigger: Trigger, situation: Situation) -> Situation:
    """Where `trigger` leads from `situation`.

    Raises `Refused("wrong_state")` naming the state it is in and those that would do.
    """
    table = TRANSITIONS[trigger]
    if situation not in table:
        raise Refused.wrong_state(situation, tuple(table))
    return table[situation]


class Presence(StrEnum):
    """Base presences; `inactive` is set by the system only (domain, section 5)."""

    AVAILABLE = "available"
    BUSY = "busy"
    DO_NOT_DISTURB = "do_not_disturb"
    AWAY = "away"
    OFFLINE = "offline"
    INACTIVE = "inactive"


class OfferKind(StrEnum):
    WORK = "work"
    TRANSFER = "transfer"
    CONSULT = "consult"


class OfferState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TIMED_OUT = "timed_out"
    WITHDRAWN = "withdrawn"


class HoldCause(StrEnum):
    OFFER = "offer"
    SESSION = "session"
    WRAP_UP = "wrap_up"


class Mode(StrEnum):
    """What a participating user is there for."""

    PRIMARY = "primary"
    CONSULT = "consult"
    MONITOR = "monitor"


class Sender(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    BOT = "bot"
    SYSTEM = "system"


class Visibility(StrEnum):
    """Public: the customer sees it. Internal: agents and supervisors only."""

    PUBLIC = "public"
    INTERNAL = "internal"


class Elevation(StrEnum):
    NONE = ""
    VOICE = "voice"
    VIDEO = "video"


class Method(StrEnum):
    """How a queue gives out its work."""

    HIGHEST_CAPACITY = "highest_capacity"
    ADVANCED_ROUND_ROBIN = "advanced_round_robin"
    LEAST_ACTIVE = "least_active"
    MANUAL = "manual"


class SkillMatch(StrEnum):
    """Exact: every skill asked for, in the proficiency asked for. Closest: nobody is
    left out, the best match goes first."""

    EXACT = "exact"
    CLOSEST = "closest"


class OverflowTrigger(StrEnum):
    """The first two are looked at once on entry, the last while it waits."""

    OUT_OF_HOURS = "out_of_hours"
    WORK_ITEM_LIMIT = "work_item_limit"
    WAITING_TIME = "waiting_time"


class OverflowAction(StrEnum):
    """Assign anyway: although closed, although full, or without the skills."""

    ASSIGN_ANYWAY = "assign_anyway"
    TRANSFER = "transfer"
    END = "end"


class WrapUpBlock(StrEnum):
    """How long a finished conversation keeps its units."""

    ALWAYS = "always"
    TIMED = "timed"
    NEVER = "never"


class ConsentMode(StrEnum):
    NONE = "none"
    NOTICE = "notice"
    CONSENT = "consent"


class SessionEnd(StrEnum):
    """Why a stay in a queue ended (domain, section 1)."""

    AGENT_REJECTED = "agent_rejected"
    AGENT_TIMED_OUT = "agent_timed_out"
    AGENT_TRANSFERRED = "agent_transferred"
    AGENT_RELEASED = "agent_released"
    AGENT_DISCONNECTED = "agent_disconnected"
    AGENT_MOVED_TO_WAITING = "agent_moved_to_waiting"
    OFFER_WITHDRAWN = "offer_withdrawn"
    SUPERVISOR_ASSIGNED_TO_QUEUE = "supervisor_assigned_to_queue"
    SUPERVISOR_TRANSFERRED_TO_AGENT = "supervisor_transferred_to_agent"
    FORCE_CLOSED = "force_closed"
    AUTO_CLOSED = "auto_closed"
    CUSTOMER_DISCONNECTED = "customer_disconnected"
    CUSTOMER_RETURNED = "customer_returned"
    ENDED_BY_AGENT = "ended_by_agent"
    ENDED_BY_CUSTOMER = "ended_by_customer"
    ENDED_BY_BOT = "ended_by_bot"
    BOT_ESCALATED = "bot_escalated"
    RESOLVED = "resolved"
    OVERFLOW_TRANSFERRED = "overflow_transferred"
    OVERFLOW_ENDED = "overflow_ended"


class StatusReason(StrEnum):
    """Why a conversation is in the state that it is in (map, section 4.1)."""

    AWAITING_ASSIGNMENT = "awaiting_assignment"
    AWAITING_ACCEPTANCE = "awaiting_acceptance"
    ASSIGNED_BY_SUPERVISOR = "assigned_by_supervisor"
    IN_CONVERSATION = "in_conversation"
    WITH_BOT = "with_bot"
    TRANSFER_PENDING = "transfer_pending"
    AWAITING_CUSTOMER = "awaiting_customer"
    ENDED_BY_AGENT = "ended_by_agent"
    ENDED_BY_CUSTOMER = "ended_by_customer"
    ENDED_BY_BOT = "ended_by_bot"
    CLOSED_BY_AGENT = "closed_by_agent"
    CUSTOMER_LEFT = "customer_left"
    AUTO_CLOSED = "auto_closed"
    FORCE_CLOSED = "force_closed"
    RESOLVED = "resolved"
    AGENT_VANISHED = "agent_vanished"
    OVERFLOW_ENDED = "overflow_ended"


class TimerKind(StrEnum):
    """What may fall due (domain, section 5)."""

    OFFER = "offer"
    OPEN = "open"
    ACTIVE = "active"
    WAITING = "waiting"
    WRAP_UP = "wrap_up"
    WRAP_UP_UNITS = "wrap_up_units"
    AGENT_GRACE = "agent_grace"
    CUSTOMER_GONE = "customer_gone"
    OVERFLOW = "overflow"
    CONSULT = "consult"
    QUEUE_HOURS = "queue_hours"


CLOCKS_OF_STATE = (
    TimerKind.OPEN,
    TimerKind.ACTIVE,
    TimerKind.WAITING,
    TimerKind.WRAP_UP,
)
CLOSING_CLOCKS = (*CLOCKS_OF_STATE, TimerKind.CUSTOMER_GONE)
"""What ends a conversation by itself, and is shown to those who are in it."""
