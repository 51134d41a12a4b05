"""Why a thing was not done: a stable code, a sentence for people, and facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

STATUS: Mapping[str, int] = {
    "invalid": 400,
    "too_large": 400,
    "reason_required": 400,
    "key_reused": 400,
    "not_in_queue": 400,
    "wrong_queue_type": 400,
    "setting_off": 403,
    "role_missing": 403,
    "api_role_present": 403,
    "not_participant": 403,
    "not_found": 404,
    "stale_version": 409,
    "own_conversation": 409,
    "wrong_state": 409,
    "wrong_channel": 409,
    "elevated": 409,
    "bot_handled": 409,
    "offer_pending": 409,
    "offer_ended": 409,
    "consent_missing": 409,
    "presence_not_allowed": 409,
    "capacity_exceeded": 409,
    "not_monitoring": 409,
    "closed_now": 409,
}
"""The HTTP status of every code that the domain may answer (interface, HTTP)."""

SITUATION_WORDS: Mapping[str, object] = {
    "open": gettext_lazy("open"),
    "awaiting_acceptance": gettext_lazy("offered to an agent"),
    "in_conversation": gettext_lazy("in conversation"),
    "with_bot": gettext_lazy("with the bot"),
    "transfer_pending": gettext_lazy("in conversation with a transfer pending"),
    "waiting": gettext_lazy("waiting for the customer"),
    "waiting_transfer_pending": gettext_lazy("waiting with a transfer pending"),
    "wrap_up": gettext_lazy("in wrap-up"),
    "closed": gettext_lazy("closed"),
}


class Refused(Exception):
    """A rule of the domain said no; nothing was changed.

    `code` is stable (interface, HTTP), `detail` is a sentence, `extra` holds facts
    such as `setting` or `units_over`. `conversation_id` or `agent_id` name the thing
    whose present row every 409 must carry.
    """

    def __init__(self, code: str, detail: str, **extra: object) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.extra: dict[str, object] = extra
        self.conversation_id: int | None = None
        self.agent_id: int | None = None

    @property
    def status(self) -> int:
        """The HTTP status that belongs to the code."""
        return STATUS[self.code]

    def about(
        self, *, conversation: int | None = None, agent: int | None = None
    ) -> Refused:
        """Say whose present row the answer shall carry."""
        self.conversation_id, self.agent_id = conversation, agent
        return self

    @classmethod
    def wrong_state(cls, present: str, allowed: Sequence[str]) -> Refused:
        """Names the state that it is in and the states that would do."""
        would_do = ", ".join(str(SITUATION_WORDS[situation]) for situation in allowed)
        detail = _(
            "The conversation is %(present)s; this needs one that is %(allowed)s."
        ) % {"present": SITUATION_WORDS[present], "allowed": would_do}
        return cls("wrong_state", detail)

    @classmethod
    def not_found(cls) -> Refused:
        """Unknown and out of scope look the same from outside."""
        return cls("not_found", _("There is no such thing here, or it is not yours."))
