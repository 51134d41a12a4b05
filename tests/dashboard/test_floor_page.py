"""What the floor's page brings along before any socket is open."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.roles import Role
from conversations.events import SYSTEM, Actor
from conversations.states import Situation
from conversations.transitions import consulting
from tests import building

pytestmark = [pytest.mark.django_db, pytest.mark.behaviour]


def test_a_call_for_help_is_on_a_page_that_is_opened_after_it() -> None:
    queue = building.a_queue()
    asked, other = (building.a_supervisor(queues=[queue]) for _ in range(2))
    agent = building.an_agent(queues=[queue])
    it = building.in_situation(
        Situation.IN_CONVERSATION, queue=queue, agent=agent, subject="A bill"
    )
    by = Actor.agent(agent)
    offer = building.act(it, lambda s: consulting.ask(s, asked, by=by, text="Help?"))
    [ask] = _config(asked)["asks"]
    assert ask["offer"] == offer.pk and ask["conversation"] == it.pk
    assert ask["subject"] == "A bill" and ask["text"] == "Help?"
    assert _config(other)["asks"] == []
    with building.at(offer.expires_at):
        assert _config(asked)["asks"] == []
    building.act(it, lambda s: consulting.withdraw(s, offer.pk, by=SYSTEM))
    assert _config(asked)["asks"] == []


def test_a_supervisor_who_is_an_agent_too_finds_the_way_to_the_desk() -> None:
    both = building.a_user("Both", Role.SUPERVISOR, Role.AGENT)
    assert 'href="/desk/"' in _page(both)
    assert 'href="/desk/"' not in _page(building.a_supervisor())


def _page(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get("/").content.decode()


def _config(user: User) -> dict[str, Any]:
    found = re.search(r'id="floor-config"[^>]*>(.*?)</script>', _page(user))
    assert found is not None
    config: dict[str, Any] = json.loads(found[1])
    return config
