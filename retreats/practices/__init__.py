"""What goes on between and after sessions: practices, material and what to bring.

Promises: a practice is offered and never counted against anybody; what somebody plans and notes about it is theirs, sealed, until
they show a note, and shown only until they take it back; reminders come weekly, four in all, only to who asked for them, and end
at once; material opens only to those whose place it is.
"""
