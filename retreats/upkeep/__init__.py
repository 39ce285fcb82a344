"""Upkeep: whether the house is well, what is wrong in sentences, and what rests until somebody looks at it."""
