"""What the house offers: gatherings with their sessions, places and prices; venues, facilitators, series.

Promises: a gathering is published only when everything a person must know before paying is there; a place is taken by one
conditional UPDATE, so that the database decides who gets the last one; what was promised on a page is kept by version.
"""
