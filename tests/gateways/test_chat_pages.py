"""The chat page and its widget: who may frame them, and what they say."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from gateways.chat.sites import as_origin
from tests import building
from tests.gateways.chat_door import a_site

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

SHOP = "https://www.shop.example"


def ancestors(policy: str) -> str:
    (found,) = re.findall(r"frame-ancestors ([^;]*)", policy)
    return str(found).strip()


def test_the_sites_pages_may_frame_the_chat_and_no_others() -> None:
    a_site("shop", origins=f"{SHOP}\nhttp://localhost:8080\nnonsense")
    answer = Client().get("/chat/?site=shop&embedded=1")
    assert answer.status_code == 200
    policy = answer["Content-Security-Policy"]
    assert ancestors(policy) == f"'self' {SHOP} http://localhost:8080"
    assert "unsafe" not in policy
    assert "X-Frame-Options" not in answer
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_without_origins_only_our_own_pages_may() -> None:
    a_site("shop")
    policy = Client().get("/chat/?site=shop")["Content-Security-Policy"]
    assert ancestors(policy) == "'self'"


@pytest.mark.parametrize("path", ["/accounts/login/", "/chat/?site=else"])
def test_other_pages_stay_unframed(path: str) -> None:
    a_site("shop", origins=SHOP)
    answer = Client().get(path)
    assert answer["X-Frame-Options"] == "DENY"
    assert ancestors(answer["Content-Security-Policy"]) == "'none'"


def test_the_page_knows_its_site() -> None:
    a_site("shop", origins=SHOP)
    text = Client().get("/chat/?site=shop&embedded=1&lang=da").content.decode()
    assert 'lang="da"' in text
    config = re.search(r'id="chat-config"[^>]*>([^<]*)<', text)
    assert config is not None
    for part in ('"site": "shop"', '"embedded": true', '"locale": "da"', SHOP):
        assert part in config[1]


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("&lang=da", "en", "da"),
        ("&lang=en", "da", "en"),
        ("", "da", "da"),
        ("&lang=xx", "da", "da"),
        ("&lang=", "en", "en"),
    ],
)
def test_the_page_speaks_as_it_is_asked(
    query: str, accepted: str, language: str
) -> None:
    a_site("shop")
    client = Client(headers={"accept-language": accepted})
    answer = client.get(f"/chat/?site=shop{query}")
    assert answer["Content-Language"] == language
    assert f'<html lang="{language}"' in answer.content.decode()


def test_a_name_is_text_on_the_page() -> None:
    a_site("shop", stream=None)
    site = a_site("odd")
    site.name = "</script><script>alert(1)</script>"
    site.save()
    assert "<script>alert(1)" not in Client().get("/chat/?site=odd").content.decode()


def test_a_wrong_address_is_told_kindly() -> None:
    a_site("shop")
    answer = Client().get("/chat/?site=else")
    assert answer.status_code == 404
    assert "There is no chat at this address" in answer.content.decode()


def test_without_any_site_the_administrator_is_told_what_to_do() -> None:
    answer = Client().get("/chat/")
    assert answer.status_code == 404
    assert "/admin/gateways/chatsite/add/" in answer.content.decode()


def test_only_reading() -> None:
    a_site("shop")
    assert Client().post("/chat/?site=shop").status_code == 405
    assert Client().post("/chat/widget.js").status_code == 405


def test_the_widget_is_served_for_other_peoples_pages() -> None:
    client = Client()
    answer = client.get("/chat/widget.js")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "max-age=300" in answer["Cache-Control"]
    assert not answer.cookies
    again = client.get("/chat/widget.js", headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    packed = client.get("/chat/widget.js", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < 30_000


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://www.shop.example", "https://www.shop.example"),
        (" HTTPS://WWW.Shop.example/ ", "https://www.shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("shop.example", ""),
        ("https://shop.example/path", ""),
        ("https://*.shop.example", ""),
        ("https://shop.example; script-src *", ""),
        ("https://user@shop.example", ""),
        ("*", ""),
        ("null", ""),
        ("'self'", ""),
        ("ftp://shop.example", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_an_origin_is_whole_or_none(text: str, origin: str) -> None:
    assert as_origin(text) == origin


def test_an_open_floor_page_is_framed_by_nobody() -> None:
    client = Client()
    client.force_login(building.a_supervisor())
    a_site("shop", origins=SHOP)
    assert client.get("/")["X-Frame-Options"] == "DENY"
