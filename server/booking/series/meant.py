"""What a form of a series asks for, read and found: whom it is for, with whom, and on which dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from server.booking import forms, new_by_staff
from server.booking import store as bookings
from server.booking.forms import Details
from server.booking.grouping.store import dates_of
from server.booking.hours import Stretch
from server.booking.led import led_named, own_clinic, unbound
from server.booking.public import Pick as Chosen
from server.booking.rules import Reason
from server.booking.series import desk, enrolling
from server.booking.series.forms import MOST, Asked, parse_asked
from server.booking.series.rules import Wanted, rhythm, starts
from server.booking.who_comes import known_patient
from server.clinic.rules import Clinic, TherapistCard
from server.house import House, house_of
from server.patients.rules import Person
from server.routing import viewer_of


@dataclass(frozen=True)
class Meant:
    """What a form asks for, read and found."""

    clinic: Clinic
    chosen: Chosen
    therapist: TherapistCard
    details: Details
    asked: Asked
    patient: Person | None = field(repr=False)
    group: Sequence[datetime] = ()  # the dates of a group that meets already, which they are to join

    @property
    def ground(self) -> desk.Ground:
        return desk.Ground(
            self.chosen.service, self.chosen.hours, self.chosen.ends, self.patient.id if self.patient else None
        )


async def read_meant(request: Request, fields: Mapping[str, str]) -> Meant | Response:
    """What the form asks for; the form again, with all that was typed, where something is missing."""
    house, viewer = house_of(request), viewer_of(request)
    clinic = unbound(await own_clinic(house, viewer))
    group = await _group(request, fields)
    chosen = await house.db.read(lambda db: new_by_staff.pick_of(db, clinic, viewer, fields))
    asks = new_by_staff.asks_at_desk(house, chosen)
    details, asked = forms.parse_by_staff(fields, clinic.country, asks), parse_asked(fields)
    if chosen is None or not isinstance(details, Details) or not isinstance(asked, Asked):
        problems = {**(details if isinstance(details, dict) else {}), **(asked if isinstance(asked, dict) else {})}
        return await _again(request, fields, problems, "", 422)
    if not new_by_staff.led_as_asked(chosen, fields):
        return await _again(request, fields, {}, Reason.NOT_OFFERED.value, 422)
    patient = await known_patient(house, viewer, clinic, fields)
    if fields.get("patient") and patient is None:
        missing: forms.Problems = {"name": forms.Problem.NAME_MISSING}
        return await _again(request, {**fields, "patient": ""}, missing, "", 422)
    therapist = chosen.therapist or await _free_first(request, clinic, chosen, details.start)
    return Meant(clinic, replace(chosen, therapist=therapist), therapist, details, asked, patient, group)


async def _again(
    request: Request, fields: Mapping[str, str], problems: forms.Problems, refused: str, status: int
) -> Response:
    show = enrolling.show if fields.get("group") else new_by_staff.show
    return await show(request, fields, problems, refused, status)


async def _group(request: Request, fields: Mapping[str, str]) -> Sequence[datetime]:
    """The dates ahead of the group of the booking that the form names. Raises NotFound."""
    if not fields.get("group"):
        return ()
    house = house_of(request)
    card, _clinic = await led_named(request, fields["group"])
    return (await house.db.read(lambda db: dates_of(db, card.appointment_id, house.clock())))[:MOST]


async def _free_first(request: Request, clinic: Clinic, chosen: Chosen, start: datetime) -> TherapistCard:
    """Who is free at the first date, when nobody was named: one therapist leads a series."""
    people = chosen.who
    wanted = [Wanted(number, start, card.staff_id, taken=False) for number, card in enumerate(people)]
    ground = desk.Ground(chosen.service, chosen.hours, chosen.ends)
    steps = await desk.look(house_of(request), clinic, ground, wanted)
    return next((people[step.number] for step in steps if step.time), people[0])


async def moments_of(house: House, meant: Meant) -> list[datetime]:
    """The first look at the dates: those of the group, or those of the rhythm."""
    if meant.group:
        return list(meant.group)
    clinic, service = meant.clinic, meant.chosen.service
    local = meant.details.start.astimezone(clinic.zone)
    one = rhythm(meant.asked.every, local.date(), local.hour * 60 + local.minute, meant.asked.count)
    plain = starts(one, clinic.zone)
    if not meant.asked.append:
        return plain
    far = plain[-1] + timedelta(days=62)
    shut: list[Stretch] = await house.db.read(lambda db: bookings.closures(db, clinic, house.clock(), far))
    return starts(one, clinic.zone, shut, service.length)
