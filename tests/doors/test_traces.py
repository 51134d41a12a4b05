"""What a whole story leaves in the log, at its loudest, and in the figures: nobody's
words and nobody's name."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.doors.parts import WHOLE
from tests.doors.stage import Doors, at_work, undisturbed
from tests.servers import LiveServer

pytestmark = pytest.mark.scale

LOUD = {"LOG_LEVEL": "DEBUG", "LOG_FORMAT": "json"}
SAID = (
    "SELECT text FROM conversations_message UNION SELECT sender_name FROM"
    " conversations_message UNION SELECT name FROM conversations_customer UNION"
    " SELECT subject FROM conversations_conversation UNION SELECT text FROM"
    " conversations_offer UNION SELECT username FROM auth_user"
)


async def test_log_and_figures_hold_nobodys_words() -> None:
    with LiveServer(env=LOUD) as server:
        doors = Doors([server])
        cast = doors.cast(*doors.houses(1))
        async with at_work([cast]):
            await undisturbed(doors, cast, WHOLE)
        figures = httpx.get(f"{server.url}/metrics").text
        log = server.log.read_text()
        said = {str(text) for (text,) in doors.database.rows(SAID) if text}
    assert {"Kirsten", "Nora"} < said and len(said) > 20
    for words in sorted(said):
        assert words not in log
        assert words not in figures
    lines = [json.loads(line) for line in log.splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert {"2xx"} <= {f"{line['status'] // 100}xx" for line in requests}
    assert not any("?" in str(line) for line in lines)
    assert 'floorwalker_transitions_total{kind="conversation.opened"} 1.0' in figures
    assert 'floorwalker_frames_sent_total{kind="rows"}' in figures
    assert 'kind="?"' not in figures
    assert 'floorwalker_open_sockets{door="desk"}' in figures
    assert 'floorwalker_sockets_closed_total{code="' in figures
