"""The organiser's screens of the catalogue."""
