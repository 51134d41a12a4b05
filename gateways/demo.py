"""The demo floor's chat site, where a visitor of `/chat/` is at home."""

from __future__ import annotations

from conversations.models import Workstream
from gateways.models import ChatSite

KEY = "demo"
WORKSTREAM, OFFLINE = "Website chat", "Cases and e-mail"
ORIGINS = "http://127.0.0.1:8000\nhttp://localhost:8000"


def add_chat_site() -> None:
    """Only where there is no site yet: what administrators have made stays."""
    streams = {
        stream.name: stream
        for stream in Workstream.objects.filter(name__in=(WORKSTREAM, OFFLINE))
    }
    if WORKSTREAM not in streams or ChatSite.objects.exists():
        return
    ChatSite.objects.create(
        key=KEY,
        name="Example Support",
        workstream=streams[WORKSTREAM],
        offline_workstream=streams.get(OFFLINE),
        origins=ORIGINS,
        is_default=True,
    )
