"""The address of the customer's socket."""

from __future__ import annotations

from channels.db import database_sync_to_async
from django.urls import path

from gateways.chat.consumer import ChatConsumer
from gateways.chat.sites import is_listed

SOCKET = "/ws/chat/"
websocket_urlpatterns = [path(SOCKET.lstrip("/"), ChatConsumer.as_asgi())]
may_embed = database_sync_to_async(is_listed)
"""Whether an origin is on any site's list."""
