"""The snapshot for the OpenAPI document."""

from __future__ import annotations

from rest_framework import serializers

from conversations.schema import (
    AgentRowSerializer,
    ConversationRowSerializer,
    QueueRowSerializer,
)


class BoardQuerySerializer(serializers.Serializer[object]):
    """How new it must be."""

    shared = serializers.BooleanField(
        required=False,
        default=False,
        help_text="As packed for all who poll: at most a second old, and far cheaper.",
    )


class BoardSerializer(serializers.Serializer[object]):
    """Everything ongoing in the caller's scope."""

    type = serializers.CharField()
    server_time = serializers.DateTimeField()
    compared_at = serializers.DateTimeField()
    hub = serializers.CharField(allow_blank=True)
    tick = serializers.IntegerField()
    digest = serializers.CharField()
    count = serializers.IntegerField()
    settings = serializers.DictField()
    me = serializers.DictField()
    metrics = serializers.DictField()
    conversations = ConversationRowSerializer(many=True)
    agents = AgentRowSerializer(many=True)
    queues = QueueRowSerializer(many=True)
