"""Which language a customer writes, or "" when there is too little to tell."""

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

MIN_LETTERS = 20

# A short list makes short texts readable: among 130 languages every second
# Danish sentence of five words finds a better home elsewhere.
CANDIDATES = {"en", "da", "no", "sv", "fi", "de", "nl", "fr", "es", "pt", "it", "pl"}
CANDIDATES |= {"ro", "cs", "hu", "el", "tr", "ru", "uk", "ar", "fa", "zh", "ja"}

# Norwegian is so close that the identifier has to be sure of it; otherwise one
# Danish sentence in thirty would go unread.
SURE_OF_NORWEGIAN = 0.75


def detect_language(text: str) -> str:
    """ISO 639-1 code of the text; "" under twenty letters."""
    if sum(map(str.isalpha, text)) < MIN_LETTERS:
        return ""
    code, confidence = _identifier().classify(text)
    if code == "no" and confidence < SURE_OF_NORWEGIAN:
        return "da"
    return str(code)


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(CANDIDATES)
    return identifier
