"""Setting the house up by pages: from the setup link to a published gathering, each step tried for real.

Promises: the setup link makes one owner and never a second; what a page says was tried was tried, with what the server
answered; money paid for trying goes back by itself, and stands in no ledger.
"""
