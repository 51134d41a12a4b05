"""The agent's desk and the customer's chat as people use them, with all that comes over
their sockets remembered."""

from __future__ import annotations

import json
import os
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.screen import Screen
from tests.servers import LiveServer

POLICY = "default-src 'none'; style-src 'self'; script-src {0}; frame-src {0}"
HOST_PAGE = """<!doctype html><html lang="en"><head><title>Shop</title>
<link rel="stylesheet" href="/shop.css"></head><body><h1>Shoes &amp; more</h1>
<p>A page of somebody else's, with a style of its own.</p>
<button>Buy</button><script src="{url}/chat/widget.js" data-site="demo" async></script>
</body></html>"""
HOST_STYLE = """* { font-family: cursive !important; color: lime !important;
background: maroon !important; letter-spacing: 4px; transform: none }
button { width: 400px !important; font-size: 40px !important; border-radius: 0 }
iframe { border: 20px solid red; opacity: 0.2 }"""
QUIET = {"pulse", "hello"}


class Wire:
    """Everything that came over a page's socket of one kind, as it came."""

    def __init__(self, page: Page, path: str) -> None:
        self.raw: list[str] = []
        page.on(
            "websocket",
            lambda socket: (
                socket.on("framereceived", self._keep) if path in socket.url else None
            ),
        )

    def _keep(self, frame: Any) -> None:
        self.raw.append(frame if isinstance(frame, str) else frame.decode())

    @property
    def news(self) -> list[dict[str, Any]]:
        """The frames that tell something, pulses left out."""
        frames = [json.loads(raw) for raw in self.raw]
        return [frame for frame in frames if frame["type"] not in QUIET]

    def ever(self, words: str) -> bool:
        """Whether these words came in any frame."""
        return any(words in raw for raw in self.raw)


class Desk:
    """An agent's desk."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.page = screen.page
        self.wire = Wire(screen.page, "/ws/desk/")

    def open(self) -> Desk:
        self.screen.open("/desk/").is_live()
        return self

    def read_notice(self) -> None:
        """The notice of the first day, if it is there."""
        agree = self.page.get_by_role("button", name="I have read it")
        if agree.is_visible():
            agree.click()
            expect(agree).to_be_hidden()

    @property
    def offer(self) -> Locator:
        return self.page.locator("offer-cards .offer")

    @property
    def items(self) -> Locator:
        """The agent's own conversations; not those that wait to be picked."""
        return self.page.locator("desk-list button.item")

    def item(self, conversation: int) -> Locator:
        return self.page.locator(f'desk-list [data-item="{conversation}"]')

    @property
    def panes(self) -> Locator:
        return self.page.locator("desk-panes article.pane")

    @property
    def pane(self) -> Locator:
        return self.panes.first

    @property
    def transcript(self) -> Locator:
        return self.pane.get_by_role("log")

    def command(self, action: str) -> Locator:
        return self.pane.locator(f'[data-action="{action}"]')

    @property
    def dialog(self) -> Locator:
        return self.page.locator("dialog[open]")

    def choose(self, who: str, words: str = "") -> None:
        """In a dialog of colleagues: this one, told these words."""
        self.dialog.locator("label.candidate .candidate-name", has_text=who).click()
        self.dialog.get_by_role("textbox").fill(words)
        self.dialog.locator("button[type=submit]").click()
        expect(self.dialog).to_have_count(0)

    @property
    def presence(self) -> Locator:
        return self.page.locator("presence-menu .presence-press")

    @property
    def side(self) -> Locator:
        return self.page.locator("desk-side")

    @property
    def box(self) -> Locator:
        return self.pane.get_by_role("textbox")

    def says(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Control+Enter")
        expect(self.pane.locator(".transcript")).to_contain_text(text)


class Chat:
    """A customer's chat, on the own page or in somebody else's."""

    def __init__(self, page: Page, inside: Page | FrameLocator) -> None:
        self.page = page
        self.inside = inside

    @classmethod
    def of(cls, page: Page, address: str) -> Chat:
        """The chat on its own page."""
        page.goto(address)
        return cls(page, page)

    def starts(self, name: str, question: str) -> None:
        self.fills(name, question)
        self.start.click()
        expect(self.log).to_contain_text(question)

    def fills(self, name: str, question: str) -> None:
        self.inside.get_by_label("Your name").fill(name)
        self.inside.get_by_label("What is it about?").fill(question)

    @property
    def start(self) -> Locator:
        return self.inside.get_by_role("button", name="Start chat")

    def shows(self, words: str | re.Pattern[str]) -> None:
        """Waits until they can be read; much else is there, hidden."""
        body = self.inside.locator("body")
        expect(body).to_contain_text(words, use_inner_text=True)

    def hides(self, words: str) -> None:
        body = self.inside.locator("body")
        expect(body).not_to_contain_text(words, use_inner_text=True)

    @property
    def bar(self) -> Locator:
        """What is said about the network, and about what did not work."""
        return self.inside.locator('[data-part="bar"]')

    def tab_to(self, wanted: Locator, key: str = "Tab") -> None:
        """By this key alone, as often as there can be stops."""
        for _ in range(40):
            self.page.keyboard.press(key)
            if wanted.evaluate("node => node === node.ownerDocument.activeElement"):
                return
        raise AssertionError(f"{wanted} cannot be reached by {key}")

    @property
    def log(self) -> Locator:
        return self.inside.get_by_role("log")

    @property
    def box(self) -> Locator:
        return self.inside.locator("#chat-text")

    def says(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")
        expect(self.log).to_contain_text(text)


class Shop:
    """Somebody else's site: an origin of its own, a strict policy, loud styles."""

    def __init__(self, floorwalker: str) -> None:
        page, policy = HOST_PAGE.format(url=floorwalker), POLICY.format(floorwalker)

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                styles = self.path.endswith(".css")
                self.send_response(200)
                kind = "text/css" if styles else "text/html"
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write((HOST_STYLE if styles else page).encode())

            def log_message(self, format: str, *args: object) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def visit(self, page: Page) -> Chat:
        """Come in and open the chat."""
        page.goto(f"{self.origin}/")
        page.get_by_role("button", name="Chat with us").click()
        return Chat(page, page.frame_locator("iframe"))


def allow_origin(server: LiveServer, origin: str) -> None:
    """Put this origin on the demo site's list."""
    code = (
        "from gateways.models import ChatSite\n"
        f"ChatSite.objects.filter(key='demo').update(origins='{origin}')"
    )
    server.manage("shell", "--verbosity=0", "-c", code)


def picture(page: Page, name: str) -> None:
    """Kept where FLOOR_PICTURES names a folder: for people to look at."""
    folder = os.environ.get("FLOOR_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")
