"""Units and the presence that follows from them, against a slow second opinion."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.presence import FIXED, derive, reason, units_over
from conversations.states import Presence, Situation
from tests import building
from tests.conversations import ledger

units = st.integers(min_value=0, max_value=50)
choice = st.sampled_from(["", *FIXED])


@given(choice, units, units)
def test_presence_follows_choice_and_load(chosen: str, used: int, total: int) -> None:
    shown = derive(chosen, used, total)
    if chosen == "offline":
        assert shown == "offline"
    elif used > total:
        assert shown == "do_not_disturb"
    elif chosen:
        assert shown == chosen
    elif used == 0:
        assert shown == "available"
    elif used == total:
        assert shown == "do_not_disturb"
    else:
        assert shown == "busy"


@given(choice, units, units)
def test_the_system_gives_a_reason_only_for_its_own_doing(
    chosen: str, used: int, total: int
) -> None:
    why = reason(chosen, used, total)
    assert (why == "") == (
        derive(chosen, used, total) == chosen
        and not (chosen == Presence.DO_NOT_DISTURB and used > total)
    )


@given(units, units, units)
def test_units_over_is_what_is_missing(used: int, total: int, needed: int) -> None:
    left = total - used
    assert units_over(used, total, needed) == (needed - left if needed > left else 0)


def test_needs_40_has_30_left_exceeds_by_10() -> None:
    assert units_over(10, 40, 40) == 10


@pytest.mark.behaviour
@pytest.mark.django_db
@pytest.mark.parametrize("situation", Situation)
def test_units_are_held_from_the_offer_to_the_end(situation: Situation) -> None:
    it = building.in_situation(situation)
    causes = {
        Situation.AWAITING_ACCEPTANCE: ["offer"],
        Situation.IN_CONVERSATION: ["session"],
        Situation.TRANSFER_PENDING: ["offer", "session"],
        Situation.WAITING_TRANSFER_PENDING: ["offer"],
        Situation.WRAP_UP: ["wrap_up"],
    }
    held = ledger.holds(it)
    assert sorted(cause for _units, cause in held.values()) == causes.get(situation, [])
    assert {units for units, _cause in held.values()} <= {it.units}
    ledger.check_sound()


@pytest.mark.behaviour
@pytest.mark.django_db
def test_a_hold_keeps_the_units_that_it_was_made_with() -> None:
    stream = building.a_workstream(units=15)
    it = building.in_situation(Situation.AWAITING_ACCEPTANCE, stream=stream)
    stream.units = 30
    stream.save()
    agent = it.offer.agent if it.offer else None
    assert agent is not None and ledger.used(agent) == 15
    offered = building.in_situation(Situation.IN_CONVERSATION, stream=stream)
    assert offered.units == 30
