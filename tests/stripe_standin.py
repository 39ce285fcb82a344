"""Comes with its slice."""
