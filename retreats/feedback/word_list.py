"""The second net: a few words, English and Portuguese, after which the care contact gets a copy of a text.

It is a list and nothing more: it misses much and may be wrong, and the form says that it is there.
"""

from __future__ import annotations

import re
import unicodedata

_ENGLISH = (
    r"suicid\w*",
    r"kill(ing)? myself",
    r"end(ing)? my life",
    r"(do not|don t|dont) want to (live|be alive)",
    r"want(ed)? to die",
    r"self harm\w*",
    r"(hurt|harm|cut)(ing)? myself",
    r"overdose\w*",
    r"rap(e|ed|ist)",
    r"assault\w*",
    r"molest\w*",
    r"abus(e|ed|ive|er)",
    r"harass\w*",
    r"touched me",
    r"forced me",
    r"threatened me",
)
_PORTUGUESE = (
    r"suicid\w*",
    r"matar me",
    r"mato me",
    r"(acabar com|por fim a|por termo a) (a )?minha vida",
    r"nao quero viver",
    r"(quero|queria|quis) morrer",
    r"automutil\w*",
    r"(magoar|ferir|cortar) me",
    r"viol(ou|acao|ada|ado|aram)( me)?",
    r"abus(o|ou|ada|ado|aram|iva|ivo)( me)?",
    r"assedi\w*",
    r"agred\w*",
    r"tocou me",
    r"forcou me",
    r"obrigou me",
    r"ameac\w*",
)
_PATTERN = re.compile(rf"\b(?:{'|'.join((*_ENGLISH, *_PORTUGUESE))})\b")


def alarms(text: str) -> bool:
    """Whether one of the words stands in this text; case, accents and punctuation do not matter."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return (
        _PATTERN.search(re.sub(r"[^a-z0-9]+", " ", "".join(each for each in plain if not unicodedata.combining(each))))
        is not None
    )
