"""What is known of a conversation comes from any answer, and only moves forward."""

import asyncio
from dataclasses import replace

from replay.cases import Case, Register
from replay.plan import CARE
from replay.script import Act
from replay.seen import Conversation, agent, conversation, desk, messages
from tests.replay.made_up import DIALOGUE, story

ROW = Conversation(
    id=1, version=3, state_version=2, state="active", phase="in_conversation", agent=5
)


def a_case(row: Conversation = ROW, **changes: object) -> Case:
    return Case(story(**changes), 0.0, row)


def test_an_older_row_tells_nothing() -> None:
    case = a_case()
    case.see(replace(ROW, version=2, agent=None))
    assert case.agent == 5


def test_a_newer_row_tells_who_has_it_and_whether_it_is_over() -> None:
    case = a_case()
    case.see(replace(ROW, version=4, agent=6))
    assert (case.agent, case.ended) == (6, False)
    case.see(replace(ROW, version=5, agent=6, state="closed"))
    assert case.ended


def test_an_agent_who_lost_it_gets_it_back_by_the_same_row() -> None:
    case = a_case()
    case.lose_agent()
    assert case.agent is None
    case.see(ROW)
    assert case.agent == 5


async def test_whoever_waits_for_an_agent_hears_of_one() -> None:
    case = a_case(replace(ROW, agent=None))
    waiting = asyncio.create_task(case.wait_until(lambda: case.agent == 9))
    await asyncio.sleep(0)
    case.see(replace(ROW, version=4, agent=8))
    await asyncio.sleep(0)
    assert not waiting.done()
    case.see(replace(ROW, version=5, agent=9))
    await asyncio.wait_for(waiting, 5)


def test_a_story_goes_on_in_the_linked_conversation() -> None:
    hints: list[tuple[int, int]] = []
    register = Register(lambda agent, offer: hints.append((agent, offer)))
    case = a_case()
    register.add(case)
    new = replace(ROW, id=2, version=1, agent=None, offer=4, offered_to=6)
    register.follow(case, new)
    assert (register.get(1), register.get(2)) == (None, case)
    assert hints == [(6, 4)]
    register.drop(case)
    assert len(register) == 0


def test_a_row_of_somebody_elses_conversation_is_nobodys() -> None:
    register = Register(lambda agent, offer: None)
    assert register.see(ROW) is None


def test_only_what_nobody_would_ever_end_is_stranded() -> None:
    waiting = replace(ROW, state="open", phase="", agent=None)
    assert a_case(replace(ROW, phase="with_bot", agent=None)).is_stranded
    assert a_case(waiting, queue=CARE).is_stranded
    assert not a_case(waiting).is_stranded
    assert not a_case().is_stranded


def test_rows_are_found_in_answers_of_either_shape() -> None:
    row = {"id": 1, "version": 3, "state_version": 2, "state": "open", "phase": None}
    row |= {"agent": None, "offer": {"id": 4, "agent": 6}}
    bare, wrapped = conversation(row), conversation({"code": "x", "conversation": row})
    assert bare is not None
    assert bare == wrapped
    assert (bare.phase, bare.agent, bare.offer, bare.offered_to) == ("", None, 4, 6)


def test_an_answer_without_a_row_has_none() -> None:
    assert conversation({"code": "not_found", "detail": "No."}) is None
    assert conversation({"conversation": None}) is None
    assert agent({}) is None
    assert desk({"code": "role_missing"}) is None


def test_a_desk_is_read_whole() -> None:
    row = {"id": 1, "version": 1, "state_version": 1, "state": "active", "agent": 3}
    owner = {"id": 3, "state_version": 8, "presence": "busy", "used_units": 10}
    owner |= {"total_units": 40, "presence_set_by": "system"}
    offer = {"id": 7, "expires_at": "2026-11-22T10:00:00.000Z", "conversation": row}
    seen = desk({"agent": owner, "offers": [offer, {}], "conversations": [row]})
    assert seen is not None
    assert (seen.agent.id, seen.agent.used_units) == (3, 10)
    assert [one.id for one in seen.offers] == [7]
    assert [one.agent for one in seen.conversations] == [3]


def test_people_call_the_agent_who_really_answers_by_name() -> None:
    dialogue = replace(DIALOGUE, agent_name="Beatriz")
    case = a_case(dialogue=dialogue)
    assert case.as_said("I'm Beatriz.") == "I'm Beatriz."
    case.answered_by = "Chloe"
    assert case.as_said("I'm Beatriz, not Beatrizia.") == "I'm Chloe, not Beatrizia."


def said(turn: int) -> Act:
    return Act(0.0, "write", turn=turn, after=turn)


def test_the_dialogue_goes_on_turn_by_turn() -> None:
    case = a_case()
    assert case.turn == 1
    case.settle(1)
    assert (case.turn, case.has_passed(said(1)), case.has_passed(said(2))) == (
        2,
        True,
        False,
    )


def test_what_a_person_says_stands_for_the_agents_line() -> None:
    case = a_case(replace(ROW, agent=None))
    case.hear_person()
    assert (case.turn, case.words_of_people, case.met_agent) == (2, 1, True)
    case.hear_person()
    assert case.turn == 2, "the customer has not answered yet"
    case.settle(2)
    case.hear_person()
    assert case.turn == 4


def test_a_person_may_have_the_last_word() -> None:
    case = a_case()
    case.settle(len(DIALOGUE.turns) - 1)
    case.hear_person()
    assert case.turn == len(DIALOGUE.turns)


async def test_nobody_speaks_before_their_turn() -> None:
    case = a_case()
    waiting = asyncio.create_task(case.wait_for_turn(said(2)))
    await asyncio.sleep(0)
    assert not waiting.done()
    case.settle(1)
    await asyncio.wait_for(waiting, 5)


def test_messages_are_found_in_a_transcript() -> None:
    lines = [
        {"id": 1, "sender": {"kind": "system", "name": ""}, "code": "agent_joined"},
        {"id": 2, "sender": {"kind": "agent", "name": "Nora"}, "code": ""},
    ]
    found = messages({"messages": lines})
    assert [(m.id, m.sender, m.name, m.code) for m in found] == [
        (1, "system", "", "agent_joined"),
        (2, "agent", "Nora", ""),
    ]
    assert messages({"code": "not_participant"}) == ()
