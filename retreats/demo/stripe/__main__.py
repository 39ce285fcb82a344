"""`python -m retreats.demo.stripe --port P --ledger FILE …`: the stand-in until it is told to end."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from pathlib import Path
from threading import Event

from retreats.demo.stripe.desk import Settings
from retreats.demo.stripe.server import StandIn


def main() -> int:
    """Run until SIGTERM or SIGINT."""
    asked = _asked()
    complaint = _complaint(asked)
    if complaint:
        print(complaint, file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    asked.ledger.parent.mkdir(parents=True, exist_ok=True)
    ended = Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: ended.set())
    stand_in = StandIn(asked.ledger, _settings(asked), port=asked.port)
    stand_in.start()
    print(f"The stand-in for Stripe answers on {stand_in.base}. No money moves.", flush=True)
    ended.wait()
    stand_in.stop()
    return 0


def _asked() -> argparse.Namespace:
    known = os.environ
    reader = argparse.ArgumentParser(prog="python -m retreats.demo.stripe", description=__doc__)
    reader.add_argument("--port", type=int, default=int(known.get("STRIPE_STAND_IN_PORT", "0")))
    reader.add_argument("--ledger", type=Path, default=Path(known.get("VAR_DIR", "var")) / "stripe.db")
    reader.add_argument("--secret-key", default=known.get("STRIPE_SECRET_KEY") or Settings.secret_key)
    reader.add_argument("--webhook-url", default=known.get("STRIPE_WEBHOOK_URL") or None)
    secret = known.get("STRIPE_WEBHOOK_SECRET") or Settings.webhook_secrets[0]
    reader.add_argument("--webhook-secret", default=secret, help="two with a comma while one is being rolled")
    reader.add_argument("--site-url", default=known.get("SITE_URL", ""), help="where the desk's page leads back to")
    reader.add_argument("--public-url", default="", help="where browsers reach the pay page, if not on this port")
    reader.add_argument("--first-retry", type=float, default=Settings.first_retry, help="seconds")
    return reader.parse_args()


def _complaint(asked: argparse.Namespace) -> str | None:
    if not asked.secret_key.startswith("sk_test_"):
        return "The stand-in for Stripe takes test keys only: one that begins with sk_test_."
    if asked.webhook_url and not asked.webhook_url.startswith(("http://", "https://")):
        return "--webhook-url is not an address: write it with http:// in front."
    return None


def _settings(asked: argparse.Namespace) -> Settings:
    return Settings(
        secret_key=asked.secret_key,
        webhook_url=asked.webhook_url,
        webhook_secrets=tuple(part.strip() for part in asked.webhook_secret.split(",") if part.strip()),
        site_url=asked.site_url,
        public_url=asked.public_url,
        first_retry=asked.first_retry,
    )


if __name__ == "__main__":
    sys.exit(main())
