"""Whose is each text? Every order of texts against every order of people, neighbours of signed words, and what touches both.

Which way of guessing is best is learned from one half of the groups and tried on the other, both ways round, so that the
best of thousands of ways is not best by luck alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from retreats.feedback.measures import Interval, wilson
from retreats.feedback.measures.intervals import Z
from tests.feedback.attack.loot import Row, words_in
from tests.feedback.attack.season import Season

Features = dict[str, tuple[str, Any]]
Guesses = list[int | None]


@dataclass
class Clue:
    """A text or a person, with everything that can be put into an order, and everything it leads to."""

    key: int
    question: str = ""
    signed_by: int | None = None
    features: Features = field(default_factory=dict)
    touches: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Outcome:
    """How it went, on groups from which nothing was learned."""

    texts: int
    hits: float
    chance: float
    ways: tuple[str, str]
    by_way: dict[str, float]
    """The share that each way finds over all groups: for a way that is named before one looks."""
    groups: list[list[float]]
    """What was found in each group, text by text."""

    @property
    def share(self) -> float:
        """Found, of all unnamed texts."""
        return self.hits / self.texts

    @property
    def interval(self) -> Interval:
        """Wilson's, 95 %, as if texts were independent."""
        return wilson(round(self.hits), self.texts)

    @property
    def interval_by_groups(self) -> Interval:
        """95 %, with groups as units: texts of one group are found or missed together (a cluster-robust standard error)."""
        squares = sum((sum(hits) - self.share * len(hits)) ** 2 for hits in self.groups)
        half = Z * squares**0.5 / self.texts
        return Interval(self.share - half, self.share + half)

    def __str__(self) -> str:
        (low, high), (least, most) = self.interval, self.interval_by_groups
        return (f"{self.share:.1%} of {self.texts} unnamed texts found (95 %: {low:.1%} to {high:.1%}; "
                f"with groups as units {least:.1%} to {most:.1%}), by chance "
                f"{self.chance:.1%}; best ways: {' / '.join(self.ways)}")  # fmt: skip


def attacked(season: Season) -> Outcome:
    """Learn on one half, try on the other, and the other way round."""
    scores: dict[str, dict[int, list[float]]] = defaultdict(dict)
    chances: list[float] = []
    texts, people = _texts(season), _people(season)
    for number, places in enumerate(season.participants):
        group = [people[place.id] for place in places]
        said = [each for each in texts[number] if each.signed_by is None]
        chances += [1 / len(group)] * len(said)
        truth = [season.truth[season.texts[each.key]] for each in said]
        for way, guesses in _ways(texts[number], said, group):
            scores[way][number] = [
                1 / len(group) if guess is None else float(guess == whose)
                for guess, whose in zip(guesses, truth, strict=True)
            ]
    whole = {way: by_group for way, by_group in scores.items() if len(by_group) == len(season.participants)}
    best = [max(whole, key=lambda way: _found(whole[way], half)) for half in (0, 1)]
    tried = [whole[best[1 - number % 2]][number] for number in range(len(season.participants))]
    by_way = {way: (_found(each, 0) + _found(each, 1)) / len(chances) for way, each in whole.items()}
    return Outcome(len(chances), sum(map(sum, tried)), sum(chances) / len(chances), (best[0], best[1]), by_way, tried)


def _found(by_group: dict[int, list[float]], half: int) -> float:
    """Hits in the groups of one half."""
    return sum(sum(hits) for number, hits in by_group.items() if number % 2 == half)


def _texts(season: Season) -> list[list[Clue]]:
    """The texts of each group, with every row of any dump that leads to them."""
    group_of = {place.gathering_id: number for number, places in enumerate(season.participants) for place in places}
    last = season.loot[-1].live
    windows = {row.cells["id"]: group_of[row.cells["gathering_id"]] for row in last if row.table == "form_window"}
    batches = {row.cells["id"]: windows[row.cells["window_id"]] for row in last if row.table == "batch"}
    found: list[list[Clue]] = [[] for _ in season.participants]
    keys: dict[str, Clue] = {}
    for row in (row for row in last if row.table == "point"):
        clue = Clue(row.cells["id"], row.cells["question"], row.cells.get("place_id"))
        clue.touches |= words_in(season.texts[clue.key])
        found[batches[row.cells["batch_id"]]].append(clue)
        keys |= {str(row.cells["id"]): clue, str(row.cells.get("locator")): clue}
    for number, loot in enumerate(season.loot):
        _gather(keys, loot.live, f"{number} live")
        _gather(keys, loot.backup, f"{number} backup")
    return found


def _people(season: Season) -> dict[int, Clue]:
    """Everybody, with every row, line and letter that leads to them, at the end and on the evenings."""
    found = {place.id: Clue(place.id) for places in season.participants for place in places}
    keys: dict[str, Clue] = {}
    for number, place in enumerate(place for places in season.participants for place in places):
        clue = found[place.id]
        clue.features["the participant list"] = ("", number)
        keys |= {str(each): clue for each in (place.id, place.registration_id, place.person_id, place.reference)}
    _gather(keys, season.loot[-1].live, "live")
    _read_mail(found, season)
    for loot in season.loot[:-1]:
        for row in loot.live:
            for clue in _led_to(keys, row):
                clue.touches |= {each for each in row.leads_to if each.startswith("transaction")}
    _read_lines(found, season)
    return found


def _gather(keys: dict[str, Clue], rows: Iterable[Row], where: str) -> None:
    for row in rows:
        for clue in _led_to(keys, row):
            clue.touches |= row.leads_to
            clue.features.setdefault(f"first in {row.table}", ("", where))
            for column, value in row.cells.items():
                name, spelled = f"{where} {row.table}.{column}", _comparable(value)
                if name not in clue.features or spelled < clue.features[name]:
                    clue.features[name] = spelled


def _led_to(keys: dict[str, Clue], row: Row) -> list[Clue]:
    return [keys[each] for each in row.leads_to if each in keys]


def _comparable(value: Any) -> tuple[str, Any]:
    return ("", value) if isinstance(value, int | float) else ("text", value)


def _read_lines(people: dict[int, Clue], season: Season) -> None:
    """Where each first and last stands in the log, by reference or address."""
    for place in (place for places in season.participants for place in places):
        at = [number for number, line in enumerate(season.log) if place.reference in line or f"<{place.email}>" in line]
        if at:
            people[place.id].features |= {"first in the log": ("", at[0]), "last in the log": ("", at[-1])}


def _read_mail(people: dict[int, Clue], season: Season) -> None:
    """When each letter came to each, in which words, how many there were, and every long word or number in it."""
    by_address = {place.email: people[place.id] for places in season.participants for place in places}
    for number, mail in enumerate(season.mail):
        clue = by_address.get(mail.to)
        if clue is None:
            continue
        clue.touches |= words_in(mail.body)
        _count = clue.features.get("how many letters", ("", 0))[1]
        clue.features["how many letters"] = ("", _count + 1)
        for name, value in (("order", number), ("moment", mail.sent), ("words", mail.body), ("length", len(mail.body))):
            clue.features.setdefault(f"first “{mail.subject}”: {name}", _comparable(value))
            clue.features[f"last “{mail.subject}”: {name}"] = _comparable(value)


def _ways(texts: list[Clue], said: list[Clue], people: list[Clue]) -> Iterable[tuple[str, Guesses]]:
    """Every way of guessing in one group: its name, and a guess for each unnamed text."""
    by_text, by_people = _orders(texts), _orders(people)
    yield "what touches both", _touching(said, people)
    yield "what only one of them shares with it", _owning(said, people)
    for name, order in by_text.items():
        yield f"beside signed words, by {name}", _beside(order, said)
        ranked = _ranked(order, said)
        for other, row in by_people.items():
            yield f"{name} as {other}", [row[int(rank * len(row))].key for rank in ranked]
            yield f"{name} against {other}", [row[-1 - int(rank * len(row))].key for rank in ranked]


def _orders(clues: list[Clue]) -> dict[str, list[Clue]]:
    """By every feature that all of them have and that tells at least two of them apart; each different order once."""
    found: dict[str, list[Clue]] = {}
    for name in sorted({name for clue in clues for name in clue.features}):
        having = [clue for clue in clues if name in clue.features]
        if len({clue.features[name] for clue in having}) > 1:
            rest = [clue for clue in clues if name not in clue.features]
            found[name] = sorted(having, key=lambda clue: clue.features[name]) + rest
    return found


def _ranked(order: list[Clue], said: list[Clue]) -> list[float]:
    """Where each unnamed text stands among those that answer the same question: from 0 to nearly 1."""
    places: dict[int, float] = {}
    for question in {clue.question for clue in order}:
        same = [clue for clue in order if clue.question == question]
        places |= {clue.key: number / len(same) for number, clue in enumerate(same)}
    return [places[clue.key] for clue in said]


def _beside(order: list[Clue], said: list[Clue]) -> Guesses:
    """The hand that signed the nearest text."""
    at = {clue.key: number for number, clue in enumerate(order)}
    signed = [clue for clue in order if clue.signed_by is not None]
    return [
        min(signed, key=lambda clue: abs(at[clue.key] - at[text.key])).signed_by if signed else None for text in said
    ]


def _touching(said: list[Clue], people: list[Clue]) -> Guesses:
    """The only one of the group who shares an id, a reference or a transaction with the text."""
    everybody = [clue.touches for clue in people]
    common = set.intersection(*everybody) if everybody else set()
    found: Guesses = []
    for text in said:
        sharing = [clue for clue in people if (clue.touches - common) & text.touches]
        found.append(sharing[0].key if len(sharing) == 1 else None)
    return found


def _owning(said: list[Clue], people: list[Clue]) -> Guesses:
    """Whoever alone of the group shares the most ids, references, transactions or words of letters with the text."""
    owners: dict[str, list[int]] = defaultdict(list)
    for clue in people:
        for each in clue.touches:
            owners[each].append(clue.key)
    found: Guesses = []
    for text in said:
        votes = Counter(owners[each][0] for each in text.touches if len(owners.get(each, ())) == 1)
        found.append(votes.most_common(1)[0][0] if votes else None)
    return found
