"""A clinic with all that it offers, read in one statement however many work there.

The public booking page asks for this on every request, so the statement is made once and
brings plain values instead of tracked objects.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    JSON,
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
    column,
    exists,
    null,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from server.access import Role
from server.clinic import tables
from server.clinic.calendars.rules import times_of
from server.clinic.calendars.tables import OtherCalendar
from server.clinic.days.rules import ONE_DAY, closures, dated
from server.clinic.days.tables import DatedHours
from server.clinic.intake.rules import Form
from server.clinic.intake.store import FORM, FORM_ID, form_in
from server.clinic.rows import MINUTE, brand_value, clinic_value, means_value, needs_value
from server.clinic.rules import Clinic, Most, Service, TherapistCard, WeeklyHours
from server.db import Instant
from server.nested import Nested
from server.plain import rows
from server.templates import Brand

NOBODY = UUID(int=0)

_clinics = tables.Clinic.__table__.c
_services = tables.Service.__table__.c
_pairs = tables.ServiceTherapist.__table__.c
_therapists = tables.Therapist.__table__.c
_hours = tables.Hours.__table__.c
_leave = tables.Leave.__table__.c
_dated = DatedHours.__table__.c
_others = OtherCalendar.__table__.c
# Staff belong to the accounts feature: joined by name, as foreign keys are.
_staff = table("staff", column("id", Uuid()), column("disabled_at", Instant()), column("roles", JSON())).c


def _nothing(kind: TypeEngine[Any]) -> ColumnElement[Any]:
    return cast(null(), kind)


_SERVICES = Nested(
    (
        _services.position,
        _services.name,
        _services.id,
        _services.about,
        _services.minutes,
        _services.buffer_before,
        _services.buffer_after,
        _services.seats,
        _services.public,
        _services.hidden_at.is_not(None),
        _services.team,
        _services.needs,
        _services.asks,
        _services.change_until_minutes,
        _services.shows_places,
        _services.all_dates,
        _services.means,
        _services.intake_id,
        _services.price,
        cast(_services.said, Text),
    )
)
_PAIRS = Nested((_pairs.service_id, _pairs.therapist_id))
_THERAPISTS = Nested(
    (
        _therapists.position,
        _therapists.name,
        _therapists.staff_id,
        _therapists.slug,
        _therapists.about,
        _therapists.hidden_at.is_not(None),
        _staff.disabled_at.is_not(None),
        cast(_staff.roles, Text),
        cast(_therapists.said, Text),
    )
)
_HOURS = Nested((_hours.therapist_id, _hours.weekday, _hours.from_minute, _hours.until_minute, _hours.service_id))

_PRACTICE = select(
    *tables.Clinic.__table__.c,
    _SERVICES.value(_services.clinic_id == _clinics.id),
    _PAIRS.value(_pairs.service_id == _services.id, _services.clinic_id == _clinics.id),
    _THERAPISTS.value(_staff.id == _therapists.staff_id, _therapists.clinic_id == _clinics.id),
    _HOURS.value(_hours.therapist_id == _therapists.staff_id, _therapists.clinic_id == _clinics.id),
)
_AT = _PRACTICE.where(_clinics.slug == bindparam("slug"))


@cache
def _narrowed(by_service: bool, by_therapist: bool, with_form: bool) -> Select[Any]:
    """The practice at an address as far as one service or one therapist goes: large clinics cost as little as small."""
    who = [_staff.id == _therapists.staff_id, _therapists.clinic_id == _clinics.id]
    pair = [_pairs.service_id == _services.id, _services.clinic_id == _clinics.id]
    hours = [_hours.therapist_id == _therapists.staff_id, _therapists.clinic_id == _clinics.id]
    if by_service:
        able = select(_pairs.therapist_id).where(_pairs.service_id == bindparam("service_id")).correlate(None)
        who.append(_therapists.staff_id.in_(able))
        pair.append(_pairs.service_id == bindparam("service_id"))
        hours.append(_therapists.staff_id.in_(able))
        hours.append(or_(_hours.service_id.is_(None), _hours.service_id == bindparam("service_id")))
    if by_therapist:
        named = or_(_therapists.slug == bindparam("therapist"), _therapists.staff_id == bindparam("therapist_id"))
        who.append(named)
        pair += [_pairs.therapist_id == _therapists.staff_id, _therapists.clinic_id == _clinics.id, named]
        hours.append(named)
    asking = [_services.intake_id == FORM_ID, _services.clinic_id == _clinics.id]
    if by_service:
        asking.append(_services.id == bindparam("service_id"))
    return select(
        *tables.Clinic.__table__.c,
        _SERVICES.value(_services.clinic_id == _clinics.id),
        _PAIRS.value(*pair),
        _THERAPISTS.value(*who),
        _HOURS.value(*hours),
        *([FORM.value(*asking)] if with_form else []),
    ).where(_clinics.slug == bindparam("slug"))


_OF = _PRACTICE.where(_clinics.id == bindparam("clinic_id"))

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


@dataclass(frozen=True)
class Practice:
    """A clinic, its services and therapists in its own order (hidden ones too), who offers what, and weekly hours, in
    order, by therapist and service (None: for all that have none of their own). `asked`: what services ask, where that
    was read with it.

    Whose account is closed, or who is no therapist any more, is hidden: nobody would come to the visit.
    """

    clinic: Clinic
    services: Sequence[Service]
    therapists: Sequence[TherapistCard]
    offers: Mapping[UUID, frozenset[UUID]]
    hours: Mapping[tuple[UUID, UUID | None], Sequence[WeeklyHours]] = field(default_factory=dict)
    asked: str = field(default="", repr=False)

    def form(self, form_id: UUID) -> Form | None:
        """What a service asks; None where that was not read with it."""
        return form_in(self.asked, form_id) if self.asked else None

    def week(self, therapist_id: UUID, service_id: UUID) -> tuple[WeeklyHours, ...]:
        """When this therapist gives this service: in hours for it alone, or else in those for all."""
        return tuple(self.hours.get((therapist_id, service_id)) or self.hours.get((therapist_id, None), ()))

    @property
    def brand(self) -> Brand:
        return brand_value(self.clinic)


async def practice_at(db: AsyncSession, slug: str) -> Practice | None:
    """The practice at this address."""
    return await _practice(db, _AT, {"slug": slug})


async def practice_for(
    db: AsyncSession, slug: str, service_id: UUID | None, therapist: str, *, with_form: bool = False
) -> Practice | None:
    """The practice at this address with those therapists alone who offer the service, or whose slug or id this is.

    Without either, all of them. The services are all there; `with_form`: and what that one asks, or each of them.
    """
    asked = _narrowed(service_id is not None, bool(therapist), with_form)
    known = {"slug": slug, "service_id": service_id, "therapist": therapist, "therapist_id": _id_in(therapist)}
    return await _practice(db, asked, known)


def _id_in(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return NOBODY


async def practice_of(db: AsyncSession, clinic_id: UUID) -> Practice | None:
    """The practice of this clinic."""
    return await _practice(db, _OF, {"clinic_id": clinic_id})


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


async def _practice(db: AsyncSession, asked: Select[Any], which: dict[str, Any]) -> Practice | None:
    found = await rows(db, asked, which)
    if not found:
        return None
    services, pairs, therapists, hours, *asked_there = found[0][len(_clinics) :]
    cards = [_card(*row) for row in sorted(_THERAPISTS.rows(therapists))]
    weeks: dict[tuple[UUID, UUID | None], list[WeeklyHours]] = {}
    for who, weekday, start, end, service_id in sorted(_HOURS.rows(hours), key=itemgetter(1, 2)):
        weeks.setdefault((who, service_id), []).append(WeeklyHours(weekday, start, end, service_id is not None))
    offers: dict[UUID, set[UUID]] = {}
    for service_id, who in _PAIRS.rows(pairs):
        offers.setdefault(service_id, set()).add(who)
    return Practice(
        clinic=clinic_value(found[0]),
        services=[_service(*row) for row in sorted(_SERVICES.rows(services))],
        therapists=cards,
        offers={service_id: frozenset(known) for service_id, known in offers.items()},
        hours=weeks,
        asked=asked_there[0] if asked_there else "",
    )


def _service(
    _position: int,
    name: str,
    service_id: UUID,
    about: str,
    minutes: int,
    before: int,
    after: int,
    seats: int,
    public: int,
    hidden: int,
    team: int,
    needs: str,
    asks: int,
    change_until: int | None,
    shows_places: int,
    all_dates: int,
    means: str,
    intake: UUID | None,
    price: int | None,
    said: str | None,
) -> Service:
    return Service(
        id=service_id,
        name=name,
        about=about,
        length=minutes * MINUTE,
        before=before * MINUTE,
        after=after * MINUTE,
        seats=seats,
        public=bool(public),
        hidden=bool(hidden),
        team=bool(team),
        needs=needs_value(needs),
        asks=bool(asks),
        change_until=None if change_until is None else change_until * MINUTE,
        shows_places=bool(shows_places),
        all_dates=bool(all_dates),
        means=means_value(means),
        intake=intake,
        price=price,
        said=json.loads(said) if said else None,
    )


def _card(
    _position: int,
    name: str,
    staff_id: UUID,
    slug: str,
    about: str,
    hidden: int,
    disabled: int,
    roles: str,
    said: str | None,
) -> TherapistCard:
    left = bool(disabled) or Role.THERAPIST not in json.loads(roles)
    return TherapistCard(
        staff_id, slug, name, about, hidden=bool(hidden) or left, left=left, said=json.loads(said) if said else None
    )
