"""Mail: letters are kept as ids, composed when sent, and spoken to a server with patience and a limit.

Promises: one letter for one occasion; after a crash at most a twin with the same Message-ID; no control character ever
reaches a header; nothing hangs longer than MAIL_TIMEOUT; what a server refuses for good is shown to the organiser.
"""
