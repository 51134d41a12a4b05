"""The sets of choices that the OpenAPI document names; settings point at them."""

from __future__ import annotations

from collections.abc import Iterable

from conversations.states import (
    ChannelKind,
    Elevation,
    OfferKind,
    OfferState,
    Presence,
    Sender,
    State,
    Visibility,
)


def _pairs(codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(code, code) for code in codes if code]


STATES = _pairs(State)
OFFER_STATES = _pairs(OfferState)
OFFER_KINDS = _pairs(OfferKind)
SENDERS = _pairs(Sender)
PARTICIPANT_KINDS = _pairs(("customer", "agent", "supervisor", "bot"))
VISIBILITIES = _pairs(Visibility)
PUBLIC_ONLY = _pairs((Visibility.PUBLIC,))
PRESENCES = _pairs(Presence)
SETTABLE_PRESENCES = _pairs(p for p in Presence if p is not Presence.INACTIVE)
CHANNEL_KINDS = _pairs(ChannelKind)
ELEVATIONS = _pairs(Elevation)
