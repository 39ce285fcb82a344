"""Why a letter did not go out: kept as a word of ours with what the mail server answered, said in the reader's language.

What is stored is `word` or `word: answer`, without any address. Sentences of earlier versions are understood too.
"""

from __future__ import annotations

import re

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

NOT_SET, NOT_ACCEPTED, ADDRESS_REFUSED = "not_set", "not_accepted", "address_refused"
LETTER_REFUSED, UNREACHABLE, KEPT_BACK = "letter_refused", "unreachable", "kept_back"
SENTENCES: dict[str, LazyString] = {
    NOT_SET: _l("No mail server is set yet: the letter waits."),
    NOT_ACCEPTED: _l("The mail server does not accept us."),
    ADDRESS_REFUSED: _l("The mail server does not take letters for this address."),
    LETTER_REFUSED: _l("The mail server did not take the letter."),
    UNREACHABLE: _l("The mail server could not be reached."),
    KEPT_BACK: _l(
        "Not sent: this address has taken no letters, and the house writes nothing there until it is put right."
    ),
}
"""What each word says."""
FORMER = {
    "No mail server is set yet": NOT_SET,
    "The mail server does not accept us": NOT_ACCEPTED,
    "The mail server does not take letters for this address": ADDRESS_REFUSED,
    "The mail server did not take the letter": LETTER_REFUSED,
    "The mail server could not be reached": UNREACHABLE,
    "Not sent: this address has taken no letters": KEPT_BACK,
}
"""How the sentences begin that were stored until version 0018 of the database."""
_FORMER_ANSWER = re.compile(r" \((?:answer )?([^()]+)\)\.$")
_ADDRESS = re.compile(r"<?[^\s<>@:;,()\"']+@[^\s<>@:;,()\"']+>?")
_LONGEST = 300
_A_NAME = 3
"""From how many letters on the part before the @ is taken for a name that must not be kept."""


def stored(word: str, answer: str = "") -> str:
    """As it stands in the database."""
    return f"{word}: {answer}"[:_LONGEST] if answer else word


def without_addresses(answer: bytes, address: str = "") -> str:
    """What a server said, on one line and without anybody's address, whole or its first part."""
    text = " ".join(_ADDRESS.sub("…", answer.decode("utf-8", "replace")).split())
    name = address.partition("@")[0]
    return re.sub(re.escape(name), "…", text, flags=re.IGNORECASE) if len(name) >= _A_NAME else text


def said(failure: str | None) -> str:
    """A sentence for whoever reads, with the server's own words behind it. What nobody understands is shown as it is."""
    if not failure:
        return ""
    word, _colon, answer = failure.partition(": ")
    if word not in SENTENCES:
        word, answer = _understood(failure)
    if not word:
        return failure
    sentence = str(SENTENCES[word])
    return _("%(sentence)s Its answer: %(answer)s", sentence=sentence, answer=answer) if answer else sentence


def _understood(sentence: str) -> tuple[str, str]:
    word = next((word for begins, word in FORMER.items() if sentence.startswith(begins)), "")
    answer = _FORMER_ANSWER.search(sentence)
    return word, answer[1] if answer and word != KEPT_BACK else ""
