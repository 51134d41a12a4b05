"""The server's entry: HTTP to Django, sockets of our own pages to the consumers."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()  # fills the app registry, for what is imported next

from config.origin import OwnOrigin, SiteOrigin, by_path
from dashboard.probes import with_probes
from dashboard.process import with_process
from dashboard.routing import websocket_urlpatterns as floor
from desk.routing import websocket_urlpatterns as desk
from gateways.chat.routing import SOCKET, may_embed
from gateways.chat.routing import websocket_urlpatterns as chat

# Sockets find out themselves who stands behind their cookie, many in one look.
staff = OwnOrigin(URLRouter([*floor, *desk]))
sockets = by_path({SOCKET: SiteOrigin(URLRouter(chat), may_embed)}, staff)
routed = ProtocolTypeRouter({"http": http, "websocket": sockets})
# The hub and, on the embedded default, the clock live in the server's process.
application = with_process(with_probes(routed))
