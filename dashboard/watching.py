"""Open conversation panels: transcript, people and timeline of one conversation each.

A panel remembers what it was sent and asks for what came after; doorbells say when,
the comparison makes sure. Each has a task of its own, so a slow one delays nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from django.contrib.auth.models import User
from django.db import close_old_connections

from conversations import moments
from conversations.doorbell import Typing
from conversations.models import Conversation, Participant
from conversations.reading import consistent_read
from conversations.reports import people_of, stay_of, timeline_of, transcript_of
from conversations.rows import CONVERSATION_JOINS, conversation_row
from conversations.states import Mode
from conversations.transitions import supervising
from conversations.troubles import Troubles
from conversations.viewers import Viewer
from dashboard import rights
from live.sockets import FORBIDDEN, SIGNED_OUT
from supervisor.permission import why_not_watching

if TYPE_CHECKING:
    from live.reader import Reader

SIGN_OF_LIFE = 15.0  # seconds; monitoring without one ends after 60

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Known:
    """What a panel has been sent."""

    message: int = 0
    parts: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Look:
    """What a panel must be sent now; `ended` says why it may see no more."""

    frames: list[dict[str, object]]
    ended: str | None = None
    stay: int | None = None


@dataclass(eq=False)
class Panel:
    """One socket of one user at one conversation."""

    conversation: int
    user: User
    viewer: rights.Viewer
    send: Callable[[dict[str, object]], Awaitable[None]]
    close: Callable[[int], Awaitable[None]]
    known: Known = field(default_factory=Known)
    rung: asyncio.Event = field(default_factory=asyncio.Event)
    stay: int | None = None
    is_signed_out: bool = False
    typing: dict[str, object] | None = None


class Watchers:
    """All open panels of this process."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._panels: set[Panel] = set()
        self._troubles = Troubles("panels")

    async def run(self) -> None:
        """Give the signs of life of everybody whose panel is open."""
        while True:
            await asyncio.sleep(SIGN_OF_LIFE)
            stays = [panel.stay for panel in self._panels if panel.stay is not None]
            if stays:
                await asyncio.to_thread(_see, stays)

    def ring(self, conversations: Iterable[int]) -> None:
        """Something about these conversations may be news."""
        wanted = frozenset(conversations)
        for panel in self._panels:
            if panel.conversation in wanted:
                panel.rung.set()

    def tell_typing(self, typing: Iterable[Typing]) -> None:
        """Whoever watches sees customers and staff write."""
        for one in typing:
            frame: dict[str, object] = {
                "type": "typing",
                "sender": {"kind": one.kind, "name": one.name},
                "visibility": one.visibility,
            }
            for panel in self._panels:
                if panel.conversation == one.conversation and panel.user.pk != one.user:
                    panel.typing = frame
                    panel.rung.set()

    def compare(self) -> None:
        """Let every panel look, whether or not a doorbell rang for it."""
        for panel in self._panels:
            panel.rung.set()

    def viewers(self) -> set[rights.Viewer]:
        """Everybody with an open panel."""
        return {panel.viewer for panel in self._panels}

    def sign_out(self, lost: Mapping[rights.Viewer, int]) -> None:
        """Close the panels of these whose session or account has ended; a role or a
        queue more or less is for the stay itself to judge."""
        for panel in self._panels:
            if lost.get(panel.viewer) == SIGNED_OUT:
                panel.is_signed_out = True
                panel.rung.set()

    async def serve(self, panel: Panel) -> None:
        """Send what is there, then what comes, until the panel's user may not look."""
        self._panels.add(panel)
        panel.rung.set()
        try:
            while await self._look(panel):
                await panel.rung.wait()
        except Exception as error:
            # The socket went while it was written to; its consumer hears of it.
            log.info("panel.gone", error=type(error).__name__)
        finally:
            self._panels.discard(panel)

    async def _look(self, panel: Panel) -> bool:
        panel.rung.clear()
        if panel.is_signed_out:
            await panel.close(SIGNED_OUT)
            return False
        try:
            look = await self._reader(
                read_panel, panel.conversation, panel.user, panel.known
            )
        except Exception as error:
            self._troubles.failed("look", error)
            return True
        self._troubles.worked("look")
        panel.stay = look.stay
        typing, panel.typing = panel.typing, None
        also = [typing] if typing is not None and look.ended is None else []
        for frame in [*look.frames, *also]:
            await panel.send(frame)
        if look.ended is not None:
            await panel.send({"type": "ended", "reason": look.ended})
            await panel.close(FORBIDDEN)
        return look.ended is None


def read_panel(conversation_id: int, user: User, known: Known) -> Look:
    """What is news to a panel that was sent `known`, which is brought up to date."""
    # All at one moment: a timeline may not be newer than the right to see it.
    with consistent_read():
        return _read_panel(conversation_id, user, known)


def may_open(conversation_id: int, user: User) -> bool:
    """Whether this user takes part in it, or monitors it, just now."""
    stay = stay_of(conversation_id, user)
    return stay is not None and (stay.is_supervising or stay.mode != Mode.MONITOR)


def _read_panel(conversation_id: int, user: User, known: Known) -> Look:
    conversation = (
        Conversation.objects.select_related(*CONVERSATION_JOINS, "agent")
        .filter(pk=conversation_id)
        .first()
    )
    stay = stay_of(conversation_id, user)
    if conversation is None or stay is None:
        return Look([], ended=_why_ended(conversation_id, user))
    lost = why_not_watching(user, conversation) if stay.is_supervising else None
    if lost is not None:
        # The sweep ends the stay within a second; until then nothing more is shown.
        return Look([], ended="out_of_scope" if lost == "not_found" else lost)
    viewer = Viewer.SUPERVISOR if stay.is_supervising else Viewer.AGENT
    frames = _changed_parts(conversation, viewer, user, known)
    frames += _new_messages(conversation, viewer, known)
    return Look(frames, stay=stay.pk if stay.is_supervising else None)


def _changed_parts(
    conversation: Conversation, viewer: Viewer, user: User, known: Known
) -> list[dict[str, object]]:
    row = conversation_row(conversation)
    parts: dict[str, dict[str, object]] = {
        "row": {"row": row},
        "participants": {"participants": people_of(conversation, viewer, you=user.pk)},
        "timeline": {"events": timeline_of(conversation, viewer)},
        "sentiment": {
            "sentiment": {**row["sentiment"], "moved_by": conversation.mood_message}
        },
    }
    news = {name: part for name, part in parts.items() if known.parts.get(name) != part}
    known.parts.update(news)
    return [{"type": name, **part} for name, part in news.items()]


def _new_messages(
    conversation: Conversation, viewer: Viewer, known: Known
) -> list[dict[str, object]]:
    news = transcript_of(conversation, viewer, after=known.message)
    if news:
        known.message = news[-1]["id"]
    return [{"type": "message", "message": message} for message in news]


def _why_ended(conversation_id: int, user: User) -> str:
    last = (
        Participant.objects.filter(conversation=conversation_id, user=user)
        .order_by("-pk")
        .first()
    )
    return last.left_reason if last is not None else "not_monitoring"


def _see(stays: list[int]) -> None:
    close_old_connections()
    supervising.see(stays, moments.now())
    close_old_connections()
