"""What is said where no dialogue has a line: by simulated agents to people who write
themselves, and by simulated customers who have said it all. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language; `stranger` is a customer who gave no name, `listening` goes
    round."""

    greeting: str
    stranger: str
    asking: str
    listening: tuple[str, ...]
    parting: str
    nothing_more: str

    def answer(self, number: int) -> str:
        """What to say to the customer's words number `number`, counted from 0."""
        return self.listening[number % len(self.listening)]

    def greet(self, *, agent: str, customer: str) -> str:
        """The first words."""
        names = {"agent": agent, "customer": customer or self.stranger}
        return self.greeting % names


ENGLISH = Phrases(
    greeting="Hello %(customer)s, you are talking to %(agent)s. Thank you for writing.",
    stranger="there",
    asking=(
        "I am one of the simulated agents of this demo, so I cannot look anything up,"
        " but I will take it all down. What would you like us to know?"
    ),
    listening=(
        "Thank you, I have noted that. When did it begin?",
        "I see. Is there anything that you have tried already?",
        "That is good to know. How would you like to have it in the end?",
        "Understood, and it is written down. Is there anything else?",
        "Of course. I have added it to my notes. What else can I take down?",
    ),
    parting=(
        "I have not heard from you for a while, so I end our conversation here."
        " Write again whenever you like. Goodbye!"
    ),
    nothing_more="Thank you, that was all from me.",
)

DANISH = Phrases(
    greeting="Hej %(customer)s, du taler med %(agent)s. Tak, fordi du skriver.",
    stranger="med dig",
    asking=(
        "Jeg er en af demoens simulerede medarbejdere, så jeg kan ikke slå noget op,"
        " men jeg skriver det hele ned. Hvad vil du gerne fortælle os?"
    ),
    listening=(
        "Tak, det har jeg noteret. Hvornår begyndte det?",
        "Det er jeg med på. Er der noget, du allerede har prøvet?",
        "Godt at vide. Hvordan vil du helst have, at det ender?",
        "Forstået, og det er skrevet ned. Er der andet?",
        "Selvfølgelig. Det står i mine noter nu. Hvad mere skal jeg tage med?",
    ),
    parting=(
        "Jeg har ikke hørt fra dig et stykke tid, så jeg afslutter vores samtale her."
        " Du er altid velkommen til at skrive igen. Farvel!"
    ),
    nothing_more="Tak, det var alt fra mig.",
)

PHRASES: Mapping[str, Phrases] = {"da": DANISH}


def phrases_for(language: str) -> Phrases:
    """By the language of the conversation; English where it is another or none."""
    return PHRASES.get(language.partition("-")[0].lower(), ENGLISH)
