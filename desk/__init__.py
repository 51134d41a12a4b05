"""The agent's door: offers and conversations at hand."""
