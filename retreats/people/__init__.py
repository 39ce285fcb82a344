"""Everybody the house knows: one record for each person over the years, who may do what, and two records put together.

Promises: a record never shows what somebody said about a gathering; nobody can take away the last one who looks after
the house; what belongs to a person is either moved when two records become one, or the two stay two.
"""
