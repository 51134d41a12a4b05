"""The demo floor: there after one command, and left alone by the next."""

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import DemoAccount
from accounts.roles import Role, roles_of
from conversations import append_only
from conversations.events import Kind
from conversations.models import (
    Agent,
    Event,
    FloorSettings,
    OperatingHours,
    OverflowRule,
    PresenceLabel,
    Queue,
    Timer,
    Workstream,
)
from conversations.reconciliation import differences
from conversations.states import Channel, Method, OverflowTrigger, Presence
from supervisor.demo import PASSWORD, PEOPLE, QUEUES, simulated_agents
from supervisor.management.commands.setup_demo import load

pytestmark = [pytest.mark.django_db, pytest.mark.behaviour]

ALL = {plan.name for plan in QUEUES}


@pytest.fixture
def floor(settings: Settings) -> None:
    settings.DEMO = True
    load()


def supervised(username: str) -> set[str]:
    queues = Queue.objects.filter(supervisors__username=username)
    return set(queues.values_list("name", flat=True))


def worked(username: str) -> set[str]:
    queues = Queue.objects.filter(agents__user__username=username)
    return set(queues.values_list("name", flat=True))


EXPECTED: dict[str, tuple[set[Role], set[str]]] = {
    "supervisor": ({Role.SUPERVISOR}, ALL),
    "billing": ({Role.SUPERVISOR}, {"Billing"}),
    "api": ({Role.SUPERVISOR, Role.API_ACCESS}, ALL),
    "admin": ({Role.ADMINISTRATOR}, set()),
    "channels": ({Role.API_ACCESS}, set()),
    "agent1": ({Role.AGENT}, set()),
    "agent2": ({Role.AGENT}, set()),
    "sim01": ({Role.AGENT}, set()),
}


@pytest.mark.usefixtures("floor")
def test_everybody_has_their_roles_and_supervises_their_queues() -> None:
    for username, (roles, queues) in EXPECTED.items():
        assert roles_of(User.objects.get(username=username)) == roles
        assert supervised(username) == queues


@pytest.mark.usefixtures("floor")
def test_all_demo_users_log_in_with_the_one_password(client: Client) -> None:
    for username in ("supervisor", "admin", "agent1", "sim96"):
        body = {"username": username, "password": PASSWORD}
        answer = client.post("/api/v1/token/", body, "application/json")
        assert answer.status_code == 200


@pytest.mark.usefixtures("floor")
def test_every_demo_user_is_marked_as_one() -> None:
    assert DemoAccount.objects.count() == User.objects.count() == len(PEOPLE)


@pytest.mark.usefixtures("floor")
def test_two_agents_are_left_to_people() -> None:
    for username in ("agent1", "agent2"):
        agent = Agent.objects.get(user__username=username)
        assert (agent.total_units, agent.presence) == (40, Presence.OFFLINE)
        assert worked(username) == {"Support", "Care desk"}


@pytest.mark.usefixtures("floor")
def test_nothing_is_routed_to_the_care_desk_by_itself() -> None:
    care = Queue.objects.get(name="Care desk")
    assert care.method == Method.MANUAL
    members = set(care.agents.values_list("user__username", flat=True))
    assert members == {"agent1", "agent2"}


@pytest.mark.usefixtures("floor")
def test_every_channel_comes_in_somewhere_and_every_other_queue_is_staffed() -> None:
    channels = set(Workstream.objects.values_list("channel", flat=True))
    assert channels == set(Channel)
    for queue in Queue.objects.exclude(name="Care desk"):
        assert queue.agents.filter(user__username__startswith="sim").count() >= 6


@pytest.mark.usefixtures("floor")
def test_all_powers_are_on() -> None:
    floor = FloorSettings.current()
    assert floor.supervisor_monitor and floor.supervisor_assign
    assert floor.supervisor_transfer and floor.force_close
    assert floor.consent_mode == "notice"


@pytest.mark.usefixtures("floor")
def test_nothing_differs_from_its_recomputation() -> None:
    assert list(differences()) == []


def test_agents_have_names_of_their_own_and_skills() -> None:
    agents = simulated_agents()
    assert len({agent.name for agent in agents}) == len(agents) >= 90
    assert all(40 <= agent.units <= 60 for agent in agents)
    assert all(1 <= p <= 10 for agent in agents for p in agent.skills.values())
    assert all(agent.skills for agent in agents)


@pytest.mark.usefixtures("floor")
def test_a_second_time_costs_two_queries_and_changes_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    before = Event.objects.count()
    with django_assert_num_queries(2):
        assert load() == 0
    assert Event.objects.count() == before


@pytest.mark.usefixtures("floor")
def test_what_people_have_changed_stays_changed() -> None:
    FloorSettings.objects.update(force_close=False)
    Queue.objects.filter(name="Sales").update(priority=1)
    Agent.objects.filter(user__username="sim05").delete()
    User.objects.get(username="sim05").delete()
    assert load() == 1
    assert FloorSettings.current().force_close is False
    assert Queue.objects.get(name="Sales").priority == 1
    assert worked("sim05") != set()
    assert supervised("supervisor") == ALL


@pytest.mark.usefixtures("floor")
def test_the_demo_never_closes_and_shows_what_can_be_arranged() -> None:
    phone, sales = (Queue.objects.get(name=name) for name in ("Phone", "Sales"))
    assert phone.hours is not None and phone.hours.name == "Always open"
    assert not Timer.objects.filter(queue=phone).exists()
    assert not Queue.objects.filter(is_open=False).exists()
    assert OperatingHours.objects.filter(name="Office hours", queues=None).exists()
    rule = sales.overflow_rules.get()
    assert (rule.trigger, rule.limit) == (OverflowTrigger.WAITING_TIME, 600)
    assert set(Queue.objects.values_list("method", flat=True)) == set(Method)
    assert Queue.objects.get(name="Danish support").skill_match == "closest"
    bases = dict(PresenceLabel.objects.values_list("name", "base"))
    assert bases["Lunch"] == Presence.AWAY and len(bases) == 4


def as_of_an_older_version() -> None:
    """A demo floor that was made before there were hours, rules and labels."""
    Queue.objects.update(
        hours=None, skill_match="exact", method=Method.HIGHEST_CAPACITY
    )
    OverflowRule.objects.all().delete()
    OperatingHours.objects.all().delete()
    PresenceLabel.objects.all().delete()
    with append_only.lifted():
        Event.objects.filter(kind=Kind.HOURS_CHANGED).delete()


@pytest.mark.usefixtures("floor")
def test_an_older_demo_floor_gets_what_is_missing_once() -> None:
    as_of_an_older_version()
    Queue.objects.filter(name="Billing").update(method=Method.MANUAL)
    assert load() == 0
    assert Queue.objects.get(name="Phone").method == Method.LEAST_ACTIVE
    assert Queue.objects.get(name="Billing").method == Method.MANUAL
    assert PresenceLabel.objects.count() == 4
    PresenceLabel.objects.filter(name="Lunch").delete()
    Queue.objects.update(hours=None)
    OperatingHours.objects.all().delete()
    load()
    assert PresenceLabel.objects.count() == 3
    assert not OperatingHours.objects.exists()


def test_the_chat_has_a_site_and_the_desk_its_replies(settings: Settings) -> None:
    settings.DEMO = True
    call_command("setup_demo", verbosity=0)
    door = Client().get("/api/v1/chat/").json()
    assert (door["site"]["name"], door["is_open"]) == ("Example Support", True)
    client = Client()
    client.force_login(User.objects.get(username="agent1"))
    replies = client.get("/api/v1/quick-replies/").json()["quick_replies"]
    assert len(replies) == 20


def test_a_name_that_is_taken_is_left_alone() -> None:
    User.objects.create_user("admin", password="their own")
    load()
    admin = User.objects.get(username="admin")
    assert not DemoAccount.objects.filter(user=admin).exists()
    assert not admin.is_superuser and admin.check_password("their own")


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("setup_demo")
    call_command("setup_demo")
    assert capsys.readouterr().out.splitlines() == [
        f"Demo floor: {len(PEOPLE)} users added.",
        "Demo floor: already there.",
    ]
