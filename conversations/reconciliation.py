"""Recomputes holds, capacity and states from the rows; there must be no difference."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from conversations.models import (
    ONGOING,
    UNANSWERED,
    Agent,
    Conversation,
    Hold,
    Offer,
)
from conversations.states import (
    HoldCause,
    Mode,
    OfferKind,
    OfferState,
    Phase,
    State,
)


def differences() -> Iterator[str]:
    """One sentence for each thing that is not as the other rows say."""
    yield from _wrong_sums()
    yield from _missing_holds()
    yield from _orphaned_holds()
    yield from _wrong_offers()
    yield from _wrong_primaries()


def _wrong_sums() -> Iterator[str]:
    held = Coalesce(Sum("holds__units", filter=Q(holds__released_at__isnull=True)), 0)
    for agent in Agent.objects.annotate(held=held).exclude(used_units=F("held")):
        yield (
            f"agent {agent.pk}: {agent.used_units} units used, "
            f"but {agent.held} are held"
        )


def _missing_holds() -> Iterator[str]:
    # One and the same hold must fit: `exclude` would take each condition by itself.
    fitting = _open_holds().filter(
        conversation=OuterRef("pk"), cause=HoldCause.SESSION, agent=OuterRef("agent")
    )
    handled = Conversation.objects.filter(
        ONGOING, ~Exists(fitting), state=State.ACTIVE, agent__isnull=False
    )
    for pk, agent in handled.values_list("pk", "agent_id"):
        yield f"conversation {pk}: agent {agent} has it without holding units"
    offered = Offer.objects.filter(UNANSWERED).exclude(kind=OfferKind.CONSULT)
    for offer in offered.select_related("conversation"):
        if not _open_holds().filter(
            conversation=offer.conversation_id, agent=offer.agent_id
        ):
            yield f"offer {offer.pk}: no units are held for it"


def _orphaned_holds() -> Iterator[str]:
    for hold in _open_holds().select_related("conversation", "conversation__offer"):
        if not _justified(hold):
            yield (
                f"hold {hold.pk} ({hold.cause}): conversation {hold.conversation_id} "
                f"is {hold.conversation.situation}"
            )


def _justified(hold: Hold) -> bool:
    conversation = hold.conversation
    if hold.cause == HoldCause.OFFER:
        offer = conversation.offer
        return offer is not None and offer.agent_id == hold.agent_id
    if conversation.agent_id != hold.agent_id:
        return False
    if hold.cause == HoldCause.WRAP_UP:
        return conversation.state == State.WRAP_UP
    return conversation.state == State.ACTIVE


def _wrong_offers() -> Iterator[str]:
    lost = Conversation.objects.filter(offer__isnull=False).exclude(
        offer__state=OfferState.OPEN
    )
    for pk in lost.values_list("pk", flat=True):
        yield f"conversation {pk}: its offer is not open"
    out = Offer.objects.filter(UNANSWERED)
    stray = out.exclude(kind=OfferKind.CONSULT).filter(
        offered_conversation__isnull=True
    )
    for pk in stray.values_list("pk", flat=True):
        yield f"offer {pk}: open, but no conversation has it"
    idle = out.filter(kind=OfferKind.CONSULT).exclude(
        conversation__phase__in=(Phase.IN_CONVERSATION, Phase.TRANSFER_PENDING)
    )
    for pk in idle.values_list("pk", flat=True):
        yield f"offer {pk}: asks for help where nobody talks"


def _wrong_primaries() -> Iterator[str]:
    present = Q(participants__mode=Mode.PRIMARY, participants__left_at__isnull=True)
    seated = Conversation.objects.annotate(seats=Count("pk", filter=present))
    # While it waits for the customer it is its agent's, but nobody sits in it.
    needs_one = Q(agent__isnull=False) & ~Q(state__in=(State.WAITING, State.CLOSED))
    for pk in seated.filter(needs_one & Q(seats=0)).values_list("pk", flat=True):
        yield f"conversation {pk}: has an agent but no primary participant"
    for pk in seated.filter(~needs_one & Q(seats__gt=0)).values_list("pk", flat=True):
        yield f"conversation {pk}: has a primary participant but no agent"
    bots = Conversation.objects.filter(phase=Phase.WITH_BOT, agent__isnull=False)
    for pk in bots.values_list("pk", flat=True):
        yield f"conversation {pk}: is with the bot and with an agent"


def _open_holds() -> QuerySet[Hold]:
    return Hold.objects.filter(released_at__isnull=True)
