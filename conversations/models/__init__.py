"""All nouns of the domain (domain, section 1). Written only through `transitions`."""

from conversations.models.alert import Alert
from conversations.models.conversation import ONGOING, Conversation
from conversations.models.event import Event
from conversations.models.handling import (
    UNANSWERED,
    Hold,
    Offer,
    Participant,
    Session,
)
from conversations.models.message import Message
from conversations.models.open_socket import OpenSocket
from conversations.models.people import (
    Agent,
    AgentSkill,
    Customer,
    NoticeRead,
    PresenceLabel,
    PresenceStay,
    Skill,
)
from conversations.models.places import (
    Membership,
    OperatingHours,
    OverflowRule,
    Queue,
    Workstream,
)
from conversations.models.rating import Rating
from conversations.models.receipt import Receipt
from conversations.models.routing_decision import RoutingDecision
from conversations.models.settings import FloorSettings
from conversations.models.timer import Timer

__all__ = [
    "ONGOING",
    "UNANSWERED",
    "Agent",
    "AgentSkill",
    "Alert",
    "Conversation",
    "Customer",
    "Event",
    "FloorSettings",
    "Hold",
    "Membership",
    "Message",
    "NoticeRead",
    "Offer",
    "OpenSocket",
    "OperatingHours",
    "OverflowRule",
    "Participant",
    "PresenceLabel",
    "PresenceStay",
    "Queue",
    "Rating",
    "Receipt",
    "RoutingDecision",
    "Session",
    "Skill",
    "Timer",
    "Workstream",
]
