"""What the requests of the customer's door look like, and what it answers."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from accounts.openapi import ERRORS, ErrorSerializer, error_responses
from accounts.serializers import (
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
    StrictSerializer,
)
from conversations.models.message import MAX_TEXT
from conversations.states import Channel, ConsentMode, Sender
from gateways.schema import LanguageField

MAX_COMMENT = 1_000
HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
"""Signs that nobody sees: they could make a name look like another one."""


class NameField(StrictCharField):
    """A name on one line, without signs that nobody sees."""

    default_error_messages = {"empty": _("Please give a name.")}

    def to_internal_value(self, data: object) -> str:
        """The name as it will be shown."""
        shown = "".join(
            sign if unicodedata.category(sign) not in HIDDEN else " "
            for sign in super().to_internal_value(data)
        )
        name = " ".join(shown.split())
        if not name:
            self.fail("empty")
        return name


class SaidField(StrictCharField):
    """Something said; more than spaces."""

    default_error_messages = {"empty": _("There is nothing in it.")}

    def to_internal_value(self, data: object) -> str:
        """The text as it came."""
        text = super().to_internal_value(data)
        if not text.strip():
            self.fail("empty")
        return text


class OpeningIdField(StrictCharField):
    """Made up by the browser: whoever repeats an opening with it gets the same chat."""

    def __init__(self) -> None:
        super().__init__(
            min_length=16,
            max_length=64,
            help_text="Random, such as a UUID; opening twice with it opens once.",
        )


class ChatQuerySerializer(StrictSerializer):
    """Which site, before a chat was opened; from where on to read, in one."""

    site = StrictCharField(
        max_length=40,
        required=False,
        allow_blank=True,
        help_text="The key of a site; without one the default.",
    )
    after = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text="Only messages with a greater id.",
    )


class ChatNothingSerializer(serializers.Serializer[object]):
    """There is nothing to say."""


class ChatConsentSerializer(StrictSerializer):
    """What the customer answered to the notice, and to which text."""

    given = StrictBooleanField()
    text_version = StrictCharField(max_length=40)


class ChatOpenSerializer(StrictSerializer):
    """Somebody wants to talk."""

    site = StrictCharField(max_length=40, required=False, allow_blank=True)
    name = NameField(max_length=120)
    question = SaidField(max_length=MAX_TEXT)
    language = LanguageField()
    consent = ChatConsentSerializer(required=False, allow_null=True)
    client_id = OpeningIdField()


class ChatOfflineSerializer(StrictSerializer):
    """Somebody leaves a message and says how to reach them."""

    site = StrictCharField(max_length=40, required=False, allow_blank=True)
    name = NameField(max_length=120)
    address = NameField(max_length=200, help_text="An e-mail address or a number.")
    text = SaidField(max_length=MAX_TEXT)
    consent = ChatConsentSerializer(required=False, allow_null=True)
    client_id = OpeningIdField()


class ChatTextSerializer(StrictSerializer):
    """The customer says something."""

    text = SaidField(max_length=MAX_TEXT)
    client_id = StrictCharField(
        min_length=1, max_length=64, help_text="Sending twice with it stores once."
    )


class ChatRatingSerializer(StrictSerializer):
    """One to five, and maybe why."""

    score = StrictIntegerField(min_value=1, max_value=5)
    comment = StrictCharField(max_length=MAX_COMMENT, required=False, allow_blank=True)


class ChatSiteSerializer(serializers.Serializer[object]):
    key = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)


class ChatNoticeSerializer(serializers.Serializer[object]):
    """That conversations may be monitored and stored; `consent` asks before."""

    mode = serializers.ChoiceField(choices=list(ConsentMode))
    text = serializers.CharField(allow_blank=True)
    text_version = serializers.CharField(allow_blank=True)


class ChatDoorSerializer(serializers.Serializer[object]):
    """What is there before anybody has opened a chat."""

    site = ChatSiteSerializer()
    is_open = serializers.BooleanField()
    opens_at = serializers.DateTimeField(allow_null=True)
    channel = serializers.ChoiceField(choices=list(Channel))
    notice = ChatNoticeSerializer()
    takes_offline_messages = serializers.BooleanField()
    expected_wait_seconds = serializers.IntegerField(allow_null=True)


class ChatClosesSerializer(serializers.Serializer[object]):
    """When it ends by itself unless something happens."""

    kind = serializers.ChoiceField(
        choices=["open", "active", "waiting", "customer_gone"]
    )
    at = serializers.DateTimeField(allow_null=True)


class ChatStateSerializer(serializers.Serializer[object]):
    """The conversation as its customer may see it."""

    status = serializers.ChoiceField(choices=["waiting", "talking", "paused", "ended"])
    ended_by = serializers.ChoiceField(
        choices=["customer", "agent", "supervisor", "system", "overflow"],
        allow_null=True,
    )
    ended_text = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    subject = serializers.CharField(allow_blank=True)
    agent = serializers.CharField(allow_null=True)
    people = serializers.ListField(child=serializers.CharField())
    position = serializers.IntegerField(allow_null=True, help_text="1 is the next.")
    expected_wait_seconds = serializers.IntegerField(allow_null=True)
    opened_at = serializers.DateTimeField()
    may_write = serializers.BooleanField()
    may_rate = serializers.BooleanField()
    rating = serializers.IntegerField(allow_null=True)
    closes = ChatClosesSerializer(allow_null=True)
    site = ChatSiteSerializer()


class ChatSenderSerializer(serializers.Serializer[object]):
    kind = serializers.ChoiceField(choices=list(Sender))
    name = serializers.CharField(allow_blank=True)


class ChatLineSerializer(serializers.Serializer[object]):
    """A message; ids are counted from 1 in each conversation, without gaps."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    sender = ChatSenderSerializer()
    text = serializers.CharField(allow_blank=True)
    code = serializers.CharField(allow_blank=True)
    params = serializers.DictField(child=serializers.CharField())
    client_id = serializers.CharField(required=False, help_text="Of own ones.")


class ChatStateAnswerSerializer(serializers.Serializer[object]):
    state = ChatStateSerializer()
    token = serializers.CharField(
        required=False, help_text="Replaces the one that is kept."
    )


class ChatSerializer(ChatStateAnswerSerializer):
    """The conversation; at most 500 messages, the next ones `after` the last."""

    messages = ChatLineSerializer(many=True)


class ChatOpenedSerializer(ChatSerializer):
    """The conversation, with the token that opens it from now on."""

    token = serializers.CharField()


class ChatLineAnswerSerializer(serializers.Serializer[object]):
    message = ChatLineSerializer()


class ChatConflictSerializer(ErrorSerializer):
    """Not as things are now: with the state, or with when it opens."""

    state = ChatStateSerializer(required=False)
    token = serializers.CharField(required=False)
    opens_at = serializers.DateTimeField(required=False, allow_null=True)


class ChatInvalidSerializer(ErrorSerializer):
    """Not as it should be; with the notice where another text was agreed to."""

    notice = ChatNoticeSerializer(required=False)


class ChatThrottledSerializer(ErrorSerializer):
    """Too much at once."""

    retry_after = serializers.IntegerField()


TOO_MUCH = OpenApiResponse(
    ChatThrottledSerializer, "Too much at once; `Retry-After` says when to come again."
)
CONFLICT = OpenApiResponse(ChatConflictSerializer, "Not as things are now.")
INVALID = OpenApiResponse(ChatInvalidSerializer, ERRORS[400])
AT_THE_DOOR = {400: INVALID, **error_responses(404), 409: CONFLICT, 429: TOO_MUCH}
INSIDE = {**error_responses(400, 401), 409: CONFLICT, 429: TOO_MUCH}
"""Every answer but those of success, before and after a chat was opened."""
