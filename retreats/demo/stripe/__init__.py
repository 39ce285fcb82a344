"""A stand-in for Stripe: its API over HTTP on loopback, with a pay page, signed webhooks and a ledger of its own.

It is a separate process and knows nothing of the house: what the house sends is checked against the parameter types
that Stripe's own library ships, and answered with objects which that library reads. No money moves.
Source: https://docs.stripe.com/api (Checkout Sessions, PaymentIntents, Refunds, Disputes, Events, Idempotent requests).
"""
