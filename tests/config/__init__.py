"""The hallway: settings, processes, origins, static files."""
