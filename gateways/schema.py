"""What the requests of channels and machines look like, and what they get back."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from accounts.openapi import ERRORS, ErrorSerializer, error_responses
from accounts.serializers import (
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictSerializer,
)
from conversations.models.message import MAX_TEXT
from conversations.schema import ConversationRowSerializer
from conversations.states import Channel, Sender
from gateways.fields import BotField, IdOrNameField, PastMomentField

MOST_WORDS = 100
MOST_INGESTED = 500
CLIENT_ID_HELP = "Sending twice with the same one stores once."
LANGUAGE = RegexValidator(
    r"\A[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", _("This is not a language code.")
)


class LanguageField(StrictCharField):
    """A BCP 47 code such as `da` or `en-GB`; empty: found out from what is written."""

    def __init__(self) -> None:
        super().__init__(max_length=12, required=False, allow_blank=True)
        self.validators.append(LANGUAGE)


class ArrivingCustomerSerializer(StrictSerializer):
    """Who it is, as far as the channel knows."""

    name = StrictCharField(max_length=120, required=False, allow_blank=True)
    address = StrictCharField(max_length=200, required=False, allow_blank=True)


class ConsentSerializer(StrictSerializer):
    """What the customer answered to being monitored, and to which text."""

    given = StrictBooleanField()
    at = PastMomentField(required=False, allow_null=True)
    text_version = StrictCharField(max_length=40)


class NewConversationSerializer(StrictSerializer):
    """A customer has reached us; `workstream`, or `channel` with or without `queue`."""

    channel = StrictChoiceField(choices=list(Channel), required=False)
    queue = IdOrNameField(required=False)
    workstream = IdOrNameField(required=False)
    subject = StrictCharField(max_length=200, required=False, allow_blank=True)
    customer = ArrivingCustomerSerializer(required=False)
    consent = ConsentSerializer(required=False, allow_null=True)
    language = LanguageField()
    skills = serializers.ListField(
        child=StrictCharField(max_length=80), max_length=20, required=False
    )
    bot = BotField(required=False)
    text = StrictCharField(max_length=MAX_TEXT, required=False, allow_blank=True)
    client_id = StrictCharField(
        max_length=64, required=False, allow_blank=True, help_text=CLIENT_ID_HELP
    )


class TextSerializer(StrictSerializer):
    """Something said by the customer or the bot."""

    text = StrictCharField(max_length=MAX_TEXT)
    client_id = StrictCharField(
        max_length=64, required=False, allow_blank=True, help_text=CLIENT_ID_HELP
    )


class CustomerWordsSerializer(StrictSerializer):
    """Something said by the customer; or several things at once, in their order."""

    text = StrictCharField(max_length=MAX_TEXT, required=False)
    client_id = StrictCharField(
        max_length=64, required=False, allow_blank=True, help_text=CLIENT_ID_HELP
    )
    messages = serializers.ListField(
        child=TextSerializer(), required=False, min_length=1, max_length=MOST_WORDS
    )

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """Either the one form or the other."""
        if ("text" in attrs) == ("messages" in attrs) or (
            "messages" in attrs and "client_id" in attrs
        ):
            raise serializers.ValidationError(
                _("Give either a text or a list of messages.")
            )
        return attrs


class IngestedWordsSerializer(TextSerializer):
    """Something said by the customer of this conversation."""

    conversation = StrictIntegerField(min_value=1)


class IngestionSerializer(StrictSerializer):
    """Messages of several conversations; those of one keep their order."""

    messages = serializers.ListField(
        child=IngestedWordsSerializer(), min_length=1, max_length=MOST_INGESTED
    )


class EndSerializer(StrictSerializer):
    """How the customer ended it."""

    left = StrictBooleanField(
        required=False, help_text="Gone without a word, such as a closed browser."
    )


class ElevateSerializer(StrictSerializer):
    """What the text conversation becomes."""

    to = StrictChoiceField(choices=["voice", "video"])


class EmptySerializer(StrictSerializer):
    """An empty object: the address says it all."""


class AfterSerializer(StrictSerializer):
    """From where on a customer's door wants to read."""

    after = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text="Only messages with a greater id.",
    )


class PublicSenderSerializer(serializers.Serializer[object]):
    kind = serializers.ChoiceField(choices=list(Sender))
    name = serializers.CharField(allow_blank=True)


class PublicMessageSerializer(serializers.Serializer[object]):
    """A message as the customer may see it; ids are counted per conversation, over
    these messages alone."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    sender = PublicSenderSerializer()
    visibility = serializers.ChoiceField(choices=["public"])
    text = serializers.CharField()
    sentiment = serializers.CharField(allow_null=True, help_text="Always null here.")
    code = serializers.CharField(allow_blank=True)
    params = serializers.DictField(child=serializers.CharField())


class LinkedConversationSerializer(ConversationRowSerializer):
    """The row, with the closed conversation that it goes on from."""

    previous = serializers.IntegerField(allow_null=True)


class ArrivedSerializer(serializers.Serializer[object]):
    """The conversation after the command."""

    conversation = LinkedConversationSerializer()


class SaidSerializer(ArrivedSerializer):
    """The message, and the conversation in which it now stands."""

    message = PublicMessageSerializer()


class CustomerSaidSerializer(ArrivedSerializer):
    """As it came: the one `message`, or all `messages` in their order."""

    message = PublicMessageSerializer(required=False)
    messages = PublicMessageSerializer(many=True, required=False)


class ResultSerializer(serializers.Serializer[object]):
    """`ok`: the message, and the conversation in which it stands, which may be the next
    one; else a code and a sentence."""

    conversation = serializers.IntegerField(help_text="As it was asked for.")
    client_id = serializers.CharField(allow_blank=True)
    ok = serializers.BooleanField()
    message = PublicMessageSerializer(required=False)
    stands_in = serializers.IntegerField(required=False)
    code = serializers.CharField(required=False)
    detail = serializers.CharField(required=False)


class IngestedSerializer(serializers.Serializer[object]):
    """What became of each message, in the order in which they came."""

    results = ResultSerializer(many=True)


class PublicMessagesSerializer(serializers.Serializer[object]):
    """The transcript that a customer may see, oldest first."""

    messages = PublicMessageSerializer(many=True)


class GatewayConflictSerializer(ErrorSerializer):
    """Not as things are now: with the row as it is."""

    conversation = ConversationRowSerializer()


REFUSALS = {
    **error_responses(400, 401, 403, 404),
    409: OpenApiResponse(GatewayConflictSerializer, ERRORS[409]),
}
"""Every answer but 200 and 201 of a command at the gateway."""
