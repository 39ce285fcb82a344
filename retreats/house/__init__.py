"""The house itself: its name, colours, languages, money and mail as its owner set them by pages, and its legal texts.

Promises: reading costs nothing (one row, kept in the process and looked at again every few seconds; at once in the
process that wrote); secrets are sealed; a colour that cannot be read is refused with one that can.
"""
