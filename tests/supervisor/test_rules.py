"""The table of rules, exhaustively, against the one that people wrote by hand; and the
page's own evaluation, which must say the same in the same words."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest

from conversations.refusals import STATUS as STATUSES
from conversations.states import ChannelKind, Situation
from supervisor.rules import Action, Facts, refusal
from supervisor.sentences import rules_document, sentence
from tests.servers import ROOT
from tests.supervisor.matrix import (
    ACTIONS,
    CELLS,
    NEEDED,
    REFUSED,
    STATUS,
    SWITCHES,
    WATCHING,
    WORDS,
)

Gate = tuple[str, tuple[str, ...], Callable[[Facts, str], bool]]


def forbidden(facts: Facts, action: str) -> bool:
    return CELLS[facts.situation, action] != "yes"


GATES: tuple[Gate, ...] = (
    ("setting_off", ACTIONS, lambda f, _a: not f.switch_on),
    ("role_missing", ACTIONS, lambda f, _a: not f.is_supervisor),
    ("not_found", ACTIONS, lambda f, _a: not f.in_scope),
    ("stale_version", ACTIONS, lambda f, _a: not f.version_matches),
    ("own_conversation", WATCHING, lambda f, _a: f.is_own),
    ("api_role_present", ("assign",), lambda f, _a: f.has_api_role),
    ("consent_missing", WATCHING, lambda f, _a: f.consent_missing),
    ("wrong_channel", ("transfer",), lambda f, _a: f.channel_kind == "voice"),
    ("elevated", ("transfer",), lambda f, _a: f.elevated),
    ("bot_handled", ("transfer",), lambda f, _a: f.situation == "with_bot"),
    (
        "offer_pending",
        ("assign", "transfer"),
        lambda f, a: f.offer_out and forbidden(f, a),
    ),
    ("wrong_state", ACTIONS, forbidden),
)
"""The gates of domain.md in its order, by hand: code, actions, when it is shut."""

SHUT: Mapping[str, dict[str, object]] = {
    "setting_off": {"switch_on": False},
    "role_missing": {"is_supervisor": False},
    "not_found": {"in_scope": False},
    "stale_version": {"version_matches": False},
    "own_conversation": {"is_own": True},
    "api_role_present": {"has_api_role": True},
    "consent_missing": {"consent_missing": True},
    "wrong_channel": {"channel_kind": ChannelKind.VOICE},
    "elevated": {"elevated": True},
    "bot_handled": {"situation": Situation.WITH_BOT},
    "offer_pending": {
        "situation": Situation.WAITING_TRANSFER_PENDING,
        "offer_out": True,
    },
    "wrong_state": {"situation": Situation.CLOSED},
}
BOOLEANS = [field.name for field in fields(Facts) if field.type == "bool"]


def expected(action: str, facts: Facts) -> str | None:
    return next(
        (
            code
            for code, actions, shut in GATES
            if action in actions and shut(facts, action)
        ),
        None,
    )


def every_fact() -> Iterator[Facts]:
    for situation, kind in product(Situation, ChannelKind):
        for truths in product((True, False), repeat=len(BOOLEANS)):
            given: dict[str, Any] = dict(zip(BOOLEANS, truths, strict=True))
            yield Facts(situation, channel_kind=kind, **given)


def first_allowed(action: str) -> Situation:
    return next(
        Situation(s) for (s, a), said in CELLS.items() if (a, said) == (action, "yes")
    )


def pairs() -> list[tuple[str, str, str]]:
    return [
        (action, *pair)
        for action in ACTIONS
        for pair in combinations([c for c, acts, _shut in GATES if action in acts], 2)
    ]


def test_the_words_of_the_table_are_those_of_the_code() -> None:
    assert [action.value for action in Action] == list(ACTIONS)
    assert {situation for situation, _action in CELLS} == set(Situation)
    assert len(CELLS) == 45
    assert len(BOOLEANS) == 9
    assert {code: STATUSES[code] for code in STATUS} == STATUS


@pytest.mark.parametrize("action", ACTIONS)
def test_every_combination_of_facts_has_the_answer_of_the_domain(action: str) -> None:
    wrong = [
        facts
        for facts in every_fact()
        if refusal(Action(action), facts) != expected(action, facts)
    ]
    assert wrong == []


@pytest.mark.parametrize(("cell", "said"), CELLS.items())
def test_each_cell_of_the_table_as_it_is_in_life(
    cell: tuple[str, str], said: str
) -> None:
    situation, action = cell
    pending = situation == "awaiting_acceptance" or "pending" in situation
    facts = Facts(Situation(situation), offer_out=pending)
    assert refusal(Action(action), facts) == (None if said == "yes" else said)


@pytest.mark.parametrize(("action", "first", "second"), pairs())
def test_of_two_shut_gates_the_first_speaks(
    action: str, first: str, second: str
) -> None:
    given: dict[str, Any] = {
        "situation": first_allowed(action),
        **SHUT[second],
        **SHUT[first],
    }
    assert refusal(Action(action), Facts(**given)) == first


def test_before_the_row_only_setting_and_role_speak() -> None:
    for action in Action:
        shut: dict[str, Any] = {"situation": Situation.CLOSED, "in_scope": False}
        assert refusal(action, Facts(**shut), before_row=True) is None
        shut["is_supervisor"] = False
        assert refusal(action, Facts(**shut), before_row=True) == "role_missing"
        shut["switch_on"] = False
        assert refusal(action, Facts(**shut), before_row=True) == "setting_off"


def test_a_watch_goes_on_until_switch_role_or_scope_is_lost() -> None:
    shut: dict[str, Any] = {"situation": Situation.CLOSED, "is_own": True}
    assert refusal(Action.MONITOR, Facts(**shut), standing_only=True) is None
    shut["in_scope"] = False
    assert refusal(Action.MONITOR, Facts(**shut), standing_only=True) == "not_found"


@pytest.mark.parametrize(("situation", "action"), REFUSED)
def test_the_sentence_names_the_state_and_those_that_would_do(
    situation: str, action: str
) -> None:
    said = sentence(Action(action), "wrong_state", Situation(situation))
    needed, is_ = said.split(";")
    assert is_.endswith(f" {WORDS[situation]}.")
    assert all(words in needed for words in NEEDED[action])


@pytest.mark.parametrize("action", ACTIONS)
def test_the_sentence_names_the_switch(action: str) -> None:
    said = sentence(Action(action), "setting_off", Situation.OPEN)
    assert SWITCHES[action][1] in said


@pytest.mark.parametrize("action", ACTIONS)
def test_every_refusal_has_a_sentence_of_its_own(action: str) -> None:
    codes = [code for code, actions, _shut in GATES if action in actions]
    said = [sentence(Action(action), code, Situation.CLOSED) for code in codes]
    assert len(set(said)) == len(codes)
    assert all(text.endswith(".") for text in said)


# The same in the browser


def in_the_browser() -> Iterator[tuple[Action, Facts, dict[str, object]]]:
    """Every case of which the page knows all facts, and as the page knows it."""
    shared = ("switch_on", "is_own", "has_api_role", "consent_missing", "elevated")
    truths = list(product((True, False), repeat=len(shared) + 1))
    for situation, kind, (*told, out) in product(Situation, ChannelKind, truths):
        given: dict[str, Any] = dict(zip(shared, told, strict=True))
        facts = Facts(situation, channel_kind=kind, offer_out=out, **given)
        for action in Action:
            yield action, facts, _as_the_page_knows_it(action, facts)


def _as_the_page_knows_it(action: Action, facts: Facts) -> dict[str, object]:
    state, phase = facts.situation.parts
    roles = ["supervisor", *(["api_access"] if facts.has_api_role else [])]
    switches = {name: True for name, _words in SWITCHES.values()}
    switches[SWITCHES[action][0]] = facts.switch_on
    return {
        "action": action.value,
        "row": {
            "state": state,
            "phase": phase or None,
            "agent": 7,
            "channel_kind": facts.channel_kind,
            "elevated": "voice" if facts.elevated else None,
            "offer": {"id": 1} if facts.offer_out else None,
            "consent_recorded": not facts.consent_missing,
        },
        "context": {
            "settings": {**switches, "consent_mode": "consent"},
            "me": {"agent": 7 if facts.is_own else 8, "roles": roles},
            "stale": False,
        },
    }


def _as_the_server_says(action: Action, facts: Facts) -> dict[str, object] | None:
    code = refusal(action, facts)
    if code is None:
        return None
    return {
        "code": code,
        "sentence": sentence(action, code, facts.situation),
        "absent": code == "setting_off",
    }


def test_the_page_says_the_same_as_the_server(tmp_path: Path) -> None:
    cases = list(in_the_browser())
    asked = tmp_path / "cases.json"
    asked.write_text(
        json.dumps({"rules": rules_document(), "cases": [known for *_, known in cases]})
    )
    script = ROOT / "tests" / "js" / "fixtures" / "rules-answers.js"
    done = subprocess.run(
        ["node", str(script), str(asked)], check=True, capture_output=True, text=True
    )
    answers = json.loads(done.stdout)
    assert len(answers) == len(cases) == 9 * 3 * 64 * 5
    for (action, facts, _known), answer in zip(cases, answers, strict=True):
        assert answer == _as_the_server_says(action, facts), (action, facts)


def test_a_screen_that_is_not_live_has_its_sentence() -> None:
    sentences = rules_document()["sentences"]
    assert isinstance(sentences, dict)
    assert sentences["stale_screen"].endswith(".")
