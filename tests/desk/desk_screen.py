"""The page's rule in Python, written from the contract alone: what a desk shows after
the frames that it was sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

Thing = dict[str, Any]


@dataclass
class DeskScreen:
    """Everything on one desk, by id."""

    agent: Thing = field(default_factory=dict)
    notice: Thing = field(default_factory=dict)
    offers: dict[int, Thing] = field(default_factory=dict)
    entries: dict[int, Thing] = field(default_factory=dict)
    messages: dict[int, list[Thing]] = field(default_factory=dict)
    pickable: list[Thing] = field(default_factory=list)
    labels: list[Thing] = field(default_factory=list)
    queues: list[Thing] = field(default_factory=list)
    alerts: dict[int, Thing] = field(default_factory=dict)
    ended: dict[int, str] = field(default_factory=dict)
    gone: dict[int, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Computed anew from what is there."""
        names = [f"a:{self.agent['id']}:{self.agent['version']}"]
        names += [f"o:{pk}" for pk in self.offers]
        for pk, entry in self.entries.items():
            said = self.messages.get(pk)
            names.append(f"c:{pk}:{entry['version']}:{said[-1]['id'] if said else 0}")
        digest = 0
        for name in names:
            digest ^= int.from_bytes(
                blake2b(name.encode(), digest_size=8).digest(), "big"
            )
        return f"{digest:016x}"

    @property
    def shown(self) -> Thing:
        """What people see, alerts apart: those go by themselves."""
        names = "agent notice offers entries messages pickable labels queues"
        return {name: getattr(self, name) for name in names.split()}

    def take(self, frame: Thing) -> None:
        """One frame of the socket, in its order."""
        getattr(self, f"_take_{frame['type']}")(frame)

    def _take_desk(self, frame: Thing) -> None:
        self.agent, self.notice = frame["agent"], frame["notice"]
        self.offers = {offer["id"]: offer for offer in frame["offers"]}
        self.entries = {entry["id"]: entry for entry in frame["conversations"]}
        self.messages = {int(pk): [*said] for pk, said in frame["messages"].items()}
        self.pickable, self.labels = frame["pickable"], frame["labels"]
        self.queues = frame["queues"]
        for alert in frame["alerts"]:
            self._take_alert(alert)
        assert frame["digest"] == self.digest

    def _take_rows(self, frame: Thing) -> None:
        for entry in frame["conversations"]:
            self.entries[entry["id"]] = entry

    def _take_gone(self, frame: Thing) -> None:
        for left in frame["conversations"]:
            del self.entries[left["id"]]
            self.messages.pop(left["id"], None)
            self.gone[left["id"]] = left["reason"]

    def _take_offer(self, frame: Thing) -> None:
        self.offers[frame["offer"]["id"]] = frame["offer"]

    def _take_offer_ended(self, frame: Thing) -> None:
        del self.offers[frame["id"]]
        self.ended[frame["id"]] = frame["state"]

    def _take_message(self, frame: Thing) -> None:
        said = self.messages.setdefault(frame["conversation"], [])
        assert not said or said[-1]["id"] < frame["message"]["id"], "once, in order"
        said.append(frame["message"])

    def _take_presence(self, frame: Thing) -> None:
        self.agent = frame["agent"]

    def _take_notice(self, frame: Thing) -> None:
        self.notice = frame["notice"]

    def _take_pickable(self, frame: Thing) -> None:
        self.pickable = frame["rows"]

    def _take_alert(self, frame: Thing) -> None:
        assert frame["id"] not in self.alerts
        self.alerts[frame["id"]] = frame
