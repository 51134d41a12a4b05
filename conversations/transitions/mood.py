"""Keeps the customer's mood beside the conversation: part of taking a message in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from conversations.models import Conversation, Message
from conversations.sentiment import Level, Mood, detect_language, fell, mood, scorer
from conversations.states import Sender
from conversations.transitions import people
from conversations.transitions.scene import Scene

_REMEMBERED = 9  # six messages make the mood, three more its trend


@dataclass(frozen=True, slots=True)
class Reading:
    """A mood before it is written; `messages` are those that came before the new ones
    that it was read from. None: sentiment is switched off."""

    before: Level
    mood: Mood | None
    messages: tuple[int, ...] = ()

    @property
    def level(self) -> str:
        """What stands beside the message."""
        return "" if self.mood is None else self.mood.level


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


def next_moods(scene: Scene, scores: Sequence[float | None]) -> list[Reading]:
    """The mood that each of these new customer messages brings about, by its score."""
    before = level = Level(scene.conversation.mood_level)
    if not scene.settings.sentiment:
        return [Reading(before, None) for _each in scores]
    recent = _recent(scene.conversation)
    known = tuple(pk for pk, _own in recent)
    heard = [own for _pk, own in recent]
    readings = []
    for score in scores:
        heard.append(score)
        found = mood(heard[-_REMEMBERED:], level)
        readings.append(Reading(before, found, known))
        level = found.level
    return readings


def follow(scene: Scene, reading: Reading, news: Iterable[Message]) -> None:
    """Write level, score, trend and points after the newest of these messages. One
    transition warns once, of the mood that it leaves behind."""
    found = reading.mood
    if found is None:
        return
    conversation = scene.conversation
    conversation.mood_level = found.level
    conversation.mood_score = found.score
    conversation.mood_trend = found.trend
    conversation.mood_points = [round(point, 3) for point in found.points]
    heard = [*reading.messages, *(message.pk for message in news)][-_REMEMBERED:]
    conversation.mood_message = (
        None if found.moved_by is None else heard[found.moved_by]
    )
    _warn(scene, reading.before, found.level)


def _recent(conversation: Conversation) -> list[tuple[int, float | None]]:
    newest_first = (
        conversation.messages.filter(sender_kind=Sender.CUSTOMER)
        .order_by("-pk")
        .values_list("pk", "score")[: _REMEMBERED - 1]
    )
    return list(reversed(newest_first))


def _warn(scene: Scene, before: Level, after: Level) -> None:
    """Each kind of people has a threshold of its own."""
    floor = scene.settings
    if _reached(floor.supervisor_sentiment_threshold, before, after):
        _alert(scene, people.supervisors_of(scene), "sentiment_fell", after)
    if _reached(floor.agent_sentiment_threshold, before, after):
        agent = scene.conversation.agent
        _alert(scene, [agent.user_id] if agent else [], "mood_fell_yours", after)


def _reached(threshold: str, before: Level, after: Level) -> bool:
    return bool(threshold) and fell(before, after, Level(threshold))


def _alert(scene: Scene, users: list[int], kind: str, after: Level) -> None:
    conversation = scene.conversation
    people.alert(
        scene,
        users,
        "warning",
        kind,
        mood=after,
        subject=conversation.subject,
        customer=conversation.customer.name,
    )
