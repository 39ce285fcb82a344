"""What the house holds of a person: shown to them, handed over, erased when they ask for it, and never kept longer than said.

It knows every slice, and no slice knows it: each says itself what it holds (`export`) and lets go of it (`forget`).
"""
