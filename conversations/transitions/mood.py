"""Keeps the customer's mood beside the conversation: part of taking a message in."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from conversations.models import Conversation, Message
from conversations.sentiment import Level, detect_language, fell, mood, scorer
from conversations.states import Sender
from conversations.transitions import people
from conversations.transitions.scene import Scene

_REMEMBERED = 9  # six messages make the mood, three more its trend


def language_of(text: str) -> str:
    """The language of a first message; empty when it is too short to tell."""
    return detect_language(text)


def score_of(scene: Scene, text: str) -> float | None:
    """This message's own valence, or None: switched off, or not readable."""
    if not scene.settings.sentiment:
        return None
    words = getattr(settings, "SENTIMENT_WORDS", None)
    judge = scorer(Path(words) if words else None)
    return judge.score(text, scene.conversation.language)


def follow(scene: Scene, newest: Message) -> None:
    """Write level, score, trend and points after the newest customer message."""
    conversation = scene.conversation
    if not scene.settings.sentiment:
        return
    before = Level(conversation.mood_level)
    recent = _recent(conversation)
    found = mood([score for _pk, score in recent], before)
    conversation.mood_level = found.level
    conversation.mood_score = found.score
    conversation.mood_trend = found.trend
    conversation.mood_points = [round(point, 3) for point in found.points]
    conversation.mood_message = (
        None if found.moved_by is None else recent[found.moved_by][0]
    )
    newest.level = found.level
    newest.save(update_fields=["level"])
    _warn(scene, before, found.level)


def _recent(conversation: Conversation) -> list[tuple[int, float | None]]:
    newest_first = (
        conversation.messages.filter(sender_kind=Sender.CUSTOMER)
        .order_by("-pk")
        .values_list("pk", "score")[:_REMEMBERED]
    )
    return list(reversed(newest_first))


def _warn(scene: Scene, before: Level, after: Level) -> None:
    threshold = scene.settings.supervisor_sentiment_threshold
    if not threshold or not fell(before, after, Level(threshold)):
        return
    conversation = scene.conversation
    supervisors = conversation.queue.supervisors.filter(is_active=True)
    people.alert(
        scene,
        supervisors.values_list("pk", flat=True),
        "warning",
        "sentiment_fell",
        mood=after,
        subject=conversation.subject,
        customer=conversation.customer.name,
    )
