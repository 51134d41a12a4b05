"""Limits: the least that a bare library needs for the same."""
