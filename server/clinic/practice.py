"""A clinic with all that it offers, read in one statement however many work there.

The public booking page asks for this on every request, so the statement is made once and
brings plain values instead of tracked objects.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Select,
    Text,
    Uuid,
    bindparam,
    cast,
    column,
    or_,
    select,
    table,
)
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.clinic import tables
from server.clinic.intake.rules import Form
from server.clinic.intake.store import FORM, FORM_ID, form_in
from server.clinic.rows import MINUTE, brand_value, clinic_value, means_value, needs_value
from server.clinic.rules import Clinic, Service, TherapistCard, WeeklyHours
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
# Staff belong to the accounts feature: joined by name, as foreign keys are.
_staff = table("staff", column("id", Uuid()), column("disabled_at", Instant()), column("roles", JSON())).c


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
