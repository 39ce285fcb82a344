"""Letters that people of the house write to those of one gathering.

Promises: who reads it is decided when it is sent, and shown before; one letter a person; what is written is filled in
and never run; stopped on its way, what has not left stays here; whoever leads writes without seeing an address.
"""
