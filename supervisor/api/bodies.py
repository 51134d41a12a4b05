"""What the commands take and give: strict input, documented output."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from accounts.openapi import ERRORS, ErrorSerializer
from accounts.serializers import (
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictSerializer,
)
from conversations.models.message import MAX_TEXT
from conversations.schema import (
    AgentRowSerializer,
    ConversationRowSerializer,
    OfferSerializer,
    SkillSerializer,
)
from conversations.states import Presence, Sender, Visibility
from supervisor.rules import Action

MAX_REASON = 500


class VersionBody(StrictSerializer):
    """The version of the row that the person saw."""

    state_version = StrictIntegerField(min_value=1)


class ReasonedBody(VersionBody):
    reason = StrictCharField(max_length=MAX_REASON, required=False, allow_blank=True)


class TransferBody(ReasonedBody):
    agent = StrictIntegerField(min_value=1)
    override = StrictBooleanField(required=False, default=False)


class AssignBody(ReasonedBody):
    """Either an agent or a queue."""

    agent = StrictIntegerField(min_value=1, required=False)
    queue = StrictIntegerField(min_value=1, required=False)
    override = StrictBooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """One target, not none and not two."""
        if ("agent" in attrs) == ("queue" in attrs):
            raise serializers.ValidationError(
                _("Name one target: either an agent or a queue.")
            )
        return attrs


class MessageBody(StrictSerializer):
    text = StrictCharField(max_length=MAX_TEXT)
    visibility = StrictChoiceField(choices=list(Visibility), required=False)
    client_id = StrictCharField(max_length=64, required=False, allow_blank=True)


class HandBody(StrictSerializer):
    """What the agent needs help with, in a sentence."""

    text = StrictCharField(max_length=200)


class AgentBody(VersionBody):
    presence = StrictChoiceField(
        choices=[p for p in Presence if p is not Presence.INACTIVE], required=False
    )
    presence_label = StrictCharField(max_length=60, required=False, allow_blank=True)
    capacity_units = StrictIntegerField(min_value=0, max_value=10_000, required=False)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """A label says more about a presence; alone it says nothing."""
        if "presence" not in attrs and "capacity_units" not in attrs:
            raise serializers.ValidationError(
                _("Say what to change: presence or capacity_units.")
            )
        return attrs


class GoneSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    reason = serializers.CharField()
    by = serializers.CharField(allow_blank=True)


class AssignedSerializer(serializers.Serializer[object]):
    conversation = ConversationRowSerializer(allow_null=True)
    gone = GoneSerializer(allow_null=True)
    offer = OfferSerializer(allow_null=True)
    units_over = serializers.IntegerField()


class TransferredSerializer(serializers.Serializer[object]):
    conversation = ConversationRowSerializer()
    offer = OfferSerializer()
    units_over = serializers.IntegerField()


class ConversationSerializer(serializers.Serializer[object]):
    conversation = ConversationRowSerializer()


class ParticipantSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=["customer", "agent", "supervisor", "bot"])
    mode = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    since = serializers.DateTimeField()
    you = serializers.BooleanField()
    user = serializers.IntegerField(allow_null=True)
    is_added = serializers.BooleanField()


class WatchedSerializer(serializers.Serializer[object]):
    conversation = ConversationRowSerializer()
    participants = ParticipantSerializer(many=True)


class SenderSerializer(serializers.Serializer[object]):
    kind = serializers.ChoiceField(choices=list(Sender))
    name = serializers.CharField(allow_blank=True)


class MessageSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    sender = SenderSerializer()
    visibility = serializers.ChoiceField(choices=list(Visibility))
    text = serializers.CharField()
    sentiment = serializers.CharField(allow_null=True)
    code = serializers.CharField(allow_blank=True)
    params = serializers.DictField()


class SentSerializer(serializers.Serializer[object]):
    message = MessageSerializer()


class TranscriptSerializer(serializers.Serializer[object]):
    messages = MessageSerializer(many=True)


class EventSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    actor = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment]


class SessionSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField()
    queue = serializers.CharField()
    agent = serializers.CharField(allow_blank=True)
    opened_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class AllowedSerializer(serializers.Serializer[object]):
    allowed = serializers.BooleanField()
    code = serializers.CharField(allow_null=True)
    detail = serializers.CharField(allow_blank=True)


class ActionsSerializer(serializers.Serializer[object]):
    def get_fields(
        self,
    ) -> dict[str, serializers.Field[object, object, object, object]]:
        """One entry for each action of the table."""
        return {action.value: AllowedSerializer() for action in Action}


class DetailSerializer(ConversationRowSerializer):
    actions = ActionsSerializer()
    participants = ParticipantSerializer(many=True)
    sessions = SessionSerializer(many=True)
    timeline = EventSerializer(many=True)


class CandidateSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    presence = serializers.ChoiceField(choices=list(Presence))
    presence_label = serializers.CharField(allow_blank=True)
    presence_since = serializers.DateTimeField()
    presence_set_by = serializers.CharField()
    used_units = serializers.IntegerField()
    total_units = serializers.IntegerField()
    units_over = serializers.IntegerField()
    eligible = serializers.BooleanField()
    possible = serializers.BooleanField()
    code = serializers.CharField(allow_null=True)
    detail = serializers.CharField(allow_blank=True)
    skills = SkillSerializer(many=True)
    match = serializers.IntegerField()


class QueueNameSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class CandidatesSerializer(serializers.Serializer[object]):
    agents = CandidateSerializer(many=True)
    queues = QueueNameSerializer(many=True)


class PresenceStaySerializer(serializers.Serializer[object]):
    """How long a presence lasted; `until` null: it is the present one."""

    presence = serializers.ChoiceField(choices=list(Presence))
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    set_by = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)


class PresenceHistorySerializer(serializers.Serializer[object]):
    """Newest first."""

    stays = PresenceStaySerializer(many=True)


class AgentSerializer(serializers.Serializer[object]):
    agent = AgentRowSerializer()


class ConflictSerializer(ErrorSerializer):
    """Not as things are now: with the row as it is."""

    conversation = ConversationRowSerializer()
    units_over = serializers.IntegerField(
        required=False, help_text="With `capacity_exceeded`: by how many units."
    )


class AgentConflictSerializer(ErrorSerializer):
    """The agent has changed since: with the agent as it is."""

    agent = AgentRowSerializer()


CONFLICT = {409: OpenApiResponse(ConflictSerializer, ERRORS[409])}
AGENT_CONFLICT = {409: OpenApiResponse(AgentConflictSerializer, ERRORS[409])}
