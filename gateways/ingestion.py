"""Customers' messages of many conversations in one request: each conversation's are one
short transaction of their own, and one that fails does not stop the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from conversations import receipts
from conversations.once import with_messages, without_messages
from conversations.receipts import Body, Claim, Outcome
from conversations.refusals import Refused
from conversations.transitions.arrival import Words
from conversations.viewers import MessageShown, Viewer
from gateways.commands import customer_writes
from gateways.reading import messages_shown


class Entry(TypedDict, total=False):
    """A message as it came, and the conversation that it is for."""

    conversation: int
    text: str
    client_id: str


class Result(TypedDict, total=False):
    """What became of a message: `message` and where it stands, or why it is nowhere."""

    conversation: int
    client_id: str
    ok: bool
    message: MessageShown
    stands_in: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A result for each message, in their order; `replayed`: nothing was done."""

    results: list[Result]
    replayed: bool


def take_in(entries: Sequence[Entry], claim: Claim | None) -> Taken:
    """All of it, conversation by conversation in the order of their ids. A claim is
    kept for each, so that a request that broke off goes on where it was."""
    if claim is not None:
        receipts.once(claim, _nothing)  # refuses another list under the same key
    results: dict[int, Result] = {}
    again = []
    for conversation, places in sorted(_by_conversation(entries).items()):
        words = [_words(entries[place]) for place in places]
        found, replayed = _results(conversation, words, claim)
        again.append(replayed)
        results |= dict(zip(places, found, strict=True))
    return Taken([results[place] for place in range(len(entries))], all(again))


def _nothing() -> Outcome:
    return Outcome(200, {}, {})


def _by_conversation(entries: Iterable[Entry]) -> dict[int, list[int]]:
    places: dict[int, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        places[entry["conversation"]].append(place)
    return places


def _words(entry: Entry) -> Words:
    return Words(entry["text"], entry.get("client_id", ""))


def _results(
    conversation: int, words: Sequence[Words], claim: Claim | None
) -> tuple[list[Result], bool]:
    try:
        outcome = _written(conversation, words, claim)
        body = outcome.body
        if outcome.replayed:
            body = with_messages(body, Viewer.CUSTOMER)
    except Refused as refused:
        return [_refused(conversation, said, refused) for said in words], False
    done = zip(words, body["messages"], strict=True)
    return [
        {
            "conversation": conversation,
            "client_id": said.client_id,
            "ok": True,
            "message": message,
            "stands_in": body["stands_in"],
        }
        for said, message in done
    ], outcome.replayed


def _written(conversation: int, words: Sequence[Words], claim: Claim | None) -> Outcome:
    def command() -> Outcome:
        said = customer_writes(conversation, words)
        shown: Body = {
            "messages": messages_shown(said.messages),
            "stands_in": said.conversation.pk,
        }
        kept = without_messages(shown, [message.pk for message in said.messages])
        return Outcome(200, shown, kept)

    return (
        command() if claim is None else receipts.once(claim.of(conversation), command)
    )


def _refused(conversation: int, said: Words, refused: Refused) -> Result:
    return {
        "conversation": conversation,
        "client_id": said.client_id,
        "ok": False,
        "code": refused.code,
        "detail": refused.detail,
    }
