"""The demo floor's quick replies: ten, in both languages of the product."""

from __future__ import annotations

from typing import NamedTuple

from conversations.locks import one_transaction
from desk.models import QuickReply


class Reply(NamedTuple):
    """One text in one language."""

    shortcut: str
    language: str
    title: str
    text: str


REPLIES = (
    Reply(
        "hello",
        "en",
        "Greeting",
        "Hello %(customer)s, my name is %(agent)s. How can I help you?",
    ),
    Reply(
        "hello",
        "da",
        "Velkomst",
        "Hej %(customer)s, mit navn er %(agent)s. Hvad kan jeg hjælpe med?",
    ),
    Reply(
        "moment",
        "en",
        "One moment",
        "One moment please, %(customer)s, I am looking into it.",
    ),
    Reply(
        "moment", "da", "Et øjeblik", "Et øjeblik, %(customer)s, jeg undersøger det."
    ),
    Reply(
        "number",
        "en",
        "Ask for the order number",
        "Could you please give me your order or customer number?",
    ),
    Reply(
        "number",
        "da",
        "Spørg efter ordrenummer",
        "Må jeg bede om dit ordre- eller kundenummer?",
    ),
    Reply(
        "screenshot",
        "en",
        "Ask what is shown",
        "What exactly does the message on your screen say?",
    ),
    Reply(
        "screenshot",
        "da",
        "Spørg, hvad der står",
        "Hvad står der helt præcist på din skærm?",
    ),
    Reply(
        "restart",
        "en",
        "Turn it off and on",
        "Please unplug the box, wait for 30 seconds and plug it in again. It takes"
        " about three minutes until all lights are green.",
    ),
    Reply(
        "restart",
        "da",
        "Sluk og tænd",
        "Tag stikket ud, vent 30 sekunder, og sæt det i igen. Der går omkring tre"
        " minutter, før alle lamper er grønne.",
    ),
    Reply(
        "refund",
        "en",
        "Refund under way",
        "I have sent the refund. It is on your account within five working days.",
    ),
    Reply(
        "refund",
        "da",
        "Pengene er på vej",
        "Jeg har sendt pengene retur. De er på din konto inden for fem hverdage.",
    ),
    Reply(
        "sorry",
        "en",
        "Apology",
        "I am sorry about that, %(customer)s. Let me put it right.",
    ),
    Reply(
        "sorry",
        "da",
        "Undskyldning",
        "Det er jeg ked af, %(customer)s. Lad mig få det bragt i orden.",
    ),
    Reply(
        "colleague",
        "en",
        "Asking a colleague",
        "I am asking a colleague who knows this better. Please stay with me.",
    ),
    Reply(
        "colleague",
        "da",
        "Spørger en kollega",
        "Jeg spørger en kollega, der ved mere om det. Bliv endelig hængende.",
    ),
    Reply(
        "more",
        "en",
        "Anything else?",
        "Is there anything else that I can do for you?",
    ),
    Reply("more", "da", "Andet?", "Er der andet, jeg kan gøre for dig?"),
    Reply(
        "bye",
        "en",
        "Goodbye",
        "Thank you for writing, %(customer)s. Have a good day! Regards, %(agent)s",
    ),
    Reply(
        "bye",
        "da",
        "Farvel",
        "Tak for snakken, %(customer)s. Hav en god dag! Hilsen %(agent)s",
    ),
)


@one_transaction
def add_quick_replies() -> None:
    """Only where there are none yet: what administrators have made stays."""
    if not QuickReply.objects.exists():
        QuickReply.objects.bulk_create(
            QuickReply(**reply._asdict()) for reply in REPLIES
        )
