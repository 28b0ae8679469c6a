"""What the owner chose about a table, and each of its lines read by that. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from server.booking.importing.headers import Field, guess, plain_words
from server.booking.importing.reading import Line, Sheet
from server.booking.importing.rules import LONGEST, Row, Telling, Trouble, Unread
from server.booking.importing.times import (
    Order,
    after_day,
    guess_order,
    read_day,
    read_minutes,
    read_moment,
    read_time,
)
from server.clinic.rules import Clinic, Service, TherapistCard
from server.moments import end_of, known_zone, start_of
from server.patients.contacts import read_mail, read_phone
from server.patients.rules import one_line

LONGEST_NAME = 120
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
    columns = guess(sheet.headers)
    dates = sheet.column(columns.index(Field.DATE)) if Field.DATE in columns else []
    made = Choices(columns, guess_order(dates, team.clinic.country), team.clinic.zone.key)
    return with_words(made, sheet, team, {}, {})


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


def read_lines(sheet: Sheet, choices: Choices, team: Team) -> list[Row | Unread]:
    """Every line by these choices."""
    reader = _Reader(choices, team)
    return [reader.read(line) for line in sheet.lines]


class _Odd(Exception):
    """A line cannot be read, and why."""

    def __init__(self, trouble: Trouble, word: str = "") -> None:
        super().__init__(trouble.value)
        self.trouble, self.word = trouble, word


class _Reader:
    def __init__(self, choices: Choices, team: Team) -> None:
        self.choices, self.team = choices, team
        self.zone = known_zone(choices.zone) or team.clinic.zone
        self.at = {one: choices.column(one) for one in Field if one}
        self.services = {one.id: one for one in team.services}

    def read(self, line: Line) -> Row | Unread:
        name = ""
        try:
            name = self._name(line)
            mail, phone = self._contacts(line)
            when = self._when(line) if self.choices.has_times else None
            if when is None:
                return Row(line.number, name, mail, phone)
            return self._appointment(line, Row(line.number, name, mail, phone), *when)
        except _Odd as odd:
            return Unread(line.number, odd.trouble, name, odd.word)

    def _text(self, line: Line, wanted: Field) -> str:
        return one_line(line.cell(self.at[wanted]))

    def _name(self, line: Line) -> str:
        parts = (self._text(line, one) for one in (Field.FIRST, Field.LAST))
        name = self._text(line, Field.NAME) or " ".join(part for part in parts if part)
        if not name:
            raise _Odd(Trouble.NAME_MISSING)
        if len(name) > LONGEST_NAME:
            raise _Odd(Trouble.NAME_LONG)
        last, comma, first = name.partition(", ")
        return f"{first} {last}" if comma and "," not in first else name

    def _contacts(self, line: Line) -> tuple[str, str]:
        typed = self._text(line, Field.MAIL).removeprefix("mailto:")
        mail = read_mail(typed) if typed else ""
        if mail is None:
            raise _Odd(Trouble.MAIL_ODD, typed)
        called = self._text(line, Field.PHONE)
        phone = read_phone(called, self.team.clinic.country) if called else ""
        if phone is None:
            raise _Odd(Trouble.PHONE_SHORT, called)
        return mail, phone

    def _when(self, line: Line) -> tuple[datetime, datetime | None] | None:
        """Start, and the end where the line says one; None for a line about a person alone."""
        text, clock = self._text(line, Field.DATE), self._text(line, Field.TIME)
        if not text:
            return None
        start = read_moment(text) or self._moment(text, clock)
        return start, self._end(line, start)

    def _moment(self, text: str, clock: str) -> datetime:
        day = read_day(text, self.choices.order)
        if day is None:
            raise _Odd(Trouble.DATE_ODD, text)
        clock = clock or after_day(text)
        if not clock:
            raise _Odd(Trouble.TIME_MISSING)
        at = read_time(clock)
        if at is None:
            raise _Odd(Trouble.TIME_ODD, clock)
        return start_of(datetime.combine(day, at, self.zone))

    def _end(self, line: Line, start: datetime) -> datetime | None:
        minutes, text = self._text(line, Field.MINUTES), self._text(line, Field.END)
        if minutes and not text:
            found = read_minutes(minutes)
            end = start + timedelta(minutes=found) if found else None
        elif text:
            end = read_moment(text) or self._clock_end(text, start)
        else:
            return None
        if end is None or not start < end <= start + LONGEST:
            raise _Odd(Trouble.END_ODD, text or minutes)
        return end

    def _clock_end(self, text: str, start: datetime) -> datetime | None:
        zone: ZoneInfo = self.zone
        day = read_day(text, self.choices.order) or start.astimezone(zone).date()
        at = read_time(after_day(text))
        return end_of(datetime.combine(day, at, zone)) if at else None

    def _appointment(self, line: Line, row: Row, start: datetime, end: datetime | None) -> Row:
        therapist_id = self._chosen(line, Field.THERAPIST, Trouble.THERAPIST)
        service = self.services.get(self._chosen(line, Field.SERVICE, Trouble.SERVICE))
        if service is None:
            raise _Odd(Trouble.SERVICE)
        if therapist_id not in self.team.offers.get(service.id, frozenset()):
            raise _Odd(Trouble.NOT_GIVEN, service.name)
        return Row(
            row.line, row.name, row.mail, row.phone, start, end or start + service.length, therapist_id, service.id
        )

    def _chosen(self, line: Line, wanted: Field, trouble: Trouble) -> UUID:
        word = line.cell(self.at[wanted])
        chosen = self.choices.therapists if wanted is Field.THERAPIST else self.choices.services
        usual = self.choices.therapist if wanted is Field.THERAPIST else self.choices.service
        found = chosen.get(word, LEFT_OUT) if word else usual
        if found in {"", LEFT_OUT}:
            raise _Odd(trouble, word)
        return UUID(found)
