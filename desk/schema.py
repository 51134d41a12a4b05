"""What the desk's requests and answers look like."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from accounts.openapi import ERRORS, ErrorSerializer, error_responses
from accounts.serializers import StrictIntegerField, StrictSerializer
from conversations.schema import AgentRowSerializer, ConversationRowSerializer
from conversations.states import OfferKind, OfferState


class NothingSerializer(StrictSerializer):
    """An empty object: the address says it all."""


class StateVersionSerializer(StrictSerializer):
    """Which state of the conversation the agent has seen."""

    state_version = StrictIntegerField(min_value=0)


class OfferFactsSerializer(serializers.Serializer[object]):
    """An offer as its target sees it."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=list(OfferKind))
    state = serializers.ChoiceField(choices=list(OfferState))
    units = serializers.IntegerField()
    units_over = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    offered_by = serializers.CharField(
        allow_null=True, help_text="The supervisor's name; null when it was routed."
    )


class OfferToYouSerializer(OfferFactsSerializer):
    """An open offer with the conversation that it is about."""

    conversation = ConversationRowSerializer()


class DeskSerializer(serializers.Serializer[object]):
    """Everything on the calling agent's desk."""

    agent = AgentRowSerializer()
    offers = OfferToYouSerializer(many=True)
    conversations = ConversationRowSerializer(many=True)


class OfferAnsweredSerializer(serializers.Serializer[object]):
    """The offer after the answer, and what became of its conversation."""

    offer = OfferFactsSerializer()
    conversation = ConversationRowSerializer()


class DeskConversationSerializer(serializers.Serializer[object]):
    """The conversation after the command."""

    conversation = ConversationRowSerializer()


class DeskConflictSerializer(ErrorSerializer):
    """Not as things are now: with the row as it is."""

    conversation = ConversationRowSerializer()


REFUSALS = {
    **error_responses(400, 401, 403, 404),
    409: OpenApiResponse(DeskConflictSerializer, ERRORS[409]),
}
"""Every answer but 200 of a command at the desk."""
