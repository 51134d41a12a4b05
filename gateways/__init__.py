"""The customer's doors, one file per door."""
