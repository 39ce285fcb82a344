"""Backups: everything the house keeps, in one file that either store can be filled from, and that shows whether it is whole."""
