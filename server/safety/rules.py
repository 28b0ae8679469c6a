"""The crisis directory: which numbers a person in need is shown, and which of them somebody has checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

CHECK_EVERY = timedelta(days=90)


class Kind(StrEnum):
    """Whom a line is for."""

    CRISIS = "crisis"
    YOUNG = "young"
    VETERANS = "veterans"
    HEALTH = "health"


class Use(StrEnum):
    """Who answers an emergency number where there is more than one."""

    ANY = "any"
    AMBULANCE = "ambulance"
    POLICE = "police"


@dataclass(frozen=True)
class Checked:
    """Who called a number and when; both None until somebody did."""

    on: date | None
    by: str | None
    answers: bool = True  # False: somebody called it, and nobody answered

    def holds(self, today: date) -> bool:
        """Whether somebody checked it within the last 90 days."""
        return bool(self.answers and self.on and self.by and timedelta() <= today - self.on <= CHECK_EVERY)


@dataclass(frozen=True)
class Emergency:
    number: str
    use: Use = Use.ANY

    @property
    def dial(self) -> str:
        return dialled(self.number)


@dataclass(frozen=True)
class Line:
    """A crisis line. `text` is the word to send, `press` the key to press, `where` the only place it serves."""

    name: str
    number: str
    kind: Kind
    channels: tuple[str, ...]
    hours: str
    source: str
    checked: Checked
    text: str = ""
    press: str = ""
    where: str = ""
    languages: tuple[str, ...] = ()

    @property
    def dial(self) -> str:
        return dialled(self.number)


@dataclass(frozen=True)
class Entry:
    """A country: emergency numbers, the likeliest first, and its lines."""

    country: str
    emergency: tuple[Emergency, ...]
    lines: tuple[Line, ...]
    checked: Checked

    @property
    def for_all(self) -> tuple[Line, ...]:
        """The crisis lines that everybody in the country can call."""
        return tuple(one for one in self.lines if one.kind is Kind.CRISIS and "call" in one.channels and not one.where)


ANYWHERE = Entry("", (Emergency("112"),), (), Checked(None, None))
"""For a country we know nothing of: 112 reaches help on most mobile networks; the page adds findahelpline.com."""


def entry_for(directory: Mapping[str, Entry], *countries: str) -> Entry:
    """The entry of the first country that is named at all; ANYWHERE when we have none for it.

    A named country without an entry does not fall through to the next: another country's number is no help.
    """
    named = next((country for country in countries if country), "")
    return directory.get(named, ANYWHERE)


def with_checks(entry: Entry, checks: Mapping[str, Checked]) -> Entry:
    """The entry with newer checks of its lines, by number."""
    return replace(entry, lines=tuple(replace(one, checked=checks.get(one.number, one.checked)) for one in entry.lines))


def shown(entry: Entry) -> Entry:
    """What people in need are shown: no line of which somebody found that nobody answers."""
    return replace(entry, lines=tuple(one for one in entry.lines if one.checked.answers))


def line_key(country: str, number: str) -> str:
    """By which a clinic remembers a line of which it found that nobody answers."""
    return f"{country} {number}"


def dialled(number: str) -> str:
    """What a telephone dials: digits, star and a leading plus."""
    return re.sub(r"[^0-9*+]", "", number)


def parse(data: Mapping[str, Any]) -> dict[str, Entry]:
    """Country -> entry, from the fields of directory.json. Raises KeyError or ValueError when one is missing or odd."""
    return {entry["country"]: _entry(entry) for entry in data["countries"]}


def _entry(entry: Mapping[str, Any]) -> Entry:
    emergency = tuple(Emergency(one["number"], Use(one.get("use", Use.ANY))) for one in entry["emergency"])
    return Entry(entry["country"], emergency, tuple(_line(line) for line in entry["lines"]), _checked(entry))


def _line(line: Mapping[str, Any]) -> Line:
    return Line(
        name=line["name"] or "",
        number=line["number"],
        kind=Kind(line["kind"]),
        channels=tuple(line["channels"]),
        hours=line["hours"] or "",
        source=line["source"],
        checked=_checked(line),
        text=line.get("text", ""),
        press=line.get("press", ""),
        where=line.get("where", ""),
        languages=tuple(line.get("languages", ())),
    )


def _checked(fields: Mapping[str, Any]) -> Checked:
    on = fields["verified_on"]
    return Checked(date.fromisoformat(on) if on else None, fields["verified_by"])
