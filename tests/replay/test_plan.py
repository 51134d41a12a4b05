"""The plan: repeatable by its seed, and varied enough to show every rule."""

from collections import Counter
from dataclasses import replace
from itertools import islice

import pytest

from replay.library import OWN, Dialogue, read
from replay.plan import (
    ASYNCHRONOUS,
    CARE,
    CASES,
    CHANNELS,
    DANISH,
    PHONE,
    QUEUES,
    SKILLS,
    Ending,
    Story,
    stories,
    story,
)
from supervisor.demo import QUEUES as DEMO_QUEUES
from supervisor.demo import WORKSTREAMS, simulated_agents
from tests.replay.made_up import DIALOGUE, dialogues


def plan(count: int, *, seed: int = 1, rate: float = 60.0) -> list[Story]:
    return list(islice(stories(dialogues(30), rate=rate, seed=seed), count))


def test_the_same_seed_tells_the_same_stories() -> None:
    assert plan(200) == plan(200)


def test_another_seed_tells_others() -> None:
    assert plan(50) != plan(50, seed=2)


def test_every_dialogue_comes_once_before_any_comes_again() -> None:
    ids = [told.dialogue.id for told in plan(60)]
    assert len(set(ids[:30])) == len(set(ids[30:])) == 30
    assert ids[:30] != ids[30:]


def test_the_rate_is_new_conversations_per_minute() -> None:
    gaps = [told.gap for told in plan(2000, rate=120)]
    assert gaps[0] == 0
    assert sum(gaps) / len(gaps) == pytest.approx(0.5, rel=0.1)


def test_every_channel_comes_about_as_often_as_it_should() -> None:
    counts = Counter(told.channel for told in plan(3000))
    for channel, percent in CHANNELS.items():
        assert counts[channel] / 30 == pytest.approx(percent, abs=3)


def test_voice_goes_to_phone_and_records_to_cases() -> None:
    for told in plan(1000):
        assert (told.queue == PHONE) == (told.channel == "voice")
        assert (told.queue == CASES) == (told.channel == "record")


def test_danish_is_answered_by_people_who_speak_it() -> None:
    danish = replace(DIALOGUE, language="da")
    told = [story(n, danish, rate=60, seed=1) for n in range(500)]
    texts = [one for one in told if one.channel not in ("voice", "record")]
    assert sum(one.queue == DANISH for one in texts) / len(texts) > 0.7


@pytest.mark.parametrize("domain", QUEUES)
def test_a_domain_is_at_home_in_its_queue(domain: str) -> None:
    at_home = replace(DIALOGUE, domains=(domain,))
    told = [story(n, at_home, rate=60, seed=1) for n in range(50)]
    texts = {one.queue for one in told if one.channel not in ("voice", "record")}
    assert texts <= {QUEUES[domain], CARE}


def test_every_fortune_is_met() -> None:
    told = plan(3000)
    assert {one.ending for one in told} == set(Ending)
    assert {one.consent for one in told} == {"at_once", "later", "refused"}
    assert any(one.bot_turns and one.ending is not Ending.BOT for one in told)
    assert any(one.elevate_after for one in told)
    assert {one.pause.revived for one in told if one.pause} == {True, False}
    assert any(one.patience < 15 for one in told)
    assert any(one.skills for one in told)
    assert any(one.queue == CARE for one in told)


def test_only_asynchronous_conversations_wait() -> None:
    for told in plan(3000):
        if told.pause or told.ending is Ending.WAITING:
            assert told.channel in ASYNCHRONOUS


def test_neither_calls_nor_records_have_bots_or_become_calls() -> None:
    for told in plan(3000):
        if told.channel in ("voice", "record"):
            assert not told.bot_turns and told.elevate_after is None


def test_records_end_by_being_resolved() -> None:
    ends = {told.ending for told in plan(1000) if told.channel == "record"}
    assert ends == {Ending.RESOLVED}


def test_only_website_visitors_have_no_address() -> None:
    told = plan(1000)
    assert all((one.address == "") == (one.channel == "live_chat") for one in told)
    known = [one.address for one in told if one.address]
    assert len(set(known)) == len(known)


def test_a_customer_without_a_name_gets_one() -> None:
    nameless = replace(DIALOGUE, customer_name="")
    names = {
        story(n, nameless, rate=60, seed=1).customer_name
        for n in range(20)
    }  # fmt: skip
    assert "" not in names and len(names) > 3


@pytest.mark.parametrize("dialogue", read([OWN]), ids=lambda dialogue: dialogue.id)
def test_the_hints_of_a_dialogue_are_followed(dialogue: Dialogue) -> None:
    for number in range(20):
        told = story(number, dialogue, rate=60, seed=1)
        assert not dialogue.channel or told.channel == dialogue.channel
        assert not dialogue.bot_turns or told.bot_turns == dialogue.bot_turns
        assert not dialogue.is_elevated or told.elevate_after is not None


def test_the_plan_knows_the_queues_and_skills_of_the_demo_floor() -> None:
    agents = simulated_agents()
    for queue in {*QUEUES.values(), *SKILLS, CARE}:
        assert queue in {one.name for one in DEMO_QUEUES}
    for queue, wanted in SKILLS.items():
        here = [agent for agent in agents if queue in agent.queues]
        for skill in wanted:
            assert sum(skill in agent.skills for agent in here) >= 3


def test_every_channel_has_a_workstream() -> None:
    assert {stream.channel for stream in WORKSTREAMS} == set(CHANNELS)
