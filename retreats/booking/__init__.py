"""Booking: registrations, the places in them, the waiting list, and the ledger that payments writes to.

Promises: never more places than capacity; a party is never split; one booking for one form, however often it is sent;
what was agreed (price, terms, page promise, refund tiers) is frozen when booking; a booking answered "yes" is on disk.
"""
