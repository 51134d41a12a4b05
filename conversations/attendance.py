"""Who is there: each command one short transaction, from whatever process.

An agent or a customer is gone when the last of their sockets is; a socket counts while
its browser gave a sign of life within `SILENCE`. A process that was killed leaves its
rows behind, and the clock of any other finds them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from conversations import moments
from conversations.locks import one_transaction
from conversations.models import OpenSocket
from conversations.refusals import Refused
from conversations.transitions import attending, chatting, staffing
from conversations.transitions.scene import enter, enter_or_refuse
from conversations.transitions.staffing import AgentScene, enter_agent

SILENCE = timedelta(seconds=15)
POLLING = "polling"
"""Stands for the process of a customer whom no socket reaches."""


@one_transaction
def agent_arrives(agent_id: int, process: str) -> int:
    """A desk has connected: as before where it was gone for a moment; else signed in,
    once the notice is acknowledged. Answers the id of its socket."""
    scene = enter_agent(agent_id)
    socket = attending.open_socket(process=process, now=scene.now, agent=agent_id)
    _welcome(scene)
    return socket.pk


@one_transaction
def agent_reads_notice(agent_id: int, text_version: str) -> None:
    """The notice is acknowledged; an open desk is signed in by it."""
    scene = enter_agent(agent_id)
    attending.read_notice(scene.agent, text_version, now=scene.now)
    if OpenSocket.objects.filter(agent=agent_id).exists():
        _welcome(scene)


@one_transaction
def customer_arrives(conversation_id: int, process: str) -> int:
    """A customer's chat has connected. Answers the id of its socket."""
    scene = enter_or_refuse(conversation_id, to_talk=True)
    socket = attending.open_socket(
        process=process, now=scene.now, conversation=conversation_id
    )
    chatting.customer_back(scene)
    return socket.pk


def customer_polls(conversation_id: int) -> None:
    """The customer's page asks by HTTP. Where no socket gets through that is its sign
    of life, and when the asking stops the customer is gone like others."""
    sockets = OpenSocket.objects.filter(conversation=conversation_id)
    polling = list(sockets.filter(process=POLLING).values_list("pk", flat=True))
    if polling:
        keep_alive(polling)
    elif not sockets.filter(seen_at__gte=moments.now() - SILENCE).exists():
        customer_arrives(conversation_id, POLLING)


def leave(socket_id: int) -> None:
    """A socket has closed, or its browser is silent."""
    socket = OpenSocket.objects.filter(pk=socket_id).first()
    if socket is None:
        return
    if socket.agent_id is not None:
        _agent_leaves(socket.agent_id, socket_id)
    elif socket.conversation_id is not None:
        _customer_leaves(socket.conversation_id, socket_id)


def keep_alive(sockets: Iterable[int]) -> frozenset[int]:
    """The browsers behind these sockets gave a sign of life. Answers those that were
    given up meanwhile: their pages must come anew, for nobody counts as there."""
    ids = frozenset(sockets)
    if not ids:
        return ids
    attending.see_sockets(ids, moments.now())
    known = OpenSocket.objects.filter(pk__in=ids).values_list("pk", flat=True)
    return ids - frozenset(known)


def end_lost_sockets() -> int:
    """Sockets whose process was killed; a job of every clock. Answers how many."""
    oldest = moments.now() - SILENCE
    lost = OpenSocket.objects.filter(seen_at__lt=oldest).values_list("pk", flat=True)
    for socket_id in (found := list(lost)):
        leave(socket_id)
    return len(found)


def _welcome(scene: AgentScene) -> None:
    if scene.agent.disconnected_at is not None:
        staffing.reconnect(scene)
    elif attending.has_read_notice(scene.agent, scene.settings):
        attending.sign_in(scene)


@one_transaction
def _agent_leaves(agent_id: int, socket_id: int) -> None:
    scene = enter_agent(agent_id)
    attending.close_socket(socket_id)
    alive = OpenSocket.objects.filter(agent=agent_id, seen_at__gte=scene.now - SILENCE)
    if not alive.exists():
        staffing.disconnect(scene)


@one_transaction
def _customer_leaves(conversation_id: int, socket_id: int) -> None:
    scene = enter(conversation_id, to_talk=True)
    attending.close_socket(socket_id)
    if scene is None:
        raise Refused.not_found()
    alive = OpenSocket.objects.filter(
        conversation=conversation_id, seen_at__gte=scene.now - SILENCE
    )
    if not alive.exists():
        chatting.customer_gone_soon(scene)
