"""Fields of input that only the gateways have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.serializers import LARGEST
from conversations import moments

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
CLOCK_DIFFERENCE = timedelta(minutes=5)


class PastMomentField(serializers.DateTimeField):
    """A moment that has been, with its offset from UTC; no guessing of zones."""

    default_error_messages = {
        "naive": _("Give the time zone: an offset from UTC, or Z."),
        "senseless": _("This moment lies too far back, or in the future."),
    }

    def to_internal_value(self, value: object) -> datetime:
        """The moment; machines' clocks may be some minutes ahead of ours."""
        moment = self._parsed(value)
        if moment.tzinfo is None:
            self.fail("naive")
        if not EARLIEST <= moment <= moments.now() + CLOCK_DIFFERENCE:
            self.fail("senseless")
        return moment.astimezone(UTC)

    def _parsed(self, value: object) -> datetime:
        try:
            moment = parse_datetime(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is None:
            self.fail("invalid", format="2026-11-22T10:15:00.000Z")
        return moment


@extend_schema_field(
    {
        "oneOf": [
            {"type": "integer", "minimum": 1, "maximum": LARGEST},
            {"type": "string", "minLength": 1, "maxLength": 80},
        ],
        "description": "An id, or the exact name.",
    }
)
class IdOrNameField(serializers.Field[int | str, object, object, object]):
    """A queue or a workstream: an id, or the exact name."""

    default_error_messages = {
        "invalid": _("Give an id, or a name of at most 80 characters.")
    }

    def to_internal_value(self, data: object) -> int | str:
        """The id or the name as it came."""
        if type(data) is int and 0 < data <= LARGEST:
            return data
        if isinstance(data, str) and 0 < len(data) <= 80:
            return data
        self.fail("invalid")

    def to_representation(self, value: object) -> object:
        """Never shown; the framework asks for it."""
        return value


@extend_schema_field(
    {
        "oneOf": [
            {"type": "boolean"},
            {"type": "string", "minLength": 1, "maxLength": 80},
        ],
        "description": "Whether a bot takes it first; or the bot's name.",
    }
)
class BotField(serializers.Field[str, object, object, object]):
    """True, false, or the name of the bot; becomes the name, empty for none."""

    default_error_messages = {
        "invalid": _("Give true, false, or a name of at most 80 characters.")
    }

    def to_internal_value(self, data: object) -> str:
        """The bot's name."""
        if isinstance(data, bool):
            return "Bot" if data else ""
        if isinstance(data, str) and 0 < len(data) <= 80:
            return data
        self.fail("invalid")

    def to_representation(self, value: object) -> object:
        """Never shown; the framework asks for it."""
        return value
