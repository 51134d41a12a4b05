"""What customers do at their own door: each command one short transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError
from django.utils.translation import gettext as _
from rest_framework.serializers import ValidationError

from conversations import attendance, moments
from conversations.events import CUSTOMER
from conversations.locks import one_transaction
from conversations.models import Conversation, FloorSettings, Message, Workstream
from conversations.notices import version_of
from conversations.refusals import Refused
from conversations.states import ConsentMode, Sender
from conversations.transitions import arrival, chatting
from conversations.transitions.scene import Scene, enter_or_refuse
from gateways.chat import limits, passes
from gateways.chat.door import closed_now, notice_shown, takes_in
from gateways.chat.passes import Right, Standing
from gateways.models import ChatPass, ChatSite

R = TypeVar("R")

SUBJECT = 80  # characters of the question that stand for all of it


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody answered to the notice, and to which text."""

    given: bool
    text_version: str


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody wants to talk, or leaves a message: who, what, from where."""

    site: ChatSite
    name: str
    text: str
    client_id: str
    made_for: str
    address: str = ""
    language: str = ""
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The conversation's token; whether it was there already."""

    token: str
    is_new: bool


def open_chat(opening: Opening) -> Opened:
    """Open a conversation, or find the one that the same request has opened."""
    return _once(opening, _open_chat)


def leave_message(opening: Opening) -> bool:
    """Keep what somebody writes while nobody is there; False where it was kept
    already."""
    return _once(opening, _leave_message)


@one_transaction
def write(token: str, text: str, client_id: str) -> Message:
    """The customer says something; the same `client_id` is stored once."""
    scene, standing = _enter(token, to_talk=True)
    said = arrival.said_before(scene, Sender.CUSTOMER, client_id)
    if said is not None:
        return said
    if standing.right is not Right.TALK:
        raise _not_now(_("This conversation has ended."))
    limits.refuse_many_messages(scene.conversation, scene.now)
    return arrival.customer_writes(scene, text, client_id=client_id)


def stay(token: str) -> None:
    """The customer's page is there, even where no socket gets through."""
    standing = passes.standing_of(token, moments.now())
    if standing.right is Right.TALK:
        attendance.customer_polls(standing.conversation.pk)


def refuse_flood(token: str) -> None:
    """The same limit before any lock is asked for, so that a flood of messages never
    stands in the way of the agents."""
    conversation_id = passes.conversation_of(token)
    limits.refuse_many_messages(conversation_id, moments.now())


@one_transaction
def end(token: str) -> None:
    """The customer ends it; ending what has ended changes nothing."""
    scene, standing = _enter(token)
    if standing.ending is None:
        arrival.customer_ends(scene)


@one_transaction
def rate(token: str, score: int, comment: str) -> None:
    """What the customer thinks of it, after the end; the last word counts."""
    scene, standing = _enter(token, to_talk=True)
    if standing.right is not Right.READ:
        raise _not_now(_("A conversation can be rated after it has ended."))
    if scene.conversation.first_accepted_at is None:
        raise _not_now(_("Nobody had come yet whom you could rate."))
    chatting.rate(scene.conversation, score, comment, now=scene.now)


def _once(opening: Opening, keep: Callable[[Opening], R]) -> R:
    try:
        return keep(opening)
    except IntegrityError:
        # The same request came twice at the same moment by different ways.
        return keep(opening)


@one_transaction
def _open_chat(opening: Opening) -> Opened:
    now = moments.now()
    known = _known(opening)
    if known is not None:
        return Opened(_token_again(known, opening, now), is_new=False)
    floor = FloorSettings.current()
    _refuse_stale_consent(opening, floor)
    if floor.consent_mode == ConsentMode.CONSENT and not _consents(opening):
        raise Refused(
            "consent_missing", _("This chat needs your consent before you begin.")
        )
    limits.refuse_many_openings(opening.made_for, now)
    queue = opening.site.workstream.queue
    if not takes_in(queue):
        raise closed_now(queue)
    conversation = _arrive(opening, opening.site.workstream, now)
    token = passes.live_token(_pass_for(conversation, opening, now), now)
    assert token is not None
    return Opened(token, is_new=True)


@one_transaction
def _leave_message(opening: Opening) -> bool:
    now = moments.now()
    if _known(opening) is not None:
        return False
    _refuse_stale_consent(opening, FloorSettings.current())
    limits.refuse_many_openings(opening.made_for, now)
    stream = opening.site.offline_workstream
    if stream is None:
        raise closed_now(opening.site.workstream.queue)
    # Nobody gets the token of this pass: it counts for the address, and once.
    _pass_for(_arrive(opening, stream, now), opening, now)
    return True


def _arrive(opening: Opening, stream: Workstream, now: datetime) -> Conversation:
    consent = opening.consent
    facts = arrival.Arrival(
        workstream=stream,
        queue=stream.queue,
        customer_name=opening.name,
        address=opening.address,
        subject=_subject(opening.text),
        language=opening.language,
        text=opening.text,
        client_id=opening.client_id,
        consent=consent.given if consent else None,
        consent_text_version=consent.text_version if consent else "",
    )
    return arrival.open_conversation(facts, by=CUSTOMER, now=now)


def _pass_for(conversation: Conversation, opening: Opening, now: datetime) -> ChatPass:
    return passes.new_pass(
        conversation,
        opening.site,
        made_for=opening.made_for,
        client_id=passes.opening_mark(opening.client_id),
        now=now,
    )


def _known(opening: Opening) -> ChatPass | None:
    mark = passes.opening_mark(opening.client_id)
    known = ChatPass.objects.select_related("conversation__customer")
    return known.filter(client_id=mark).first()


def _token_again(chat_pass: ChatPass, opening: Opening, now: datetime) -> str:
    """The token for whoever repeats the opening whole; the id alone opens nothing."""
    conversation = chat_pass.conversation
    first = conversation.messages.filter(
        sender_kind=Sender.CUSTOMER, client_id=opening.client_id
    ).first()
    asked = first.text if first else ""
    same = (conversation.customer.name, asked) == (opening.name, opening.text)
    token = passes.live_token(chat_pass, now)
    if not same or token is None or not _is_chat(chat_pass, opening.site):
        problem = _("This was used for another conversation; begin a new one.")
        raise ValidationError({"client_id": [problem]})
    return token


def _is_chat(chat_pass: ChatPass, site: ChatSite) -> bool:
    """A chat of this site, not something left for later."""
    own_stream = chat_pass.conversation.workstream_id == site.workstream_id
    return own_stream and chat_pass.site_id == site.pk


def _consents(opening: Opening) -> bool:
    return opening.consent is not None and opening.consent.given


def _refuse_stale_consent(opening: Opening, floor: FloorSettings) -> None:
    """Nobody agrees to a text that is not the present one."""
    consent = opening.consent
    if consent is None or consent.text_version == version_of(floor.customer_notice):
        return
    raise Refused(
        "invalid",
        _("The notice has changed; please read it again."),
        notice=notice_shown(floor),
    )


def _enter(token: str, *, to_talk: bool = False) -> tuple[Scene, Standing]:
    """The locked conversation of this token, which is judged again under the lock."""
    scene = enter_or_refuse(passes.conversation_of(token), to_talk=to_talk)
    standing = passes.standing_of(token, scene.now, conversation=scene.conversation)
    return scene, standing


def _not_now(sentence: str) -> Refused:
    """The door adds the state; rows are nothing for customers."""
    return Refused("wrong_state", sentence)


def _subject(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SUBJECT else f"{line[: SUBJECT - 1].rstrip()}…"
