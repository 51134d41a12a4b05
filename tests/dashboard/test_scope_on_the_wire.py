"""What a supervisor does not supervise is never on her wire: raw frames are read."""

from __future__ import annotations

import re
from typing import Any

import pytest

from conversations.events import SYSTEM, Actor
from conversations.models import Conversation
from conversations.states import Situation
from conversations.transitions import handling, offering, supervising
from tests import building
from tests.building import act, in_situation
from tests.dashboard.stage import Page, Stage, eventually, fresh_snapshot

pytestmark = pytest.mark.behaviour

SUBJECT, CUSTOMER = "Zanzibar parcel", "Quillon Obuasi"


class Floor:
    """Billing, which Marcus supervises, and Support, which he does not."""

    def __init__(self) -> None:
        building.settings_are(supervisor_sentiment_threshold="negative")
        self.billing = building.a_queue("Billing")
        self.support = building.a_queue("Support")
        self.marcus = building.a_supervisor("marcus", queues=[self.billing])
        self.astrid = building.a_supervisor(
            "astrid", queues=[self.billing, self.support]
        )
        self.helper = building.an_agent("helper", queues=[self.support])

    def talk(self, situation: Situation, **options: Any) -> Conversation:
        """One of Support's, easy to find in any bytes."""
        return in_situation(
            situation,
            queue=self.support,
            agent=self.helper,
            subject=SUBJECT,
            customer=CUSTOMER,
            **options,
        )


def told_of(page: Page) -> set[int]:
    """Conversations of which this page was told anything whatever."""
    frames = page.socket.said
    lists = (f.get("conversations", []) for f in frames)
    return {shown["id"] for rows in lists for shown in rows}


def must_not_know(page: Page, *secrets: Conversation) -> None:
    assert not told_of(page) & {secret.pk for secret in secrets}
    for word in (SUBJECT, CUSTOMER, "Helper", "Support"):
        assert word.encode() not in page.socket.raw


def live_through(floor: Floor, conversation: Conversation) -> None:
    """Much happens to it: messages, moods, a transfer, an end."""
    second = building.an_agent(queues=[floor.support])
    by = Actor.supervisor(floor.astrid)
    for text in ("Hello", "This is terrible!", "I hate this, you are awful!"):
        building.customer_says(conversation, text)
    building.agent_says(conversation)
    building.monitors(conversation, floor.astrid)
    building.whispers(conversation, floor.astrid)
    act(conversation, lambda s: supervising.join(s, floor.astrid))
    transfer = lambda s: offering.offer_transfer(s, s.agents[second.pk], by=by)  # noqa: E731
    offer = act(conversation, transfer, agents=[second])
    answer = Actor.agent(second)
    act(conversation, lambda s: offering.decline(s, offer.pk, by=answer))
    act(conversation, lambda s: handling.finish(s, by=SYSTEM))
    act(conversation, lambda s: supervising.force_close(s, by=by))


def must_be_in_step(page: Page) -> None:
    """Whatever was to come has come: a pulse behind it proves the same as HTTP."""
    page.must_follow()
    page.must_hear("pulse", page.socket.kinds().count("pulse") + 2)


def test_other_queues_never_come_in_any_frame(stage: Stage) -> None:
    floor = Floor()
    there_before = floor.talk(Situation.IN_CONVERSATION)
    hub = stage.hub()
    marcus, astrid = stage.page(hub, floor.marcus), stage.page(hub, floor.astrid)
    deaf = stage.page(stage.hub(hears=False), floor.marcus)
    came = floor.talk(Situation.IN_CONVERSATION)
    own = in_situation(Situation.OPEN, queue=floor.billing)
    live_through(floor, there_before)
    live_through(floor, came)
    stage.call(deaf.hub.doubt)
    for page in (marcus, deaf):
        must_be_in_step(page)
        must_not_know(page, there_before, came)
        assert told_of(page) == {own.pk}
    must_be_in_step(astrid)
    assert told_of(astrid) >= {there_before.pk, came.pk, own.pk}
    assert SUBJECT.encode() in astrid.socket.raw


def test_the_snapshots_by_stream_and_by_http_are_as_silent(stage: Stage) -> None:
    floor = Floor()
    secret = floor.talk(Situation.TRANSFER_PENDING, supervisor=floor.astrid)
    page = stage.page(stage.hub(), floor.marcus)
    stage.call(page.hub.refresh, page.watcher)
    page.must_hear("snapshot", 2)
    must_not_know(page, secret)
    assert fresh_snapshot(floor.marcus)["conversations"] == []
    assert page.look().metrics["ongoing"] == 0


def moved_to_support(floor: Floor, conversation: Conversation) -> None:
    by = Actor.supervisor(floor.astrid)
    act(
        conversation,
        lambda s: supervising.assign_to_queue(s, floor.support, by=by),
    )


def test_what_is_assigned_out_of_scope_leaves_without_an_address(stage: Stage) -> None:
    floor = Floor()
    own = in_situation(Situation.OPEN, queue=floor.billing)
    page = stage.page(stage.hub(), floor.marcus)
    moved_to_support(floor, own)
    must_be_in_step(page)
    [gone] = [frame for frame in page.socket.said if frame["type"] == "gone"]
    assert gone["conversations"] == [
        {"id": own.pk, "version": own.version, "reason": "out_of_scope", "by": ""}
    ]
    assert gone.keys() == {"type", "tick", "conversations"}
    frames = len(page.socket.frames)
    building.customer_says(own)
    act(own, lambda s: supervising.force_close(s, by=Actor.supervisor(floor.astrid)))
    must_be_in_step(page)
    kinds = [frame["type"] for frame in page.socket.said[frames:]]
    assert set(kinds) <= {"pulse", "metrics"}
    assert not re.search(rb"upport|astrid", page.socket.raw)


def test_it_may_come_back(stage: Stage) -> None:
    floor = Floor()
    own = in_situation(Situation.OPEN, queue=floor.billing)
    page = stage.page(stage.hub(), floor.marcus)
    moved_to_support(floor, own)
    eventually(lambda: own.pk not in page.look().of("c"), "it left")
    by = Actor.supervisor(floor.astrid)
    act(own, lambda s: supervising.assign_to_queue(s, floor.billing, by=by))
    must_be_in_step(page)
    assert own.pk in page.screen.of("c")


def test_an_agent_of_elsewhere_is_seen_while_he_has_one_of_hers(stage: Stage) -> None:
    floor = Floor()
    page = stage.page(stage.hub(), floor.marcus)
    own = in_situation(Situation.OPEN, queue=floor.billing)
    must_be_in_step(page)
    assert floor.helper.pk not in page.screen.of("a")
    offer = lambda s: offering.offer_work(s, s.agents[floor.helper.pk], by=SYSTEM)  # noqa: E731
    act(own, offer, agents=[floor.helper])
    must_be_in_step(page)
    assert floor.helper.pk in page.screen.of("a")
    act(own, lambda s: supervising.force_close(s, by=SYSTEM))
    must_be_in_step(page)
    assert floor.helper.pk not in page.screen.of("a")
    [left] = [gone for gone in page.screen.gone if gone["kind"] == "a"]
    assert (left["id"], left["reason"]) == (floor.helper.pk, "out_of_scope")


def test_alerts_reach_only_the_supervisor_who_offered(stage: Stage) -> None:
    floor = Floor()
    hub = stage.hub()
    pages = [stage.page(hub, user) for user in (floor.marcus, floor.astrid)]
    declined(in_situation_offered(floor))
    marcus, astrid = pages
    marcus.must_hear("alert")
    must_be_in_step(astrid)
    [alert] = [frame for frame in marcus.socket.said if frame["type"] == "alert"]
    assert (alert["kind"], alert["level"]) == ("assign_declined", "warning")
    assert "alert" not in astrid.socket.kinds()


def test_an_alert_of_what_has_left_her_scope_is_kept_from_her(stage: Stage) -> None:
    floor = Floor()
    page = stage.page(stage.hub(hears=False), floor.marcus)
    offered = in_situation_offered(floor, subject=SUBJECT, customer=CUSTOMER)
    declined(offered)
    moved_to_support(floor, offered)
    compared_at = page.hub.proof.compared_at
    stage.call(page.hub.doubt)
    eventually(lambda: page.hub.proof.compared_at != compared_at, "a comparison")
    must_be_in_step(page)
    must_not_know(page, offered)


def in_situation_offered(floor: Floor, **facts: Any) -> Conversation:
    """Marcus has offered one of Billing to somebody."""
    return in_situation(
        Situation.AWAITING_ACCEPTANCE,
        queue=floor.billing,
        supervisor=floor.marcus,
        **facts,
    )


def declined(conversation: Conversation) -> None:
    offer = conversation.offer
    assert offer is not None
    by = Actor.agent(offer.to_agent)
    act(conversation, lambda s: offering.decline(s, offer.pk, by=by))
