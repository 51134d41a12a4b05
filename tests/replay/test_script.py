"""A story as acts: everything at its time, nothing twice."""

from dataclasses import replace
from itertools import islice

import pytest

from replay.library import Turn
from replay.plan import Ending, Pause, stories
from replay.script import GOODBYE, LIVELY, REPLY, Act, agent_acts, customer_acts
from tests.replay.made_up import DIALOGUE, dialogues, story


def verbs(acts: list[Act]) -> list[tuple[float, str]]:
    return [(act.at, act.verb) for act in acts]


def test_customers_write_at_the_times_of_the_data() -> None:
    written = [act for act in customer_acts(story()) if act.verb == "write"]
    assert [(act.at, act.text) for act in written] == [
        (40, "My router blinks."),
        (70, "That helped, thanks!"),
    ]


def test_agents_answer_at_the_times_of_the_data_and_wrap_up() -> None:
    acts = agent_acts(story(wrap_up=30.0))
    assert verbs(acts) == [
        (10, "write"),
        (50, "write"),
        (70 + 2 * REPLY, "finish"),
        (70 + 2 * REPLY + 30, "close"),
    ]


def test_whoever_gets_no_agent_gives_up_when_patience_ends() -> None:
    assert (12.0, "give_up") in verbs(customer_acts(story(patience=12.0)))


def test_a_conversation_that_nobody_closes_is_ended_at_last() -> None:
    acts = customer_acts(story(patience=300.0))
    assert verbs(acts)[-1] == (300 + GOODBYE, "end")


def test_a_customer_may_be_the_one_who_ends_it() -> None:
    told = story(ending=Ending.CUSTOMER)
    assert (70 + REPLY, "end") in verbs(customer_acts(told))
    assert [act.verb for act in agent_acts(told)][-2:] == ["finish", "close"]


def test_an_asynchronous_one_may_be_left_waiting_until_the_customer_ends_it() -> None:
    told = story(channel="sms", ending=Ending.WAITING, waits=100.0)
    assert verbs(agent_acts(told))[-1] == (70 + 2 * REPLY, "wait")
    assert (70 + 2 * REPLY + 100, "end") in verbs(customer_acts(told))


def test_a_record_is_resolved() -> None:
    told = story(channel="record", ending=Ending.RESOLVED)
    assert [act.verb for act in agent_acts(told)] == ["write", "write", "resolve"]


@pytest.mark.parametrize("revived", [True, False])
def test_a_pause_lies_between_the_agents_word_and_the_customers(revived: bool) -> None:
    told = story(channel="sms", pause=Pause(after_turn=1, revived=revived))
    acts = agent_acts(told)
    assert (10 + REPLY, "wait") in verbs(acts)
    revivals = [act.at for act in acts if act.verb == "revive"]
    assert revivals == ([26.5] if revived else [])
    assert all(10 + REPLY < at < 40 for at in revivals)


def test_each_turn_waits_for_the_one_before_it_and_no_longer_than_people_do() -> None:
    told = story()
    both = [*customer_acts(told), *agent_acts(told)]
    turns = {act.turn: act for act in both if act.turn is not None}
    assert [turns[number].after for number in sorted(turns)] == [1, 2, 3, 4]
    assert [turns[number].pause for number in sorted(turns)] == [10, LIVELY, 10, LIVELY]


def test_patience_and_the_last_goodbye_go_by_the_clock() -> None:
    by_clock = [act.verb for act in customer_acts(story()) if act.after is None]
    assert by_clock == ["give_up", "end"]


def test_who_ends_it_waits_for_the_last_word() -> None:
    told = story(ending=Ending.CUSTOMER)
    ends = [act.after for act in customer_acts(told) if act.verb == "end"]
    assert ends == [len(told.dialogue.turns), None]
    assert agent_acts(told)[-2].after == len(told.dialogue.turns)


def test_a_bot_speaks_first_and_hands_over() -> None:
    told = story(bot_turns=1)
    acts = customer_acts(told)
    assert (10, "bot_write") in verbs(acts)
    assert (10 + REPLY, "bot_escalate") in verbs(acts)
    assert [act.text for act in agent_acts(told) if act.verb == "write"] == [
        "Please turn it off and on."
    ]


def test_a_bot_may_do_it_all() -> None:
    told = story(bot_turns=2, ending=Ending.BOT)
    assert agent_acts(told) == []
    assert (70 + REPLY, "bot_end") in verbs(customer_acts(told))
    assert "give_up" not in [act.verb for act in customer_acts(told)]


def test_a_bot_that_greets_first_has_the_first_word() -> None:
    turns = (Turn("bot", 0, "Beep"), *(replace(t, at=t.at + 5) for t in DIALOGUE.turns))
    told = story(dialogue=replace(DIALOGUE, turns=turns), bot_turns=1)
    first = customer_acts(told)[0]
    assert (first.at, first.verb, first.text) == (0, "bot_write", "Beep")


def test_consent_may_come_later() -> None:
    assert (REPLY, "consent") in verbs(customer_acts(story(consent="later")))
    assert "consent" not in [act.verb for act in customer_acts(story())]


def test_a_chat_becomes_a_call_after_its_turn() -> None:
    assert (40 + REPLY, "elevate") in verbs(customer_acts(story(elevate_after=2)))


def test_all_acts_are_in_order_and_no_message_is_sent_twice() -> None:
    for told in islice(stories(dialogues(20), rate=60, seed=3), 500):
        for acts in (customer_acts(told), agent_acts(told)):
            assert [act.at for act in acts] == sorted(act.at for act in acts)
        both = [*customer_acts(told), *agent_acts(told)]
        keys = [act.key for act in both if act.key]
        assert len(keys) == len(set(keys)) == len(told.dialogue.turns) - 1
