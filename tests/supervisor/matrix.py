"""The table of domain.md, section 3, written out by hand; and what a test of it needs:
a floor with one conversation, and a look at everything that is stored."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User

from conversations.board import row_of
from conversations.models import Agent, Conversation, Event, Queue
from conversations.states import Channel, Situation
from tests import building
from tests.calling import Answer, caller

ACTIONS = ("monitor", "join", "assign", "transfer", "force_close")
WATCHING = ("monitor", "join")

_WRITTEN = """
open                      wrong_state wrong_state yes           wrong_state   yes
awaiting_acceptance       wrong_state wrong_state offer_pending offer_pending yes
in_conversation           yes         yes         wrong_state   yes           yes
with_bot                  wrong_state wrong_state wrong_state   bot_handled   yes
transfer_pending          yes         yes         offer_pending offer_pending yes
waiting                   wrong_state wrong_state wrong_state   yes           yes
waiting_transfer_pending  wrong_state wrong_state offer_pending offer_pending yes
wrap_up                   yes         yes         wrong_state   wrong_state   yes
closed             wrong_state wrong_state wrong_state   wrong_state   wrong_state
"""
"""A row for each situation, a column for each of ACTIONS: yes, or what forbids it."""

CELLS: Mapping[tuple[str, str], str] = {
    (situation, action): said
    for situation, *says in (line.split() for line in _WRITTEN.split("\n") if line)
    for action, said in zip(ACTIONS, says, strict=True)
}
ALLOWED = [cell for cell, said in CELLS.items() if said == "yes"]
REFUSED = [cell for cell, said in CELLS.items() if said != "yes"]

SWITCHES = {
    "monitor": ("supervisor_monitor", "Supervisor Monitor"),
    "join": ("supervisor_monitor", "Supervisor Monitor"),
    "assign": ("supervisor_assign", "Supervisor Assign"),
    "transfer": ("supervisor_transfer", "Supervisor Transfer"),
    "force_close": ("force_close", "Force Close"),
}
WORDS = {
    "open": "open",
    "awaiting_acceptance": "offered to an agent",
    "in_conversation": "in conversation",
    "with_bot": "with the bot",
    "transfer_pending": "in conversation with a transfer pending",
    "waiting": "waiting for the customer",
    "waiting_transfer_pending": "waiting with a transfer pending",
    "wrap_up": "in wrap-up",
    "closed": "closed",
}
NEEDED = {
    "monitor": ("in conversation", "in wrap-up"),
    "join": ("in conversation", "in wrap-up"),
    "assign": ("open",),
    "transfer": ("in conversation", "waiting"),
    "force_close": ("ongoing",),
}
"""The states that would do, as the sentences name them."""

STATUS = {
    "setting_off": 403,
    "role_missing": 403,
    "not_found": 404,
    "stale_version": 409,
    "own_conversation": 409,
    "api_role_present": 403,
    "consent_missing": 409,
    "wrong_channel": 409,
    "elevated": 409,
    "bot_handled": 409,
    "offer_pending": 409,
    "wrong_state": 409,
    "not_in_queue": 400,
    "presence_not_allowed": 409,
    "capacity_exceeded": 409,
    "reason_required": 400,
}

ALL_ON: Mapping[str, object] = {
    "supervisor_monitor": True,
    "supervisor_assign": True,
    "supervisor_transfer": True,
    "force_close": True,
    "consent_mode": "none",
}


@dataclass(slots=True)
class Floor:
    """A conversation, a supervisor of its queue, and an agent who is free."""

    queue: Queue
    supervisor: User
    conversation: Conversation
    spare: Agent
    state_version: int

    def path(self, what: str) -> str:
        """Below `/api/v1/`."""
        return f"conversations/{self.conversation.pk}/{what}"

    def post(self, action: str, user: User | None = None, **more: object) -> Answer:
        """The command with everything that it needs, and `more`."""
        body: dict[str, object] = {"state_version": self.state_version}
        if action in ("assign", "transfer") and "queue" not in more:
            body["agent"] = self.spare.pk
        door = caller(user or self.supervisor)
        name = action.replace("_", "-")
        return door.post(self.path(f"{name}/"), body | more)

    def seen_again(self) -> None:
        """Whoever commands has seen the conversation as it is now."""
        building.fresh(self.conversation)
        self.state_version = self.conversation.state_version


def a_floor(
    situation: str | Situation,
    *,
    channel: Channel | None = None,
    switches: Mapping[str, object] = ALL_ON,
    spare: Mapping[str, Any] | None = None,
    **more: Any,
) -> Floor:
    """A floor on which the conversation is in this situation; `more` as for
    `building.in_situation`, `spare` as for `building.an_agent`."""
    building.settings_are(**switches)
    situation = Situation(situation)
    waits = situation in (Situation.WAITING, Situation.WAITING_TRANSFER_PENDING)
    channel = channel or (Channel.SMS if waits else Channel.LIVE_CHAT)
    queue = building.a_queue(kind=channel.kind)
    supervisor = building.a_supervisor(queues=[queue])
    conversation = building.in_situation(
        situation, channel=channel, queue=queue, **more
    )
    building.fresh(conversation)
    return Floor(
        queue=queue,
        supervisor=supervisor,
        conversation=conversation,
        spare=building.an_agent(queues=[queue], **(spare or {})),
        state_version=conversation.state_version,
    )


def stored() -> dict[str, list[dict[str, object]]]:
    """Every row of every table of the domain."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in apps.get_app_config("conversations").get_models(
            include_auto_created=True
        )
    }


def last_event() -> Event:
    event = Event.objects.order_by("pk").last()
    assert event is not None
    return event


def assert_refused(answer: Answer, floor: Floor, code: str) -> None:
    """Status, code, a sentence, and the present row in a 409 and nowhere else."""
    assert (answer.status, answer.code) == (STATUS[code], code), answer.body
    assert re.match(r"\S.*\.$", answer.body["detail"])
    assert ("conversation" in answer.body) == (answer.status == 409)
    if answer.status == 409:
        assert answer.body["conversation"] == row_now(floor)


def row_now(floor: Floor) -> dict[str, object]:
    """The row as it is just now, by JSON and back."""
    row: dict[str, object] = json.loads(json.dumps(row_of(floor.conversation.pk)))
    return row
