"""Fetches a conversation together with the permission to act on it."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User

from accounts.roles import Role, roles_of
from conversations.models import Conversation, FloorSettings
from conversations.refusals import Refused
from conversations.states import ConsentMode, Situation
from conversations.transitions.scene import Scene, enter
from supervisor.rules import SWITCHES, Action, Facts, refusal
from supervisor.scope import supervised_queues
from supervisor.sentences import sentence

ROW_FREE = frozenset({"setting_off", "role_missing", "not_found"})
"""Refusals that must not show the caller any row."""


def scene_for(
    user: User,
    conversation_id: int,
    action: Action,
    *,
    state_version: int,
    agents: Iterable[int] = (),
) -> Scene:
    """Lock the conversation and evaluate the table on the locked rows.

    Raises `Refused` with the code of the first shut gate; a 409 names the
    conversation, so that its answer carries the present row.
    """
    _refuse_before_row(action, FloorSettings.current(), roles_of(user))
    scene = enter(conversation_id, agents=agents)
    if scene is None:
        raise _refused(action, "not_found", None)
    # Asked again: a switch or a role may have gone while we waited for the lock.
    facts = facts_of(user, scene.conversation, action, scene.settings, roles_of(user))
    stale = scene.conversation.state_version != state_version
    code = refusal(action, facts.with_version(not stale))
    if code is not None:
        raise _refused(action, code, scene.conversation)
    return scene


def facts_of(
    user: User,
    conversation: Conversation,
    action: Action,
    settings: FloorSettings,
    roles: frozenset[Role],
) -> Facts:
    """What the gates look at, for this user and this row."""
    primary = conversation.agent
    return Facts(
        situation=conversation.situation,
        switch_on=getattr(settings, SWITCHES[action]),
        is_supervisor=Role.SUPERVISOR in roles,
        in_scope=conversation.queue_id in supervised_queues(user),
        is_own=primary is not None and primary.user_id == user.pk,
        has_api_role=Role.API_ACCESS in roles,
        consent_missing=settings.consent_mode == ConsentMode.CONSENT
        and not conversation.consent_given,
        channel_kind=conversation.channel_kind,
        elevated=bool(conversation.elevated),
        offer_out=conversation.offer_id is not None,
    )


def why_not_watching(user: User, conversation: Conversation) -> str | None:
    """The code for which this user may no longer watch: switch, role or scope."""
    settings = FloorSettings.current()
    facts = facts_of(user, conversation, Action.MONITOR, settings, roles_of(user))
    return refusal(Action.MONITOR, facts, standing_only=True)


def refuse_watching(user: User, conversation: Conversation) -> None:
    """Raises `Refused` where `why_not_watching` has a reason."""
    code = why_not_watching(user, conversation)
    if code is not None:
        raise _refused(Action.MONITOR, code, None)


def actions_for(user: User, conversation: Conversation) -> dict[str, dict[str, object]]:
    """Each action with whether it is allowed just now, and the sentence if not."""
    settings = FloorSettings.current()
    roles = roles_of(user)
    answers: dict[str, dict[str, object]] = {}
    for action in Action:
        facts = facts_of(user, conversation, action, settings, roles)
        code = refusal(action, facts)
        detail = "" if code is None else sentence(action, code, facts.situation)
        answers[action.value] = {
            "allowed": code is None,
            "code": code,
            "detail": detail,
        }
    return answers


def _refuse_before_row(
    action: Action, settings: FloorSettings, roles: frozenset[Role]
) -> None:
    facts = Facts.without_row(
        switch_on=getattr(settings, SWITCHES[action]),
        is_supervisor=Role.SUPERVISOR in roles,
    )
    code = refusal(action, facts, before_row=True)
    if code is not None:
        raise _refused(action, code, None)


def _refused(action: Action, code: str, conversation: Conversation | None) -> Refused:
    situation = conversation.situation if conversation else Situation.OPEN
    detail = sentence(action, code, situation)
    extra = {"setting": SWITCHES[action]} if code == "setting_off" else {}
    refused = Refused(code, detail, **extra)
    if conversation is None or code in ROW_FREE:
        return refused
    return refused.about(conversation=conversation.pk)
