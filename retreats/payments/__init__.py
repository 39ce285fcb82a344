"""Paying: a Stripe Checkout for a hold, the webhook and the return page, refunds, and the comparison of books.

Promises: one confirmation however the news arrives; every captured payment ends as a place, a refund or an open item;
nothing uncommitted while we talk to Stripe; Stripe learns an amount and a reference, never a name or a title of ours.
"""
