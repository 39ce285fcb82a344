"""As whom one can walk through the demonstration, and what `make run` prints."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import indent, wrap

from retreats.db import Localised
from retreats.demo.content import address, said


@dataclass(frozen=True, kw_only=True)
class Persona:
    """Somebody one can sign in as: what they are in the house, and what there is to see with their eyes."""

    key: str
    role: Localised
    why: Localised

    @property
    def email(self) -> str:
        """Their address."""
        return address(self.key)

    @property
    def name(self) -> str:
        """Their name, as the community's files have it."""
        return next(str(each["name"]) for each in said("people")["people"] if each["key"] == self.key)


PERSONAS = tuple(Persona(**each) for each in said("personas")["personas"])
"""In the order in which a visitor would want to meet them."""
PERSONA = {each.key: each for each in PERSONAS}
GREETERS = 4
"""How many of them the terminal introduces; all of them stand on `/demo/`."""


def welcome(site_url: str) -> str:
    """What `make run` prints: where to look first, and as whom."""
    site = site_url.rstrip("/")
    people = "\n".join(
        f"  {each.email:<20} {each.role['en']}\n{_below(each.why['en'])}" for each in PERSONAS[:GREETERS]
    )
    return f"""
The house is open: {site}/

  To book a free evening   {site}/gatherings/tuesday-circle/
  To book and pay          {site}/gatherings/slow-weekend-beginning-again/
  Behind the scenes        {site}/demo/
                           (sign in as anyone, read every letter, move the clock, begin again)
  From another terminal    bin/flask doctor, bin/flask outbox list, bin/flask reconcile

People to be:
{people}

Everybody here is invented, no letter leaves this machine, and no money moves. Ctrl-C ends it all.
"""


def _below(sentence: str) -> str:
    return indent("\n".join(wrap(sentence, 76)), " " * 23)
