"""What an attendee says about their health: given with explicit consent, read by those they ticked, each look written down.

Stored apart and encrypted; organisers never read it. It goes when consent is taken back, when the place is given back,
and fourteen days after the end.
"""
