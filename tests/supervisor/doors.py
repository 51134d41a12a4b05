"""Every door of the API with a right body, and what is wrong for each kind of field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.test import Client

from accounts import tokens
from conversations.models import Agent, Conversation
from conversations.states import Situation
from tests import building
from tests.calling import Answer
from tests.supervisor.matrix import ALL_ON

NUMBER: tuple[object, ...] = ("1", 1.0, True, None, [1], {}, -1, 10**30, [[[[]]]])
TRUTH: tuple[object, ...] = ("yes", "true", 1, 0, None, [], {})
TEXT: tuple[object, ...] = (5, True, None, [], {}, ["text"], "nul \0", "half \udfff")
CHOICE: tuple[object, ...] = (*TEXT, "", "nothing", "Public")
PLACE: tuple[object, ...] = (0, -1, 1.0, True, None, "", [], {}, "x" * 81, 10**30)
MOMENT: tuple[object, ...] = (5, "yesterday", "2026-01-01", "2026-01-01T10:00", [], {})
OBJECT: tuple[object, ...] = ("Kirsten", 5, True, [], {"surprise": 1}, {"name": 5})

VERSION: Mapping[str, tuple[object, ...]] = {"state_version": NUMBER}
REASON: Mapping[str, tuple[object, ...]] = {"reason": TEXT}
WRITTEN: Mapping[str, tuple[object, ...]] = {"text": (*TEXT, ""), "client_id": TEXT}


@dataclass(frozen=True, slots=True)
class Door:
    """One way in: below `/api/v1/`, for whom, and what it takes."""

    method: str
    path: str
    who: str
    right: Mapping[str, object] = field(default_factory=dict)
    wrong: Mapping[str, tuple[object, ...]] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


ONE = "conversations/{c}/"
CHOSEN = {"state_version": 1, "agent": 1}
TARGET = {**VERSION, **REASON, "agent": NUMBER, "override": TRUTH}
ANSWERED = {"given": True, "text_version": "1"}

POSTED = (
    Door("POST", f"{ONE}assign/", "supervisor", CHOSEN, {**TARGET, "queue": NUMBER}),
    Door("POST", f"{ONE}transfer/", "supervisor", CHOSEN, TARGET),
    Door(
        "POST",
        f"{ONE}force-close/",
        "supervisor",
        {"state_version": 1},
        {**VERSION, **REASON},
    ),
    *(
        Door("POST", f"{ONE}{verb}/", "supervisor", {"state_version": 1}, VERSION)
        for verb in ("monitor", "join")
    ),
    Door(
        "POST",
        f"{ONE}messages/",
        "supervisor",
        {"text": "Hi"},
        {**WRITTEN, "visibility": CHOICE},
    ),
    Door(
        "PATCH",
        "agents/{a}/",
        "supervisor",
        {"state_version": 1, "presence": "away"},
        {
            **VERSION,
            "presence": (*CHOICE, "inactive"),
            "presence_label": TEXT,
            "capacity_units": NUMBER,
        },
    ),
    *(
        Door("POST", f"{ONE}{verb}/", "agent", {"state_version": 1}, VERSION)
        for verb in ("pick", "release", "finish", "close", "wait", "revive")
    ),
    Door("POST", "offers/{o}/accept/", "agent"),
    Door("POST", "offers/{o}/decline/", "agent"),
    Door(
        "POST",
        "conversations/",
        "machine",
        {"channel": "live_chat"},
        {
            "channel": (*CHOICE, "fax"),
            "queue": (*PLACE, "No such queue"),
            "workstream": (*PLACE, 999_999),
            "subject": TEXT,
            "customer": OBJECT,
            "consent": ("yes", True, [], {}, {"given": True}, {**ANSWERED, "at": "x"}),
            "language": (*TEXT, "english!", "-"),
            "skills": ("Danish", 5, {}, [5], [None], [[]], ["x"] * 21),
            "bot": (5, None, "", [], {}, "x" * 81),
            "text": TEXT,
            "client_id": TEXT,
        },
    ),
    Door("POST", f"{ONE}customer-messages/", "machine", {"text": "Hi"}, WRITTEN),
    Door(
        "POST",
        f"{ONE}consent/",
        "machine",
        ANSWERED,
        {"given": TRUTH, "at": MOMENT, "text_version": (*TEXT, "")},
    ),
    Door("POST", f"{ONE}end/", "machine", {}, {"left": TRUTH}),
    Door("POST", f"{ONE}elevate/", "machine", {"to": "voice"}, {"to": CHOICE}),
    *(
        Door("POST", f"{ONE}{verb}/", "machine")
        for verb in ("resolve", "bot/escalate", "bot/end")
    ),
    Door("POST", f"{ONE}bot/message/", "machine", {"text": "Hi"}, WRITTEN),
    Door(
        "POST",
        "token/",
        "nobody",
        {"username": "kim", "password": "secret"},
        {"username": (*TEXT, ""), "password": (*TEXT, "")},
    ),
)
"""The doors that take a body."""

ASKED = (
    Door("GET", ONE, "supervisor"),
    Door("GET", f"{ONE}assignable/", "supervisor"),
    Door("GET", f"{ONE}transferable/", "supervisor"),
    Door("GET", f"{ONE}messages/", "supervisor"),
    Door("DELETE", f"{ONE}monitor/", "supervisor"),
    Door("DELETE", f"{ONE}join/", "supervisor"),
    Door("GET", "agents/{a}/", "supervisor"),
    Door("GET", "board/", "supervisor"),
    Door("GET", "desk/", "agent"),
    Door("GET", f"{ONE}public-messages/", "machine"),
)
"""The doors that take none."""


@dataclass(frozen=True, slots=True)
class House:
    """Somebody for each door, and something behind it."""

    people: Mapping[str, User | None]
    conversation: Conversation
    offer: int
    agent: Agent

    def path(self, door: Door) -> str:
        """With the ids of what there is."""
        return door.path.format(c=self.conversation.pk, o=self.offer, a=self.agent.pk)

    def send(
        self,
        door: Door,
        raw: bytes = b"",
        *,
        path: str = "",
        method: str = "",
        kind: str = "application/json",
    ) -> Answer:
        """Exactly these bytes, by whoever belongs at this door."""
        user = self.people[door.who]
        token = {} if user is None else {"Authorization": f"Token {tokens.issue(user)}"}
        address = f"/api/v1/{path or self.path(door)}"
        response = Client(headers=token).generic(
            method or door.method, address, data=raw, content_type=kind
        )
        assert response["Content-Type"] == "application/json"
        return Answer(response.status_code, response.json(), response.content)


def a_house() -> House:
    """A conversation at hand, an offer out, and somebody for each door."""
    building.settings_are(**ALL_ON)
    queue = building.a_queue()
    building.a_workstream(queue=queue)
    agent = building.an_agent(queues=[queue], units=200)
    talk = building.in_situation(Situation.IN_CONVERSATION, queue=queue, agent=agent)
    offered = building.in_situation(
        Situation.AWAITING_ACCEPTANCE, queue=queue, agent=agent
    )
    assert offered.offer_id is not None
    people = {
        "supervisor": building.a_supervisor(queues=[queue]),
        "agent": agent.user,
        "machine": building.a_machine(),
        "nobody": None,
    }
    return House(people, talk, offered.offer_id, agent)


def wrong_bodies(door: Door) -> Iterator[dict[str, object]]:
    """The right body with one thing wrong in it at a time."""
    for name, values in door.wrong.items():
        yield from ({**door.right, name: value} for value in values)
    for name in door.right:
        if name in ("channel", "presence"):
            continue  # one of several that will do
        yield {other: v for other, v in door.right.items() if other != name}
    yield {**door.right, "surprise": 1}
    yield {**door.right, "\ud800": 1}
