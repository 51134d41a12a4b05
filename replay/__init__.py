"""The demo floor: plays dialogues through the public API."""
