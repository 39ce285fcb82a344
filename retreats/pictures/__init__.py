"""Pictures: photographs of gatherings, people and venues, as the house shows them.

Promises: whatever is sent is decoded and written anew, so nothing of the file itself is ever served: no place where it
was taken, no script, no hidden second file; what is too large is refused before it is decoded; an address never shows
anything but what it showed first; a picture whose page is not public is not public either.
"""
