"""Compiles the translations, with Babel: a bare machine has no gettext tools."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as texts:
            catalogue = read_po(texts, abort_invalid=True)
        with source.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, catalogue)


if __name__ == "__main__":
    main()
