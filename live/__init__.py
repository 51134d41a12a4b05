"""What every open socket stands on: rings, looks, heartbeats. Knows no door."""
