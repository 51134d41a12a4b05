"""The addresses of the sockets."""

from django.urls import path

from conversations import addresses  # noqa: F401  registers <id:...>
from dashboard.consumers import BoardConsumer, ConversationConsumer

websocket_urlpatterns = [
    path("ws/board/", BoardConsumer.as_asgi()),
    path("ws/conversations/<id:pk>/", ConversationConsumer.as_asgi()),
]
