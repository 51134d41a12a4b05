"""What is taken out before a message is read: addresses, ids, names."""

import re

ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+")
ID = re.compile(r"#?\b(?=[\w-]*\d)[\w-]{4,}\b")
# "Hi Joy", "my name is Grace Moody": names that happen to be feelings. A word that
# opens a sentence, or one that is shouted, is no name.
NAME = re.compile(
    r"\b((?i:hi|hello|hey|dear|thanks|hej|kære|tak|my name is|i'm called"
    r"|jeg hedder|mit navn er)) (?!(?:This|That|Your?|My|The|It|Is|Are|What|Why|How"
    r"|Where|Det|Jeg|Jeres?|Mine?|Hvor|Hvad|Er|Har|Kan)\b)"
    r"[A-ZÆØÅ][a-zæøåéü'-]+(?: [A-ZÆØÅ][a-zæøåéü'-]+)*"
)


def mask(text: str) -> str:
    """The text without what names somebody or something, its mood untouched."""
    text = ADDRESS.sub(" ", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return NAME.sub(r"\1", ID.sub(" ", text))
