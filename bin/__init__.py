"""Scripts for set-up and upkeep; only the tests import from here."""
