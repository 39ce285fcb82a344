"""`make bench`: what a booking, a rush, a page, a first visit and a start cost, on this machine, from one run."""
