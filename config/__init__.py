"""The hallway: settings, addresses and the server entry."""
