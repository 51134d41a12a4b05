"""The table of transitions is the domain's: nothing more, nothing less."""

from __future__ import annotations

import pytest

from conversations.refusals import SITUATION_WORDS, Refused
from conversations.states import (
    TRANSITIONS,
    Channel,
    ChannelKind,
    Situation,
    Trigger,
    after,
    situation_of,
)

# Domain, section 2, written out by hand.
SECTION_2 = """
open                 | offer           | awaiting_acceptance
open                 | pick            | in_conversation
open                 | bot_takes       | with_bot
open                 | customer_ends   | closed
open                 | timer_closes    | closed
open                 | overflow_ends   | closed
open                 | force_close     | closed
with_bot             | bot_escalates   | open
with_bot             | bot_ends        | closed
with_bot             | customer_ends   | closed
with_bot             | force_close     | closed
awaiting_acceptance  | offer_accepted  | in_conversation
awaiting_acceptance  | offer_lost      | open
awaiting_acceptance  | customer_ends   | closed
awaiting_acceptance  | resolve         | closed
awaiting_acceptance  | force_close     | closed
in_conversation      | agent_vanishes  | open
in_conversation      | release         | open
in_conversation      | wait            | waiting
in_conversation      | agent_ends      | wrap_up
in_conversation      | customer_ends   | wrap_up
in_conversation      | timer_ends_call | wrap_up
in_conversation      | force_close     | closed
in_conversation      | resolve         | closed
waiting              | revive          | in_conversation
waiting              | customer_returns| open
waiting              | customer_ends   | closed
waiting              | timer_closes    | closed
waiting              | force_close     | closed
wrap_up              | close           | closed
wrap_up              | timer_closes    | closed
wrap_up              | force_close     | closed
"""
# Section 3: transfers keep the conversation where it is until they are answered, and
# what ends it for the first agent ends it all the same.
TRANSFERS = """
in_conversation          | transfer        | transfer_pending
transfer_pending         | offer_accepted  | in_conversation
transfer_pending         | offer_lost      | in_conversation
transfer_pending         | agent_vanishes  | transfer_pending
transfer_pending         | release         | open
transfer_pending         | wait            | waiting
transfer_pending         | agent_ends      | wrap_up
transfer_pending         | customer_ends   | wrap_up
transfer_pending         | timer_ends_call | wrap_up
transfer_pending         | timer_closes    | closed
transfer_pending         | resolve         | closed
transfer_pending         | elevate         | in_conversation
transfer_pending         | force_close     | closed
waiting                  | transfer        | waiting_transfer_pending
waiting_transfer_pending | offer_accepted  | in_conversation
waiting_transfer_pending | offer_lost      | waiting
waiting_transfer_pending | revive          | in_conversation
waiting_transfer_pending | customer_ends   | closed
waiting_transfer_pending | timer_closes    | closed
waiting_transfer_pending | force_close     | closed
"""
# Sections 1, 3 and 5, where the table of section 2 is silent: a record is resolved
# wherever its work is, text is elevated where an agent talks, a supervisor's other
# queue leaves it open, 28 days of silence close what an agent has.
PROSE = """
open             | resolve         | closed
wrap_up          | resolve         | closed
open             | assign_to_queue | open
in_conversation  | elevate         | in_conversation
in_conversation  | timer_closes    | closed
"""


def written_out(*tables: str) -> set[tuple[str, str, str]]:
    """(from, trigger, to) of each line."""
    lines = [line for table in tables for line in table.strip().splitlines()]
    rows = [[word.strip() for word in line.split("|")] for line in lines]
    return {(start, trigger, end) for start, trigger, end in rows}


ALLOWED = written_out(SECTION_2, TRANSFERS, PROSE)
PAIRS = [(trigger, situation) for trigger in Trigger for situation in Situation]
FORBIDDEN = [
    (trigger, situation)
    for trigger, situation in PAIRS
    if not any(row[:2] == (situation, trigger) for row in ALLOWED)
]


def test_the_table_is_the_one_written_out_by_hand() -> None:
    table = {
        (start.value, trigger.value, end.value)
        for trigger, moves in TRANSITIONS.items()
        for start, end in moves.items()
    }
    assert table == ALLOWED


def test_every_trigger_has_a_row() -> None:
    assert set(TRANSITIONS) == set(Trigger)


@pytest.mark.parametrize(("start", "trigger", "end"), sorted(ALLOWED))
def test_a_transition_of_the_table_leads_where_it_says(
    start: str, trigger: str, end: str
) -> None:
    assert after(Trigger(trigger), Situation(start)) is Situation(end)


@pytest.mark.parametrize(("trigger", "situation"), FORBIDDEN)
def test_all_else_is_refused_naming_what_it_is_and_what_would_do(
    trigger: Trigger, situation: Situation
) -> None:
    with pytest.raises(Refused) as caught:
        after(trigger, situation)
    assert (caught.value.code, caught.value.status) == ("wrong_state", 409)
    would_do = [row[0] for row in ALLOWED if row[1] == trigger]
    present, _, needed = caught.value.detail.partition(";")
    assert str(SITUATION_WORDS[situation]) in present
    assert would_do
    for start in would_do:
        assert str(SITUATION_WORDS[start]) in needed


def test_nothing_leads_out_of_closed() -> None:
    assert not [row for row in ALLOWED if row[0] == Situation.CLOSED]
    assert not [t for t, moves in TRANSITIONS.items() if Situation.CLOSED in moves]


def test_force_close_works_from_everywhere_else() -> None:
    ongoing = {situation for situation in Situation if situation != Situation.CLOSED}
    assert set(TRANSITIONS[Trigger.FORCE_CLOSE]) == ongoing


def test_every_situation_can_be_reached_from_open() -> None:
    reached = {Situation.OPEN}
    for _each in Situation:
        reached |= {Situation(end) for start, _t, end in ALLOWED if start in reached}
    assert reached == set(Situation)


@pytest.mark.parametrize("situation", Situation)
def test_a_situation_is_its_two_columns(situation: Situation) -> None:
    assert situation_of(*situation.parts) is situation


def test_the_channels_are_of_the_kinds_that_the_domain_says() -> None:
    kinds = {channel: channel.kind for channel in Channel}
    assert kinds.pop(Channel.VOICE) is ChannelKind.VOICE
    assert kinds.pop(Channel.RECORD) is ChannelKind.RECORD
    assert set(kinds.values()) == {ChannelKind.MESSAGING}
    asynchronous = {channel for channel in Channel if channel.is_asynchronous}
    assert asynchronous == {"persistent_chat", "sms", "whatsapp", "messenger"}
