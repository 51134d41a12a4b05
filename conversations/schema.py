"""The rows for the OpenAPI document; `rows` builds them, these only describe them."""

from __future__ import annotations

from rest_framework import serializers

from conversations.sentiment import Level
from conversations.states import (
    CLOSING_CLOCKS,
    Channel,
    ChannelKind,
    Elevation,
    Method,
    OfferKind,
    Phase,
    Presence,
    State,
    StatusReason,
)


class OfferSerializer(serializers.Serializer[object]):
    """The offer that is out on a conversation."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=list(OfferKind))
    agent = serializers.IntegerField()
    expires_at = serializers.DateTimeField()


class MoodSerializer(serializers.Serializer[object]):
    """How the customer seems to feel: a hint for triage, never a fact."""

    level = serializers.ChoiceField(choices=list(Level))
    score = serializers.FloatField(allow_null=True)
    trend = serializers.ChoiceField(choices=["falling", "steady", "rising"])
    points = serializers.ListField(child=serializers.FloatField())


class CustomerSerializer(serializers.Serializer[object]):
    name = serializers.CharField()


class ClosesSerializer(serializers.Serializer[object]):
    """When it will end by itself unless something happens."""

    kind = serializers.ChoiceField(choices=list(CLOSING_CLOCKS))
    at = serializers.DateTimeField()


class HandSerializer(serializers.Serializer[object]):
    """The agent's raised hand."""

    since = serializers.DateTimeField()
    text = serializers.CharField()


class SkillSerializer(serializers.Serializer[object]):
    name = serializers.CharField()
    proficiency = serializers.IntegerField()


class ConversationRowSerializer(serializers.Serializer[object]):
    """A row of the floor."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    state_version = serializers.IntegerField()
    subject = serializers.CharField()
    channel = serializers.ChoiceField(choices=list(Channel))
    channel_kind = serializers.ChoiceField(choices=list(ChannelKind))
    elevated = serializers.ChoiceField(
        choices=[member for member in Elevation if member], allow_null=True
    )
    state = serializers.ChoiceField(choices=list(State))
    phase = serializers.ChoiceField(
        choices=[member for member in Phase if member], allow_null=True
    )
    status_reason = serializers.ChoiceField(choices=list(StatusReason))
    queue = serializers.IntegerField()
    agent = serializers.IntegerField(allow_null=True)
    customer = CustomerSerializer()
    priority = serializers.IntegerField()
    opened_at = serializers.DateTimeField()
    queued_at = serializers.DateTimeField()
    state_since = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    last_customer_message_at = serializers.DateTimeField(allow_null=True)
    last_agent_message_at = serializers.DateTimeField(allow_null=True)
    unanswered_since = serializers.DateTimeField(allow_null=True)
    transfer_count = serializers.IntegerField()
    sentiment = MoodSerializer()
    offer = OfferSerializer(allow_null=True)
    attention = serializers.ListField(child=serializers.DictField())
    units = serializers.IntegerField()
    language = serializers.CharField(allow_blank=True)
    consent_recorded = serializers.BooleanField()
    workstream = serializers.CharField()
    wait_since = serializers.DateTimeField(allow_null=True)
    waited_seconds = serializers.IntegerField(allow_null=True)
    bot_name = serializers.CharField(allow_blank=True)
    skills = SkillSerializer(many=True)
    closes = ClosesSerializer(allow_null=True)
    hand = HandSerializer(allow_null=True)


class AgentRowSerializer(serializers.Serializer[object]):
    """An agent as the floor sees them."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    state_version = serializers.IntegerField()
    user = serializers.IntegerField()
    name = serializers.CharField()
    presence = serializers.ChoiceField(choices=list(Presence))
    presence_label = serializers.CharField(allow_blank=True)
    presence_since = serializers.DateTimeField()
    presence_set_by = serializers.CharField()
    presence_reason = serializers.CharField(allow_blank=True)
    used_units = serializers.IntegerField()
    total_units = serializers.IntegerField()
    skills = SkillSerializer(many=True)


class WhyNothingSerializer(serializers.Serializer[object]):
    """What waits in a queue, and why this agent gets nothing of it just now."""

    queue = serializers.IntegerField()
    queue_name = serializers.CharField()
    waiting = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True)
    reason_text = serializers.CharField(allow_blank=True)


class AgentRoutingSerializer(serializers.Serializer[object]):
    """By queue of the agent."""

    now = WhyNothingSerializer(many=True)


class QueueRowSerializer(serializers.Serializer[object]):
    """A queue with the ids of its members."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    type = serializers.ChoiceField(choices=list(ChannelKind))
    priority = serializers.IntegerField()
    open = serializers.BooleanField()
    method = serializers.ChoiceField(choices=list(Method))
    service_level_seconds = serializers.IntegerField()
    agents = serializers.ListField(child=serializers.IntegerField())
