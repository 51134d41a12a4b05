"""Dialogues and stories for the tests of the replay."""

from dataclasses import replace

from replay.library import Dialogue, Turn
from replay.plan import Ending, Story

TURNS = (
    Turn("customer", 0, "Hello?"),
    Turn("agent", 10, "Hi, how can I help?"),
    Turn("customer", 40, "My router blinks."),
    Turn("agent", 50, "Please turn it off and on."),
    Turn("customer", 70, "That helped, thanks!"),
)
DIALOGUE = Dialogue(
    id="d1",
    subject="Router blinks",
    domains=("telecom",),
    language="en",
    customer_name="Ada",
    turns=TURNS,
)
STORY = Story(
    number=7,
    gap=2.0,
    dialogue=DIALOGUE,
    channel="live_chat",
    queue="Support",
    customer_name="Ada",
    address="",
    skills=(),
    ending=Ending.AGENT,
    patience=300.0,
    consent="at_once",
)


def dialogues(count: int) -> list[Dialogue]:
    """Many of them, told apart by their id."""
    return [replace(DIALOGUE, id=f"d{number}") for number in range(count)]


def story(**changes: object) -> Story:
    """The one story, changed here and there."""
    return replace(STORY, **changes)  # type: ignore[arg-type]
