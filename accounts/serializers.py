"""Strict input: unknown fields and near-miss types are refused, not guessed at."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

LARGEST = 2**63 - 1


class StrictSerializer(serializers.Serializer[object]):
    """Refuses every field that it does not declare."""

    def to_internal_value(self, data: object) -> dict[str, object]:
        """The checked values; unknown names are looked for first."""
        if isinstance(data, Mapping):
            self._refuse_unknown(data)
        checked: dict[str, object] = super().to_internal_value(data)
        return checked

    def _refuse_unknown(self, data: Mapping[str, object]) -> None:
        known = {field.field_name for field in self._writable_fields}
        unknown = sorted(data.keys() - known)
        if unknown:
            # A name may be as long as the body; the answer need not repeat it all.
            raise serializers.ValidationError(
                {name[:60]: [_("There is no such field.")] for name in unknown}
            )


class StrictIntegerField(serializers.IntegerField):
    """A JSON integer that the database can hold; neither "1" nor true nor 1.0."""

    def __init__(
        self,
        *,
        min_value: int = -LARGEST,
        max_value: int = LARGEST,
        required: bool = True,
        allow_null: bool = False,
        help_text: str | None = None,
    ) -> None:
        super().__init__(
            min_value=min_value,
            max_value=max_value,
            required=required,
            allow_null=allow_null,
            help_text=help_text,
        )

    def to_internal_value(self, data: object) -> int:
        """The number as it came."""
        if type(data) is not int:
            self.fail("invalid")
        return data


class StrictBooleanField(serializers.BooleanField):
    """JSON true or false; neither "yes" nor 1."""

    def to_internal_value(self, data: object) -> bool:
        """The truth value as it came."""
        if not isinstance(data, bool):
            self.fail("invalid", input="")
        return data


class StrictCharField(serializers.CharField):
    """A JSON string kept as it came: not trimmed, numbers not turned into text."""

    def __init__(
        self,
        *,
        max_length: int,
        min_length: int | None = None,
        required: bool = True,
        allow_blank: bool = False,
        allow_null: bool = False,
        write_only: bool = False,
        help_text: str | None = None,
    ) -> None:
        super().__init__(
            max_length=max_length,
            min_length=min_length,
            required=required,
            allow_blank=allow_blank,
            allow_null=allow_null,
            write_only=write_only,
            help_text=help_text,
            trim_whitespace=False,
        )

    def to_internal_value(self, data: object) -> str:
        """The text as it came."""
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class StrictChoiceField(serializers.ChoiceField):
    """One of the listed strings; the answer does not echo what came instead."""

    default_error_messages = {
        "invalid_choice": _("This is not one of the possible values.")
    }

    def to_internal_value(self, data: object) -> str:
        """The choice, if it is a string of the list."""
        if not isinstance(data, str):
            self.fail("invalid_choice")
        return str(super().to_internal_value(data))
