"""The demonstration: an invented community around today, and ways to walk through it. Only in demo mode."""
