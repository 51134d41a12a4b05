"""One story of a customer, three agents and a supervisor, told at two real doors.

Each step does what a person does and waits for what people see; so does a step during
which somebody's network is cut. What it came to is read from the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.doors.browser import Browser
from tests.doors.chat_client import ChatClient
from tests.doors.desk_client import DeskClient
from tests.doors.houses import CSRF, SUPERVISOR, Database, House
from tests.doors.network import Bell, Network
from tests.doors.supervisor_client import Panel, SupervisorClient

CONNECTIONS = ("customer.gone", "customer.back")
"""What a cut network is seen by; all other events must be as without cuts."""
INTERNAL = (
    "Offer a refund",
    "Do not mention the recall",
    "I tried that already",
)
"""What the customer must never see a byte of."""


@dataclass
class Cast:
    """One house with its people at their screens."""

    house: House
    nora: DeskClient
    tomas: DeskClient
    freja: DeskClient
    boss: SupervisorClient

    @property
    def staff(self) -> tuple[Browser, ...]:
        return (self.nora, self.tomas, self.freja, self.boss)

    async def come_in(self) -> None:
        """Everybody opens their page; the agents are available."""
        for browser in self.staff:
            browser.start()
        for desk in (self.nora, self.tomas, self.freja):
            await desk.until(
                lambda desk=desk: desk.agent.get("presence") == "available",  # type: ignore[misc]
                "is available",
            )
        await self.boss.until(lambda: self.boss.is_whole, "sees the floor")

    async def leave(self) -> None:
        for browser in self.staff:
            await browser.stop()


def cast_of(house: House, url: str, *, boss_url: str = "") -> Cast:
    """The staff of a house, each with a browser at this server."""
    desks = {}
    for name in ("Nora", "Tomas", "Freja"):
        way = network_of(house, name, url)
        desks[name.lower()] = DeskClient(way, name)
    boss = SupervisorClient(network_of(house, SUPERVISOR, boss_url or url), SUPERVISOR)
    return Cast(house, boss=boss, **desks)


def network_of(house: House, name: str, url: str) -> Network:
    headers = {"Cookie": house.staff[name].cookie, "X-CSRFToken": CSRF}
    return Network(url, Bell(), headers=headers)


@dataclass
class Story:
    """One conversation of this cast. `mark` stands in all that is said in it."""

    cast: Cast
    url: str
    number: int
    database: Database
    watched: bool = True
    in_turn: bool = False
    conversation: int = 0
    step: str = ""
    is_moved: bool = False
    seen: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.mark = f"[{self.number}]"
        # One address opens few chats; each customer comes from their own.
        high, low = divmod(self.number % 60_000, 250)
        way = Network(self.url, Bell(), address=f"127.0.{high + 1}.{low + 1}")
        self.customer = ChatClient(way, self.cast.house.site, "Kirsten")
        self._said: Counter[str] = Counter()

    @property
    def people(self) -> dict[str, Browser]:
        """By the names under which cuts are planned."""
        cast = self.cast
        return {
            "customer": self.customer,
            "nora": cast.nora,
            "tomas": cast.tomas,
            "freja": cast.freja,
            "boss": cast.boss,
        }

    async def tell(self, steps: Sequence[str]) -> None:
        """These steps, one after the other."""
        for step in steps:
            self.step = step
            await self.before_step(step)
            await getattr(self, step)()

    async def before_step(self, step: str) -> None:
        """For whoever wants to disturb."""

    # The steps

    async def opens(self) -> None:
        await self.customer.open(
            f"Where is my parcel? {self.mark}", f"opening-{self.number:012d}"
        )
        await self.customer.until(
            lambda: len(self.customer.texts) == 2, "reads the notice and the question"
        )
        nora = self.cast.nora
        await nora.until(self._offered_to_nora, "is offered it")

    def _offered_to_nora(self) -> bool:
        for offer in self.cast.nora.offers.values():
            if self.mark in offer["conversation"]["subject"]:
                self.conversation = offer["conversation"]["id"]
                return True
        return False

    async def accepts(self) -> None:
        await self.cast.nora.accept(self.conversation)
        await self.customer.until(
            lambda: self.customer.state["agent"] == "Nora", "is told who helps"
        )
        await self.all_read("Nora is now here to help you.", mark="")

    async def talk(self) -> None:
        await self.nora_says("How can I help?")
        await self.customer_says("My parcel has not come")
        self._write_nora("Which number does it have?")
        await self.take_turns("Which number does it have?")
        self._write_customer("It is 4711")
        await self.all_read("Which number does it have?", "It is 4711")

    async def gets_angry(self) -> None:
        await self.customer_says(
            "This is terrible, awful service. I hate it and I am furious!"
        )
        boss, pk = self.cast.boss, self.conversation
        await boss.until(
            lambda: "negative" in boss.conversation(pk)["sentiment"]["level"],
            "sees the mood on the floor",
        )

    async def is_monitored(self) -> None:
        if not self.watched:
            return
        await self._do("monitor", self._is_watched)
        panel = self.cast.boss.watch(self.conversation)
        await panel.until(lambda: len(panel.texts) >= 3, "reads what was said")

    async def is_whispered(self) -> None:
        if not self.watched:
            return
        if self._panel is None:
            await self.is_monitored()
        for text in INTERNAL[:2]:
            self._whisper(text)
        await self.staff_read(*INTERNAL[:2])

    async def is_joined(self) -> None:
        await self._do("join", lambda: self._stays("supervisor") == ["consult"])
        if self._panel is None:
            self.cast.boss.watch(self.conversation)
        await self.all_read("Astrid joined the conversation.", mark="")
        self.cast.boss.say(
            self.conversation, f"I will help you {self.mark}", self._new_id()
        )
        await self.all_read("I will help you")
        await self.customer.until(
            lambda: self.customer.state["people"] == ["Nora", "Astrid"],
            "is told who is there",
        )

    async def is_declined(self) -> None:
        await self._transfer(self.cast.tomas)
        await self.cast.tomas.decline(self.conversation)
        await self._seen_by_nora(lambda entry: entry["phase"] == "in_conversation")

    async def is_transferred(self) -> None:
        await self._transfer(self.cast.freja)
        await self.cast.freja.accept(self.conversation)
        await self._seen_by_nora(lambda entry: entry["role"] == "consult")
        freja = self.cast.freja
        await freja.until(
            lambda: freja.entries.get(self.conversation, {}).get("role") == "primary",
            "has it",
        )
        self.is_moved = True
        await self.all_read("Freja is now here to help you.", mark="", freja=True)

    async def talk_on(self) -> None:
        if not self.is_moved:
            await self.is_transferred()
        pk, freja = self.conversation, self.cast.freja
        aside = self._marked(INTERNAL[2])
        self.cast.nora.say(pk, aside, self._new_id(), "internal")
        if self.in_turn:
            await self.staff_read(INTERNAL[2])
        freja.say(pk, self._marked("I look it up"), self._new_id())
        await self.take_turns("I look it up")
        await self.customer_says("Thank you")
        await self.staff_read(INTERNAL[2])
        await self.all_read("I look it up", "Thank you", freja=True)

    async def is_closed(self) -> None:
        await self._look_at_screens()
        await self._do("force-close", self._is_off_the_floor, reason="Enough")
        customer = self.customer
        await customer.until(
            lambda: customer.state["ended_by"] == "supervisor" and customer.has_read_on,
            "is told by whom it ended",
        )
        for desk in self._desks:
            await desk.until(
                lambda desk=desk: self.conversation in desk.gone,  # type: ignore[misc]
                "is told that it has ended",
            )
        if (panel := self._panel) is not None:
            await panel.until(lambda: panel.ended, "the panel ends")
        self.seen["customer"] = customer.texts

    async def is_rated(self) -> None:
        await self.customer.rate(4)

    # What they are made of

    async def nora_says(self, text: str) -> None:
        self._write_nora(text)
        await self.all_read(text)

    async def customer_says(self, text: str) -> None:
        self._write_customer(text)
        await self.customer_reads(text)
        await self._on_desk(self.cast.nora, text)

    async def take_turns(self, text: str) -> None:
        """Where everything must come in one order, people let each other finish."""
        if self.in_turn:
            await self.all_read(text)

    async def all_read(
        self, *texts: str, mark: str | None = None, freja: bool = False
    ) -> None:
        """Customer, agents and whoever watches."""
        await self.staff_read(*texts, mark=mark)
        for text in texts:
            await self.customer_reads(text, mark=mark)
            if freja:
                await self._on_desk(self.cast.freja, text, mark)

    async def staff_read(self, *texts: str, mark: str | None = None) -> None:
        nora, panel = self.cast.nora, self._panel
        for text in texts:
            whole = self._marked(text, mark)
            await self._on_desk(nora, text, mark)
            if panel is not None:
                await panel.until(
                    lambda whole=whole: whole in panel.texts,  # type: ignore[misc]
                    f"reads {text!r}",
                )

    async def customer_reads(self, text: str, mark: str | None = None) -> None:
        whole = self._marked(text, mark)
        await self.customer.until(
            lambda: whole in self.customer.texts, f"reads {whole!r}"
        )

    async def _on_desk(
        self, desk: DeskClient, text: str, mark: str | None = None
    ) -> None:
        await desk.until(lambda: self._has(desk, text, mark), f"reads {text!r}")

    def _has(self, desk: DeskClient, text: str, mark: str | None = None) -> bool:
        return self._marked(text, mark) in desk.texts(self.conversation)

    def _marked(self, text: str, mark: str | None = None) -> str:
        mark = self.mark if mark is None else mark
        return f"{text} {mark}" if mark else text

    def _write_nora(self, text: str) -> None:
        whole = self._marked(text)
        self.cast.nora.say(self.conversation, whole, self._new_id())

    def _write_customer(self, text: str) -> None:
        self.customer.write(self._marked(text), self._new_id())

    def _whisper(self, text: str) -> None:
        whole = self._marked(text)
        self.cast.boss.whisper(self.conversation, whole, self._new_id("aside"))

    def _new_id(self, kind: str = "said") -> str:
        self._said[kind] += 1
        return f"{kind}-{self.number:08d}-{self._said[kind]:04d}"

    async def _do(
        self, action: str, is_done: Callable[[], bool], **body: object
    ) -> None:
        await self.cast.boss.command(self.conversation, action, is_done, **body)

    async def _transfer(self, desk: DeskClient) -> None:
        boss, agent = self.cast.boss, self.cast.house.staff[desk.name].agent
        pk = self.conversation
        await boss.until(
            lambda: boss.agent(agent).get("presence") == "available",
            f"sees that {desk.name} is there",
        )

        def offered() -> bool:
            offer = boss.conversation(pk).get("offer")
            return offer is not None and offer["agent"] == agent

        body = {"agent": agent, "override": True, "reason": "Needs an expert"}
        await self._do("transfer", offered, **body)

    async def _seen_by_nora(self, condition: Callable[[Any], object]) -> None:
        nora = self.cast.nora
        await nora.until(
            lambda: (
                self.conversation in nora.entries
                and condition(nora.entries[self.conversation])
            ),
            "sees it on the desk",
        )

    def _is_watched(self) -> bool:
        return self._stays("supervisor") == ["monitor"]

    def _stays(self, kind: str) -> list[str]:
        """As who the supervisor is in it: asked of the database, for the floor shows
        what others see."""
        query = (
            "SELECT mode FROM conversations_participant WHERE conversation_id = ?"
            " AND left_at IS NULL AND is_supervising = ?"
        )
        found = self.database.rows(query, self.conversation, kind == "supervisor")
        return [mode for (mode,) in found]

    def _is_off_the_floor(self) -> bool:
        boss = self.cast.boss
        return boss.is_whole and not boss.conversation(self.conversation)

    async def _look_at_screens(self) -> None:
        """All of them become complete; then the conversation leaves them."""
        pk = self.conversation
        said = [text for (text,) in self.database.rows(ALL_TEXTS, pk)]
        screens: dict[str, tuple[Browser, Callable[[], list[str]]]] = {
            desk.name: (desk, lambda desk=desk: desk.texts(pk))  # type: ignore[misc]
            for desk in self._desks
        }
        if (panel := self._panel) is not None:
            screens["boss"] = (panel, lambda: panel.texts)
        for name, (browser, texts) in screens.items():
            await browser.until(lambda texts=texts: texts() == said, "shows all")  # type: ignore[misc]
            self.seen[name] = texts()

    @property
    def _desks(self) -> list[DeskClient]:
        """Those on which it lies."""
        return [self.cast.nora, *([self.cast.freja] if self.is_moved else [])]

    @property
    def _panel(self) -> Panel | None:
        return self.cast.boss.panels.get(self.conversation)


ALL_TEXTS = (
    "SELECT text FROM conversations_message WHERE conversation_id = ? ORDER BY id"
)
