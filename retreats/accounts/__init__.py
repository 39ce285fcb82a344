"""People: recognised by their mail address, signed in by mail, with the roles they hold and no password.

Promises: nobody learns from us whether an address is known; a session is a row that can be ended, and ends at once;
whoever is disabled is refused at the very next request.
"""
