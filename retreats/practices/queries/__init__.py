"""Reads of what goes on between sessions."""
