"""Passes: a customer's right to one conversation, and the tokens that prove it.

The generation of the tokens that are good follows from the conversation's own state:
one while it goes on, the next once it has ended. So a token changes in the very
transaction that ends the conversation, whoever ends it, and nothing can forget to.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAuthenticated

from conversations.locks import one_transaction
from conversations.models import Conversation
from gateways.chat.endings import Ending, ending_of
from gateways.models import ChatPass, ChatSite

LONGEST = 200  # characters; ours have ninety
RECEIPT_LIVES = timedelta(hours=24)
TOLD_AGAIN = timedelta(hours=1)
_SALT = "gateways.chat.pass"


class Right(Enum):
    """What a token is good for."""

    TALK = "everything, while the conversation goes on"
    READ = "reading and rating, for a while after the end"
    LEARN = "learning that it has ended, and getting the next token"


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody at the door, with what they may do in their conversation."""

    chat_pass: ChatPass
    conversation: Conversation
    ending: Ending | None
    right: Right

    @property
    def next_token(self) -> str | None:
        """The token that replaces the one that was shown; None: keep it."""
        if self.right is not Right.LEARN:
            return None
        return token_of(self.chat_pass, self.chat_pass.generation + 1)


def new_pass(
    conversation: Conversation,
    site: ChatSite,
    *,
    made_for: str,
    client_id: str,
    now: datetime,
) -> ChatPass:
    """A pass for a conversation that was opened just now."""
    return ChatPass.objects.create(
        conversation=conversation,
        site=site,
        nonce=secrets.token_urlsafe(32),
        made_at=now,
        made_for=made_for,
        client_id=client_id,
    )


def opening_mark(client_id: str) -> str:
    """What is kept of the browser's id of an opening: whoever repeats it gets in."""
    return hashlib.sha256(client_id.encode()).hexdigest()


def live_token(chat_pass: ChatPass, now: datetime) -> str | None:
    """The token that is good now; None where none is any more."""
    ending = ending_of(chat_pass.conversation)
    generation = chat_pass.generation + (ending is not None)
    right = right_of(chat_pass, ending, generation, now)
    return None if right is None else token_of(chat_pass, generation)


def token_of(chat_pass: ChatPass, generation: int) -> str:
    """The token of one generation: always the same, and never stored."""
    return _signer().sign(f"{chat_pass.nonce}:{generation}")


def standing_of(
    token: str, now: datetime, *, conversation: Conversation | None = None
) -> Standing:
    """Who holds this token; raises NotAuthenticated, the same for every reason.

    Under a lock give the locked `conversation`, whose state is the one that counts.
    """
    nonce, generation = _read(token)
    chat_pass = (
        ChatPass.objects.select_related(
            "site__workstream",
            "conversation__customer",
            "conversation__agent",
        )
        .filter(nonce=nonce)
        .first()
    )
    if chat_pass is None:
        raise no_token()
    conversation = conversation or chat_pass.conversation
    if conversation.pk != chat_pass.conversation_id:
        raise no_token()
    ending = ending_of(conversation)
    right = right_of(chat_pass, ending, generation, now)
    if right is None:
        raise no_token()
    return Standing(chat_pass, conversation, ending, right)


def right_of(
    chat_pass: ChatPass, ending: Ending | None, generation: int, now: datetime
) -> Right | None:
    """What a token of this generation is good for now; None: for nothing."""
    ahead = generation - chat_pass.generation
    if ending is None:
        return Right.TALK if ahead == 0 else None
    if now >= ending.at + RECEIPT_LIVES:
        return None
    if ahead == 1:
        return Right.READ
    return Right.LEARN if ahead == 0 and _is_told(chat_pass, now) else None


def conversation_of(token: str) -> int:
    """Whose lock to take before asking for a standing; raises NotAuthenticated."""
    nonce, _generation = _read(token)
    found = ChatPass.objects.filter(nonce=nonce).values_list("conversation_id")
    for (pk,) in found:
        return int(pk)
    raise no_token()


def note_shown(standing: Standing, now: datetime) -> None:
    """Remember that the next token was given out, or that it has been used: from then
    on the one before is told for a while more, or not at all."""
    chat_pass = standing.chat_pass
    if standing.right is Right.LEARN and chat_pass.rotated_at is None:
        _stamp(chat_pass.pk, "rotated_at", now)
    if standing.right is Right.READ and chat_pass.receipt_used_at is None:
        _stamp(chat_pass.pk, "receipt_used_at", now)


def no_token() -> NotAuthenticated:
    """One and the same refusal for everything that is wrong with a token."""
    # From nothing: what was shown must not stand in a trace.
    return NotAuthenticated(_("This chat is not yours, or it is over."))


@one_transaction
def _stamp(pk: int, field: str, now: datetime) -> None:
    unset = ChatPass.objects.filter(pk=pk, **{f"{field}__isnull": True})
    unset.update(**{field: now})


def _is_told(chat_pass: ChatPass, now: datetime) -> bool:
    if chat_pass.receipt_used_at is not None:
        return False
    first = chat_pass.rotated_at
    return first is None or now < first + TOLD_AGAIN


def _read(token: str) -> tuple[str, int]:
    """Nonce and generation of a token that we have signed."""
    if len(token) > LONGEST:
        raise no_token()
    try:
        nonce, _colon, generation = _signer().unsign(token).rpartition(":")
        return nonce, int(generation)
    except (BadSignature, ValueError):
        raise no_token() from None


def _signer() -> Signer:
    return Signer(salt=_SALT)
