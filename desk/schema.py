"""What the desk's requests and answers look like."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from accounts.openapi import ERRORS, ErrorSerializer, error_responses
from accounts.serializers import StrictCharField, StrictIntegerField, StrictSerializer
from conversations.schema import (
    AgentRowSerializer,
    ConversationRowSerializer,
    SkillSerializer,
)
from conversations.states import OfferKind, OfferState, Presence


class NothingSerializer(StrictSerializer):
    """An empty object: the address says it all."""


class StateVersionSerializer(StrictSerializer):
    """Which state of the conversation the agent has seen."""

    state_version = StrictIntegerField(min_value=0)


class CloseSerializer(StateVersionSerializer):
    """The end of the wrap-up."""

    notes = StrictCharField(max_length=4_000, required=False, allow_blank=True)


class NotesSerializer(StrictSerializer):
    """What the agent notes of the conversation."""

    text = StrictCharField(max_length=4_000, allow_blank=True)


class NoticeReadSerializer(StrictSerializer):
    """Which version of the notice was read."""

    text_version = StrictCharField(max_length=40)


class UserSerializer(StrictSerializer):
    """Whom it is about."""

    user = StrictIntegerField(min_value=1)


class ConsultSerializer(StateVersionSerializer):
    """Whom to ask, and what: an agent, or (by user) a supervisor."""

    agent = StrictIntegerField(min_value=1, required=False)
    supervisor = StrictIntegerField(min_value=1, required=False)
    text = StrictCharField(max_length=200, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """One person, not none and not two."""
        return _one_of(attrs, "agent", "supervisor")


class HandOverSerializer(StateVersionSerializer):
    """To whom: an agent of the queue, or another queue."""

    agent = StrictIntegerField(min_value=1, required=False)
    queue = StrictIntegerField(min_value=1, required=False)
    text = StrictCharField(max_length=200, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """One target, not none and not two."""
        return _one_of(attrs, "agent", "queue")


def _one_of(attrs: dict[str, object], *names: str) -> dict[str, object]:
    if sum(name in attrs for name in names) != 1:
        raise serializers.ValidationError(_("Name exactly one of them."))
    return attrs


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
        allow_null=True, help_text="Whose wish it is; null when it was routed."
    )
    handed_over = serializers.BooleanField(help_text="By the agent who had it.")
    text = serializers.CharField(allow_blank=True)


class OfferToYouSerializer(OfferFactsSerializer):
    """An open offer with the conversation that it is about."""

    conversation = ConversationRowSerializer()
    queue_name = serializers.CharField()


class DeskParticipantSerializer(serializers.Serializer[object]):
    """Who takes part; monitors are not among them."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=["customer", "agent", "supervisor", "bot"])
    mode = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    since = serializers.DateTimeField()
    you = serializers.BooleanField()
    user = serializers.IntegerField(allow_null=True)
    is_added = serializers.BooleanField()


class ConsultOutSerializer(serializers.Serializer[object]):
    """Somebody who was asked for help and has not answered yet."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    expires_at = serializers.DateTimeField()
    text = serializers.CharField(allow_blank=True)


class UnansweredSerializer(serializers.Serializer[object]):
    """Seconds without an answer after which it is amber, and red."""

    soon = serializers.IntegerField()
    breach = serializers.IntegerField()


class EntrySerializer(ConversationRowSerializer):
    """The row, and what only the desk shows."""

    role = serializers.ChoiceField(choices=["primary", "consult"])
    is_added = serializers.BooleanField()
    participants = DeskParticipantSerializer(many=True)
    notes = serializers.CharField(allow_blank=True)
    consults = ConsultOutSerializer(many=True)
    queue_name = serializers.CharField()
    earlier = serializers.IntegerField(help_text="Earlier ones, of 90 days.")
    offer_target = serializers.CharField(
        allow_null=True, help_text="Whose answer a pending transfer waits for."
    )
    unanswered = UnansweredSerializer()


class AgentNoticeSerializer(serializers.Serializer[object]):
    """The notice to agents."""

    text = serializers.CharField(allow_blank=True)
    text_version = serializers.CharField()
    acknowledged = serializers.BooleanField()


class LabelSerializer(serializers.Serializer[object]):
    """A presence of the house's own."""

    name = serializers.CharField()
    base = serializers.ChoiceField(choices=list(Presence))


class NamedSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class DeskAlertSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField()
    level = serializers.CharField()
    kind = serializers.CharField()
    params = serializers.DictField()
    conversation = serializers.IntegerField(allow_null=True)


class DeskSerializer(serializers.Serializer[object]):
    """Everything on the calling agent's desk."""

    server_time = serializers.DateTimeField()
    compared_at = serializers.DateTimeField()
    digest = serializers.CharField()
    agent = AgentRowSerializer()
    notice = AgentNoticeSerializer()
    offers = OfferToYouSerializer(many=True)
    conversations = EntrySerializer(many=True)
    pickable = ConversationRowSerializer(many=True)
    alerts = DeskAlertSerializer(many=True)
    labels = LabelSerializer(many=True)
    queues = NamedSerializer(many=True)


class OfferAnsweredSerializer(serializers.Serializer[object]):
    """The offer after the answer, and what became of its conversation."""

    offer = OfferFactsSerializer()
    conversation = ConversationRowSerializer(allow_null=True)


class OfferOutSerializer(serializers.Serializer[object]):
    """An offer that the agent has made."""

    offer = OfferFactsSerializer()


class HandedOverSerializer(serializers.Serializer[object]):
    """The conversation, and the offer where it goes to an agent."""

    conversation = ConversationRowSerializer()
    offer = OfferFactsSerializer(allow_null=True)


class ColleagueSerializer(serializers.Serializer[object]):
    """An agent: `eligible` to take it over, `consultable` for help; why not."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    presence = serializers.ChoiceField(choices=list(Presence))
    presence_label = serializers.CharField(allow_blank=True)
    presence_since = serializers.DateTimeField()
    used_units = serializers.IntegerField()
    total_units = serializers.IntegerField()
    units_over = serializers.IntegerField()
    in_queue = serializers.BooleanField()
    eligible = serializers.BooleanField()
    consultable = serializers.BooleanField()
    code = serializers.CharField(allow_null=True)
    detail = serializers.CharField(allow_blank=True)
    skills = SkillSerializer(many=True)
    match = serializers.IntegerField()
    queues = serializers.ListField(child=serializers.CharField())


class ColleaguesSerializer(serializers.Serializer[object]):
    """Whom the agent may ask, and to whom they may hand it over."""

    agents = ColleagueSerializer(many=True)
    supervisors = NamedSerializer(many=True)
    queues = NamedSerializer(many=True)


class DeskPeopleSerializer(serializers.Serializer[object]):
    """Who takes part now."""

    participants = DeskParticipantSerializer(many=True)


class NotesSavedSerializer(serializers.Serializer[object]):
    notes = serializers.CharField(allow_blank=True)


class NoticeShownSerializer(serializers.Serializer[object]):
    notice = AgentNoticeSerializer()


class QuickReplySerializer(serializers.Serializer[object]):
    id = serializers.IntegerField()
    shortcut = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    language = serializers.CharField(allow_blank=True)
    queues = serializers.ListField(child=serializers.IntegerField())


class QuickRepliesSerializer(serializers.Serializer[object]):
    """Canned answers, by shortcut."""

    quick_replies = QuickReplySerializer(many=True)


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
