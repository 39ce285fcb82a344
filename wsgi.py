"""The application object for WSGI servers and for `flask --app wsgi`."""

from retreats import create_app

app = application = create_app()
