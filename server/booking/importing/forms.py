"""Each line of a table, read by what its owner chose. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from server.booking.importing.choices import LEFT_OUT, Choices, Team
from server.booking.importing.headers import Field
from server.booking.importing.reading import Line, Sheet
from server.booking.importing.rules import LONGEST, Row, Trouble, Unread
from server.booking.importing.times import after_day, read_day, read_minutes, read_moment, read_time
from server.moments import end_of, known_zone, start_of
from server.patients.contacts import read_mail, read_phone
from server.patients.rules import one_line

LONGEST_NAME = 120


def read_lines(sheet: Sheet, choices: Choices, team: Team) -> Iterator[Row | Unread]:
    """Every line by these choices, as far as somebody asks on."""
    reader = _Reader(choices, team)
    return (reader.read(line) for line in sheet.lines)


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
