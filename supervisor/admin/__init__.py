"""Django admin of the floor: settings, queues, workstreams, agents, the audit trail.

Customers' words are private: conversations and messages are not shown here at all.
"""

from supervisor.admin import (
    agents,
    hours,
    labels,
    queues,
    settings_page,
    trail,
    workstreams,
)

__all__ = [
    "agents",
    "hours",
    "labels",
    "queues",
    "settings_page",
    "trail",
    "workstreams",
]
