import pytest
from tests.conversations.routing_day import Day
from tests.conversations.test_routing_day import live_through, COMMITS
pytestmark = [pytest.mark.behaviour, pytest.mark.django_db(transaction=True)]
def test_mid():
    print(COMMITS, live_through(Day(seed=7, agents=60, hours=3), conversations=900))
