"""Every word that people read is there in Danish, and pages and answers use it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.template.base import Lexer, TokenType
from django.test import Client
from django.utils.translation import override

from bin.messages import LANGUAGES, ROOT, SOURCES, catalogue_path, gathered
from conversations.states import Situation
from supervisor.rules import Action
from supervisor.sentences import sentence
from tests.building import a_queue, a_supervisor, in_situation

PAIRS = [(language, domain) for language in LANGUAGES for domain in SOURCES]
everything = pytest.mark.parametrize(("language", "domain"), PAIRS)

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|\{\w*\}")
LITERAL = re.compile(
    r"""(?:\.(?:textContent|title|ariaLabel|placeholder|innerText)\s*=\s*"""
    r"""|(?:title|placeholder|"aria-label")\s*:\s*"""
    r"""|\bwrite\(\s*[\w.#]+,\s*|\balert\(|\bconfirm\()"""
    r"""["'`](?P<text>[^"'`]*)["'`]"""
)
WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = {"Floorwalker", "English", "Dansk", "Esc", "Ctrl"}
"""What is the same in every language, or stands in its own."""


def translated(language: str, domain: str) -> Catalog:
    with catalogue_path(language, domain).open("rb") as texts:
        return read_po(texts, locale=language, abort_invalid=True)


def key(message: Message) -> tuple[object, str | None]:
    return message.id, message.context


def together(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value)  # type: ignore[call-overload]


@everything
def test_every_text_is_in_the_catalogue_and_no_other(
    language: str, domain: str
) -> None:
    wanted = {key(message) for message in gathered(domain) if message.id}
    catalogue = translated(language, domain)
    held = {key(message) for message in catalogue if message.id}
    assert wanted - held == set(), "new: run bin/messages.py and translate"
    assert held - wanted == set(), "forgotten: run bin/messages.py"
    assert not catalogue.obsolete


@everything
def test_every_text_is_translated_and_none_is_a_guess(
    language: str, domain: str
) -> None:
    messages = [message for message in translated(language, domain) if message.id]
    empty = [m.id for m in messages if not all(together(m.string))]
    assert empty == []
    assert [m.id for m in messages if m.fuzzy] == []


@everything
def test_a_translation_fills_the_same_places(language: str, domain: str) -> None:
    differing = []
    for message in translated(language, domain):
        forms = together(message.id)
        for number, text in enumerate(together(message.string) if message.id else []):
            # The singular may name no number: "The only agent ...".
            form = forms[min(number, len(forms) - 1)]
            wanted = sorted(PLACEHOLDER.findall(form))
            if sorted(PLACEHOLDER.findall(text)) != wanted:
                differing.append((form, text))
    assert differing == []


@everything
def test_a_translation_ends_like_its_original(language: str, domain: str) -> None:
    """A sentence stays a sentence, and a space that joins words is kept."""
    differing = []
    for message in translated(language, domain):
        for one, text in zip(
            together(message.id), together(message.string), strict=False
        ):
            if message.id and _ending(one) != _ending(text):
                differing.append((one, text))
    assert differing == []


def test_templates_hold_no_words_outside_the_translate_tags() -> None:
    loose = {
        f"{path.relative_to(ROOT)}: {words}"
        for path in _files("template")
        for words in _loose_words(path.read_text())
    }
    assert loose == set()


def test_a_user_name_is_no_word_to_translate() -> None:
    assert list(_loose_words('<dt translate="no">billing</dt> Loose')) == ["Loose"]


def test_the_scanner_finds_a_loose_word_in_text_and_in_attributes() -> None:
    assert list(_loose_words('<p>{% translate "Fine" %} Loose</p>')) == ["Loose"]
    assert list(_loose_words('<a title="Loose {{ x }}">{{ y }}</a>')) == ["Loose"]


def test_scripts_show_no_words_outside_the_catalogue() -> None:
    loose = {
        f"{path.relative_to(ROOT)}: {match['text']}"
        for path in _files("javascript")
        for match in LITERAL.finditer(path.read_text())
        if set(WORD.findall(re.sub(r"\$\{.*?\}", "", match["text"]))) - NAMES
    }
    assert loose == set()


def test_the_scanner_finds_a_loose_word_in_a_script() -> None:
    assert LITERAL.search('node.textContent = "Loose";')
    assert LITERAL.search("write(this.#word, `Loose ${x}`)")
    assert not LITERAL.search('node.textContent = gettext("Fine");')


@pytest.mark.django_db
def test_the_login_page_follows_the_browsers_language() -> None:
    page = Client().get("/accounts/login/", headers={"accept-language": "da"})
    assert page.headers["Content-Language"] == "da"
    text = page.content.decode()
    assert '<html lang="da"' in text
    assert "Brugernavn" in text
    assert "Username" not in text


@pytest.mark.django_db
def test_the_floor_follows_the_language_that_was_chosen() -> None:
    client = Client()
    client.force_login(a_supervisor())
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "da"
    text = client.get("/").content.decode()
    assert "Igangværende samtaler" in text
    assert "Administratoren har sl\\u00e5et Supervisortildeling fra." in text
    assert "Ongoing conversations" not in text


@pytest.mark.django_db
def test_the_table_without_scripts_shows_no_codes() -> None:
    queue = a_queue()
    in_situation(Situation.WRAP_UP, queue=queue)
    client = Client(headers={"accept-language": "da"})
    client.force_login(a_supervisor(queues=[queue]))
    text = client.get("/?plain=1").content.decode()
    assert "<td>efterbehandling</td>" in text
    assert "<td>livechat</td><td>ukendt</td>" in text


@pytest.mark.django_db
def test_a_refusal_of_the_api_is_danish_too() -> None:
    client = Client(headers={"accept-language": "da"})
    client.force_login(a_supervisor())
    answer = client.post(
        "/api/v1/conversations/1/monitor/",
        {"state_version": 1},
        content_type="application/json",
    )
    assert answer.status_code == 404
    assert answer.json()["detail"] == "Det findes ikke her, eller det er ikke dit."


def test_a_wrong_state_is_one_danish_sentence_for_every_action() -> None:
    with override("da"):
        told = sentence(Action.TRANSFER, "wrong_state", Situation.WRAP_UP)
        every = {
            sentence(action, "wrong_state", situation)
            for action in Action
            for situation in Situation
        }
    assert told == (
        "Kun en samtale, der er i dialog eller afventer kunden, kan overdrages; "
        "denne er i efterbehandling."
    )
    assert len(every) == len(Action) * len(Situation)
    assert not [text for text in every if "this one is" in text or "%" in text]


@pytest.mark.django_db
def test_scripts_get_the_danish_catalogue() -> None:
    script = Client().get("/jsi18n/", headers={"accept-language": "da"})
    text = script.content.decode()
    assert '"Force close": "Tvangsluk"' in text
    assert '"%s conversation": [\n      "%s samtale",' in text


def _ending(text: str) -> tuple[str, str, bool]:
    last = text[-1:] if text[-1:] in ".?…:; " else ""
    return text[:1] if text[:1] in ", " else "", last, "\n" in text


def _files(method: str) -> Iterator[Path]:
    for methods in SOURCES.values():
        for pattern in methods.get(method, []):
            yield from sorted(ROOT.glob(pattern))


class _Words(HTMLParser):
    """Collects text and the attributes that people see or hear."""

    SPOKEN = ("title", "aria-label", "placeholder", "alt")
    UNREAD = ("script", "style", "svg", "kbd", "code")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._unread: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.UNREAD or ("translate", "no") in attrs:
            self._unread.append(tag)
        self.found += [text or "" for name, text in attrs if name in self.SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        if self._unread[-1:] == [tag]:
            self._unread.pop()

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.found.append(data)


def _loose_words(source: str) -> Iterator[str]:
    reader = _Words()
    reader.feed("".join(_plain(source)))
    for text in reader.found:
        yield from (word for word in WORD.findall(text) if word not in NAMES)


def _plain(source: str) -> Iterator[str]:
    """The page without its tags and variables, and without what is translated."""
    inside = ""
    for token in Lexer(source).tokenize():
        name = (
            token.contents.split(" ")[0] if token.token_type == TokenType.BLOCK else ""
        )
        if name in ("blocktranslate", "comment"):
            inside = name
        elif token.contents == "block body_class":
            inside = "block"
        elif name == f"end{inside}":
            inside = ""
        elif token.token_type == TokenType.TEXT and not inside:
            yield token.contents
