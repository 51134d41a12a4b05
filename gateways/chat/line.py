"""The customer's socket, kept equal to what their token may see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max
from rest_framework.exceptions import NotAuthenticated

from conversations import attendance, moments
from conversations.doorbell import Typing
from conversations.models import Conversation, Message, OpenSocket
from conversations.reading import consistent_read
from conversations.states import State, Visibility
from gateways.chat import door
from gateways.chat.passes import (
    RECEIPT_LIVES,
    Right,
    Standing,
    note_shown,
    standing_of,
)
from gateways.chat.reading import MOST, Present, look
from gateways.chat.state import LineShown, StateShown
from live.lines import Line, Lines, Look, Verdicts
from live.sockets import SIGNED_OUT, TOO_SLOW, Frame

SOCKETS = 5
TOO_MANY = 4409
"""Newer sockets of the same conversation took this one's place."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What moves whenever there may be news for the customer, and nothing else."""

    version: int
    last: int
    position: int
    expected_wait: int | None


class ChatLine(Line):
    """One open chat. A line that came in while the conversation went on follows it
    through its end: it gets the next token and reads on with that."""

    def __init__(
        self,
        token: str,
        after: int,
        standing: Standing,
        send: Callable[[Frame], Awaitable[None]],
        close: Callable[[int], Awaitable[None]],
    ) -> None:
        super().__init__(send, close)
        self.conversation = standing.conversation.pk
        self.customer = standing.conversation.customer.name
        self.right = standing.right
        self.until: datetime | None = None
        self.mark: Mark | None = None
        self.state: StateShown | None = None
        self._token = token
        self._after = after
        self._follows = standing.right is Right.TALK

    @property
    def may_type(self) -> bool:
        """Whether anybody is told that the customer writes."""
        return self.state is not None and self.state["may_write"]

    def look(self) -> Look:
        """The state if it is another one, and what was said since."""
        try:
            return self._look()
        except NotAuthenticated:
            return Look(code=SIGNED_OUT)

    def proof(self) -> Frame:
        """The last message that there is; whoever lacks some comes in anew."""
        return {"last": 0 if self.mark is None else self.mark.last}

    def typing(self, typing: Typing) -> Frame | None:
        """Somebody whom the customer was told of writes something for the customer."""
        told = () if self.state is None else self.state["people"]
        if typing.visibility != Visibility.PUBLIC or typing.name not in told:
            return None
        return {"type": "typing", "name": typing.name}

    def _look(self) -> Look:
        before = marks_of([self.conversation])[self.conversation]
        self._after = min(self._after, before.last)
        found = look(self._token, after=self._after)
        token = found.standing.next_token
        if token is not None:
            note_shown(found.standing, moments.now())
            if self._follows:
                self._token = token
                found = look(token, after=self._after)
        self.right, self.mark = found.standing.right, before
        ending = found.standing.ending
        self.until = None if ending is None else ending.at + RECEIPT_LIVES
        frames = [*self._news_of(found.state, token), *self._lines_in(found)]
        return Look(frames, frozenset({("c", self.conversation)}))

    def _news_of(self, state: StateShown, token: str | None) -> Iterable[Frame]:
        if state != self.state:
            self.state = state
            yield {
                "type": "state",
                "state": state,
                **({"token": token} if token else {}),
            }

    def _lines_in(self, found: Present) -> Iterable[Frame]:
        lines = found.messages
        while lines:
            yield from (_message(line) for line in lines)
            self._after = lines[-1]["id"]
            if len(lines) < MOST:
                return
            lines = look(self._token, after=self._after).messages


def admitted(token: str) -> Standing:
    """Who comes in with this token; raises NotAuthenticated."""
    standing = standing_of(token, moments.now())
    if standing.right is Right.READ:
        note_shown(standing, moments.now())
    return standing


def take_place(conversation_id: int, process: str) -> int:
    """The customer is here: a socket of theirs, in the place of the oldest where there
    are too many."""
    own = attendance.customer_arrives(conversation_id, process)
    sockets = OpenSocket.objects.filter(conversation=conversation_id).order_by("-pk")
    for oldest in list(sockets.values_list("pk", flat=True)[SOCKETS:]):
        attendance.leave(oldest)
    return own


def compare(lines: Collection[Line]) -> Verdicts:
    """Which chats are not as the database is, and which have lost their place."""
    chats = [line for line in lines if isinstance(line, ChatLine)]
    now = moments.now()
    with consistent_read():
        marks = marks_of({chat.conversation for chat in chats})
        verdicts: dict[Line, int | None] = {
            chat: None
            for chat in chats
            if chat.mark != marks.get(chat.conversation) or _must_ask(chat, now)
        }
        return verdicts | _displaced(chats)


def marks_of(ids: Collection[int]) -> dict[int, Mark]:
    """The marks of these conversations; a few queries for all of them."""
    last = dict(
        Message.objects.filter(conversation__in=ids, public_number__isnull=False)
        .values_list("conversation")
        .annotate(last=Max("public_number"))
    )
    rows = list(
        Conversation.objects.filter(pk__in=ids).values_list(
            "pk", "version", "state", "queue"
        )
    )
    queues = {queue for _pk, _version, state, queue in rows if state == State.OPEN}
    places = _places(queues)
    return {
        pk: Mark(version, last.get(pk, 0), *places.get(pk, (0, None)))
        for pk, version, _state, queue in rows
    }


chats = Lines("chat", compare=compare, keep_alive=attendance.keep_alive)
"""Every open chat of this process."""


def _places(queues: Collection[int]) -> dict[int, tuple[int, int | None]]:
    now = moments.now()
    places: dict[int, tuple[int, int | None]] = {}
    for queue in queues:
        accepted = door.pace_of(queue, now)
        for number, pk in enumerate(door.in_order(queue), start=1):
            places[pk] = (number, door.guess(number, accepted))
    return places


def _must_ask(chat: ChatLine, now: datetime) -> bool:
    """What time and others' use do to a token shows in no mark."""
    is_over = chat.until is not None and now >= chat.until
    return is_over or chat.right is Right.LEARN


def _displaced(chats: Collection[ChatLine]) -> dict[Line, int | None]:
    placed = {chat.socket: chat for chat in chats if chat.socket is not None}
    present = OpenSocket.objects.filter(pk__in=placed)
    lost = placed.keys() - set(present.values_list("pk", flat=True))
    if not lost:
        return {}
    full = (
        OpenSocket.objects.filter(
            conversation__in={placed[pk].conversation for pk in lost}
        )
        .values_list("conversation")
        .annotate(sockets=Count("pk"))
        .filter(sockets__gte=SOCKETS)
    )
    crowded = {conversation for conversation, _sockets in full}
    # A row that the clock took for lost: whoever is still there comes in anew.
    return {
        placed[pk]: TOO_MANY if placed[pk].conversation in crowded else TOO_SLOW
        for pk in lost
    }


def _message(line: LineShown) -> Frame:
    return {"type": "message", "message": line}
