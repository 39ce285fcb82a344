"""An attack on unnamed words (I9): everything that can be stolen but the keys, against so many groups of five to twelve.

`season` lets people book, write and answer, in the worst order for them: as they booked. `loot` is what the attacker
has: every table of the live store with row numbers, or tuple and transaction ids, on three evenings and at the end; the backup
files of the same moments; every letter, subject and body, but its own link; every line of the log; the participant lists; and, which no
dump would give her, each released text in clear. `guess` tries every order of texts against every order of people, and
everything that touches both. `python -m tests.feedback.attack` does it for two hundred groups.
"""
