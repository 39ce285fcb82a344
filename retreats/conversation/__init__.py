"""The closed conversation of a gathering, after its end.

Promises: only who chose to join, and those who led, read or write it; everybody appears under the name they chose; it can be left
at once, with one's words or without; it is read-only from day 90 on and deleted at its date; no letter carries a word of it.
"""
