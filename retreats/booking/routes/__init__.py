"""The pages on which bookings are made and changed, one file for each."""
