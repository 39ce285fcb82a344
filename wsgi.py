"""The application object for WSGI servers and for `flask --app wsgi`."""

import click

from retreats import create_app, starting

app = application = create_app()
if click.get_current_context(silent=True) is None:  # a server; commands must run whatever the database is like
    starting.refuse_another_version(app)
    starting.erase_again(app)
