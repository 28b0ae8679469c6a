"""What the owner chose about a table: how its columns are read, and whom its words mean. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from server.booking.importing.headers import Field, guess, plain_words
from server.booking.importing.reading import Sheet
from server.booking.importing.rules import Telling
from server.booking.importing.times import (
    Order,
    guess_order,
)
from server.clinic.rules import Clinic, Service, TherapistCard
from server.moments import known_zone

MOST_WORDS = 40
LEFT_OUT = "-"
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class Choices:
    """How a table is to be read. `therapists` and `services`: the word in a cell -> an id, or LEFT_OUT; `therapist`
    and `service`: for lines whose cell is empty."""

    columns: tuple[Field, ...]
    order: Order
    zone: str
    therapists: Mapping[str, str] = field(default_factory=dict, repr=False)
    services: Mapping[str, str] = field(default_factory=dict, repr=False)
    therapist: str = ""
    service: str = ""
    outside: bool = False
    telling: Telling = Telling.NOTHING

    def to_json(self) -> str:
        return json.dumps(vars(self), ensure_ascii=False)

    def column(self, wanted: Field) -> int:
        """Where a field stands; -1: nowhere."""
        return self.columns.index(wanted) if wanted in self.columns else -1

    @property
    def has_times(self) -> bool:
        return Field.DATE in self.columns


def from_json(text: str) -> Choices:
    """The choices that `to_json` gave."""
    kept = json.loads(text)
    kept |= {"columns": tuple(Field(one) for one in kept["columns"])}
    return Choices(**kept | {"order": Order(kept["order"]), "telling": Telling(kept["telling"])})


@dataclass(frozen=True)
class Team:
    """Who and what lines may name."""

    clinic: Clinic
    therapists: Sequence[TherapistCard]
    services: Sequence[Service]
    offers: Mapping[UUID, frozenset[UUID]]


def first_guess(sheet: Sheet, team: Team) -> Choices:
    """What most likely holds, before the owner said anything."""
    columns = _of_calendar(sheet) if sheet.calendar else guess(sheet.headers)
    dates = sheet.column(columns.index(Field.DATE)) if Field.DATE in columns else []
    made = Choices(columns, guess_order(dates, team.clinic.country), team.clinic.zone.key)
    return with_words(made, sheet, team, {}, {})


def _of_calendar(sheet: Sheet) -> tuple[Field, ...]:
    """Whoever is invited is the patient; where hardly anybody is, the title names them."""
    named = [Field.NONE, Field.DATE, Field.END, Field.NAME, Field.MAIL, Field.THERAPIST]
    if 2 * len(sheet.column(3)) < len(sheet.lines):
        named[0], named[3] = Field.NAME, Field.NONE
    return tuple(named)


def with_words(
    choices: Choices, sheet: Sheet, team: Team, therapists: Mapping[str, str], services: Mapping[str, str]
) -> Choices:
    """The same with an answer for every word that stands in the columns of therapists and services."""
    people = {str(one.staff_id): one.name for one in team.therapists}
    kinds = {str(one.id): one.name for one in team.services}
    kept = vars(choices) | {
        "therapists": _answers(words_in(sheet, choices.column(Field.THERAPIST)), people, therapists),
        "services": _answers(words_in(sheet, choices.column(Field.SERVICE)), kinds, services),
        "therapist": choices.therapist if choices.therapist in people else _only(people),
        "service": choices.service if choices.service in kinds else _only(kinds),
    }
    return Choices(**kept)


def words_in(sheet: Sheet, column: int) -> list[str]:
    """The different words of a column, in order; of too many the first."""
    return list(dict.fromkeys(sheet.column(column)))[:MOST_WORDS] if column >= 0 else []


def _answers(words: Sequence[str], known: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    return {word: said[word] if said.get(word) in {*known, LEFT_OUT} else _alike(word, known) for word in words}


def _alike(word: str, known: Mapping[str, str]) -> str:
    """Whose name holds all parts of the word, or the other way round; LEFT_OUT when nobody's or several do."""
    parts = set(plain_words(word).split())
    found = [
        key
        for key, name in known.items()
        if parts and (parts <= (theirs := set(plain_words(name).split())) or theirs <= parts)
    ]
    same = [key for key in found if plain_words(known[key]) == plain_words(word)]
    return same[0] if same else found[0] if len(found) == 1 else LEFT_OUT


def _only(known: Mapping[str, str]) -> str:
    return next(iter(known)) if len(known) == 1 else ""


def parse_choices(fields: Mapping[str, str], before: Choices, sheet: Sheet, team: Team) -> Choices:
    """What the form says; what it does not say, or says of nobody, stays."""
    columns = tuple(_field(fields.get(f"column-{number}"), old) for number, old in enumerate(before.columns))
    first = {one: columns.index(one) for one in columns}
    columns = tuple(one if first[one] == at else Field.NONE for at, one in enumerate(columns))
    zone = fields.get("zone", "")
    said = Choices(
        columns=columns,
        order=_one_of(Order, fields.get("order", ""), before.order),
        zone=zone if known_zone(zone) else before.zone,
        therapist=fields.get("therapist", before.therapist),
        service=fields.get("service", before.service),
        outside=bool(fields.get("outside")),
        telling=_one_of(Telling, fields.get("telling", ""), before.telling),
    )
    people = _said(words_in(sheet, before.column(Field.THERAPIST)), "therapist", fields)
    kinds = _said(words_in(sheet, before.column(Field.SERVICE)), "service", fields)
    return with_words(said, sheet, team, people, kinds)


def _said(words: Sequence[str], name: str, fields: Mapping[str, str]) -> dict[str, str]:
    return {word: fields[f"{name}-{at}"] for at, word in enumerate(words) if f"{name}-{at}" in fields}


def _field(text: str | None, old: Field) -> Field:
    return old if text is None else _one_of(Field, text, Field.NONE)


def _one_of(kind: type[Word], text: str, otherwise: Word) -> Word:
    return kind(text) if text in set(kind) else otherwise
