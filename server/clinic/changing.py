"""What differs from the weekly hours of a clinic: time off, dates with hours of their own, and other bounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    exists,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from server.clinic import tables
from server.clinic.calendars.rules import times_of
from server.clinic.calendars.tables import OtherCalendar
from server.clinic.days.rules import ONE_DAY, closures, dated
from server.clinic.days.tables import DatedHours
from server.clinic.practice import Practice
from server.clinic.rules import Clinic, Most, WeeklyHours
from server.db import Instant
from server.plain import rows

_therapists = tables.Therapist.__table__.c
_leave = tables.Leave.__table__.c
_dated = DatedHours.__table__.c
_others = OtherCalendar.__table__.c


def _nothing(kind: TypeEngine[Any]) -> ColumnElement[Any]:
    return cast(null(), kind)


_CHANGE: Mapping[str, TypeEngine[Any]] = {
    "from_at": Instant(),
    "until_at": Instant(),
    "day": Date(),
    "first": Integer(),
    "second": Integer(),
    "busy": Text(),
    "later": Text(),
    "service": Uuid(),
}


def _change(who: ColumnElement[Any], **known: ColumnElement[Any]) -> Select[Any]:
    """One kind of row of what changes: whose, and what of the columns it fills."""
    return select(who, *(known.get(name, _nothing(kind)) for name, kind in _CHANGE.items()))


_CHANGES = (
    _change(_leave.therapist_id, from_at=_leave.from_at, until_at=_leave.until_at)
    .where(_leave.clinic_id == bindparam("clinic_id"))
    .where(_leave.from_at < bindparam("until"), _leave.until_at > bindparam("since")),
    _change(
        _dated.therapist_id,
        day=_dated.day,
        first=_dated.from_minute,
        second=_dated.until_minute,
        service=_dated.service_id,
    )
    .where(_dated.clinic_id == bindparam("clinic_id"))
    .where(_dated.day.between(bindparam("first"), bindparam("last"))),
    # Neither a moment nor a date: how much somebody takes on.
    _change(_therapists.staff_id, first=_therapists.most_a_day, second=_therapists.most_a_week)
    .where(_therapists.clinic_id == bindparam("clinic_id"))
    .where(or_(_therapists.most_a_day.is_not(None), _therapists.most_a_week.is_not(None))),
    # All that a calendar elsewhere holds is one value, so a full one costs a row and not a thousand. What lies far
    # ahead is another, for who plans as far.
    _change(
        _others.therapist_id,
        busy=_others.busy,
        later=case((_others.later_from < bindparam("until", type_=Instant()), _others.later), else_=null()),
        until_at=_others.read_until,
    )
    .where(_others.clinic_id == bindparam("clinic_id"))
    .where(_others.paused_at.is_(None)),
)


TEXT = 1 + list(_CHANGE).index("later")
"""Where the text stands in a row of `text_of`."""


class Beside(NamedTuple):
    """What somebody asks in the same statement: made once of `text_of`, with its values by names of its own."""

    statement: Select[Any]
    known: Mapping[str, Any]


def text_of(who: ColumnElement[Any], text: ColumnElement[str]) -> Select[Any]:
    """A statement of one text for each therapist or unit, that may stand beside what changes."""
    return _change(who, later=text)


@cache
def _changes(beside: Select[Any] | None) -> CompoundSelect[Any]:
    return union_all(*_CHANGES, *([] if beside is None else [beside]))


def away_in(
    clinic_id: ColumnElement[Any],
    therapist_id: ColumnElement[Any],
    since: ColumnElement[Any],
    until: ColumnElement[Any],
) -> ColumnElement[bool]:
    """Within another statement: whether somebody, or the whole clinic, is off in a span."""
    theirs = or_(_leave.therapist_id.is_(None), _leave.therapist_id == therapist_id)
    return exists().where(_leave.clinic_id == clinic_id, theirs, _leave.from_at < until, _leave.until_at > since)


AWAY = away_in(
    bindparam("clinic_id", type_=Uuid()),
    bindparam("therapist_id", type_=Uuid()),
    bindparam("away_since", type_=Instant()),
    bindparam("away_until", type_=Instant()),
)
"""For who writes after a look that may be old by now."""


_IS_AWAY = select(AWAY)


_MOST = select(_therapists.most_a_day, _therapists.most_a_week).where(
    _therapists.staff_id == bindparam("therapist_id", type_=Uuid())
)


class Elsewhere(NamedTuple):
    """What a calendar elsewhere holds, as it is kept; `later`: beyond the usual, where somebody asked that far.
    `until`: how far it is known; None: it was never read."""

    who: UUID
    busy: str
    later: str | None = None
    until: datetime | None = None

    @property
    def times(self) -> list[tuple[int, int]]:
        return times_of(self.busy) + (times_of(self.later) if self.later else [])


@dataclass(frozen=True)
class Changes:
    """What differs from the weekly hours: time off as (therapist or None for the whole clinic, from, until), of each
    therapist the dates with hours of their own, `apart` those of one service, how much they take on where that is
    bounded, and their calendars elsewhere. `beside`: the texts that were asked for with it."""

    away: Sequence[tuple[UUID | None, datetime, datetime]] = ()
    dated: Mapping[UUID, Mapping[date, Sequence[WeeklyHours]]] = field(default_factory=dict)
    most: Mapping[UUID, Most] = field(default_factory=dict)
    elsewhere: Sequence[Elsewhere] = ()
    apart: Mapping[tuple[UUID, UUID], Mapping[date, Sequence[WeeklyHours]]] = field(default_factory=dict)
    beside: Sequence[tuple[UUID, str]] = ()

    def days(self, who: UUID, service_id: UUID | None) -> Mapping[date, Sequence[WeeklyHours]]:
        """The dates on which this therapist gives this service in other hours than those of the week."""
        dated = self.dated.get(who, {})
        return {**dated, **self.apart.get((who, service_id), {})} if self.apart and service_id else dated

    def days_of(self, service_id: UUID) -> Mapping[UUID, Mapping[date, Sequence[WeeklyHours]]]:
        """The same of every therapist."""
        whose = {*self.dated, *(who for who, which in self.apart if which == service_id)} if self.apart else self.dated
        return {who: self.days(who, service_id) for who in whose}


async def changes_between(
    db: AsyncSession, clinic: Clinic, since: datetime, until: datetime, beside: Beside | None = None
) -> Changes:
    """All that touches the span; public holidays on which the clinic is closed are time off of everybody."""
    span = {"since": since, "until": until, "first": since.date() - ONE_DAY, "last": until.date() + ONE_DAY}
    away: list[tuple[UUID | None, datetime, datetime]] = [(None, *one) for one in closures(clinic, since, until)]
    spans: dict[tuple[UUID, UUID | None], list[tuple[date, int | None, int | None]]] = {}
    most: dict[UUID, Most] = {}
    elsewhere: list[Elsewhere] = []
    texts: list[tuple[UUID, str]] = []
    asked, known = beside or (None, {})
    for who, from_at, until_at, day, *numbers, busy, later, service_id in await rows(
        db, _changes(asked), {"clinic_id": clinic.id, **span, **known}
    ):
        if from_at is not None:
            away.append((who, from_at, until_at))
        elif day is not None:
            spans.setdefault((who, service_id), []).append((day, *numbers))
        elif busy is not None:
            elsewhere.append(Elsewhere(who, busy, later, until_at))
        elif later is not None:
            texts.append((who, later))
        else:
            most[who] = Most(*numbers)
    days = {who: dated(one) for (who, service_id), one in spans.items() if service_id is None}
    apart = {(who, which): dated(one, own=True) for (who, which), one in spans.items() if which is not None}
    return Changes(away, days, most, elsewhere, apart, texts)


Plan = tuple[Sequence[WeeklyHours], Mapping[date, Sequence[WeeklyHours]]]


def plans_of(practice: Practice, changes: Changes, who: UUID) -> list[Plan]:
    """The weeks by which somebody works, each with the dates that differ: that of most services, and of each that has
    hours of its own."""
    apart = {service_id for one, service_id in (*practice.hours, *changes.apart) if one == who and service_id}
    general = practice.hours.get((who, None), ()), changes.days(who, None)
    return [general, *((practice.week(who, one), changes.days(who, one)) for one in sorted(apart))]


async def is_away(db: AsyncSession, clinic_id: UUID, therapist_id: UUID, since: datetime, until: datetime) -> bool:
    """Within a unit that has queued for the therapist: whether they are off, or the clinic is closed, in the span."""
    span = {"away_since": since, "away_until": until}
    found = await rows(db, _IS_AWAY, {"clinic_id": clinic_id, "therapist_id": therapist_id, **span})
    return bool(found[0][0])


async def most_of(db: AsyncSession, therapist_id: UUID) -> Most | None:
    """How much somebody takes on; None where that is not bounded."""
    found = await rows(db, _MOST, {"therapist_id": therapist_id})
    return next((Most(*bounds) for bounds in found if any(bounds)), None)
