"""The reciprocal loop: what people say before and after a gathering finds its way back to them, answered.

Promises: nobody but the author can join unnamed words to a person, from anything the house stores; nothing is shown
before enough people have answered; every point is owed something by a date; only its author says what kind of point it
is and whether it was met; what went to the care contact reaches nobody else.
"""
