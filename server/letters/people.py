"""Who writes to whom: the therapists who treat a patient, and who of the clinic reads what."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role, Subject, Viewer
from server.accounts.team import store as team
from server.accounts.team.rules import Person as Colleague
from server.booking.cards import bookings_of
from server.booking.people.relating import known_between, relation
from server.house import House
from server.letters import store
from server.letters.away.store import aways_of
from server.letters.rules import Away, Reader, Thread, away_now, reads, standing_in
from server.patients.care import store as care
from server.patients.care.rules import Known, why


@dataclass(frozen=True)
class Team:
    """Who works at a clinic, and who of them is away from their letters."""

    people: Mapping[UUID, Colleague] = field(repr=False)
    aways: Sequence[Away]

    @property
    def names(self) -> Mapping[UUID, str]:
        return {one.id: one.name for one in self.people.values()}

    @property
    def therapists(self) -> list[Colleague]:
        """Who can be written to, or stand in."""
        return [one for one in self.people.values() if Role.THERAPIST in one.roles and not one.disabled]

    def answers(self, staff_id: UUID | None) -> bool:
        """Whether letters to them have a reader: the front desk (None), or a therapist who still works here."""
        return staff_id is None or any(one.id == staff_id for one in self.therapists)

    def away(self, staff_id: UUID | None, today: date) -> Away | None:
        return away_now(self.aways, staff_id, today)


async def team_of(db: AsyncSession, clinic_id: UUID) -> Team:
    return Team({one.id: one for one in await team.team(db, clinic_id)}, await aways_of(db, clinic_id))


async def carers_of(
    db: AsyncSession, clinic_id: UUID, patient_id: UUID, known: Team, now: datetime
) -> list[Colleague]:  # fmt: skip
    """The therapists who treat a patient now, who was met last or is next first."""
    cards = await bookings_of(db, clinic_id, patient_id, None)
    ends: dict[UUID, list[datetime]] = {}
    for card in cards:
        if card.cancelled_at is None:
            ends.setdefault(card.therapist_id, []).append(card.ends_at)
    found = []
    for one in known.therapists:
        if one.id in ends:
            kept = (await care.between(db, clinic_id, patient_id, one.id)).kept
            if why(Known(ends[one.id], kept), now, therapist=True):
                found.append(one)
    return sorted(found, key=lambda one: max(ends[one.id]), reverse=True)


def reader_of(viewer: Viewer, aways: Sequence[Away], today: date) -> Reader:
    assert viewer.staff_id is not None, "the gate lets staff alone through"
    return Reader(viewer.staff_id, viewer.roles, standing_in(aways, viewer.staff_id, today))


async def waiting_for(db: AsyncSession, viewer: Viewer, today: date) -> int:
    """How many letters wait for this member of staff, those of whom they stand in for among them; in one statement,
    since every page of staff asks."""
    if viewer.staff_id is None or viewer.clinic_id is None:
        return 0
    return await store.count_waiting(db, viewer.clinic_id, Reader(viewer.staff_id, viewer.roles), today)


async def treats(house: House, viewer: Viewer, thread: Thread) -> bool:
    """Whether the viewer has a care relation with the patient of a thread now."""
    return relation(house, viewer, await known_between(house, viewer, thread.clinic_id, thread.patient_id)) is not None


def subject_of(thread: Thread, reader: Reader, *, treats: bool) -> Subject:
    """A thread as the policy sees it: whether the viewer is among those who read it."""
    carers = frozenset([reader.staff_id]) if reads(thread, reader, treats=treats) else frozenset[UUID]()
    return Subject(clinic_id=thread.clinic_id, carers=carers)


def told_of(thread: Thread, known: Team, today: date) -> list[UUID]:
    """Whom of the clinic a new letter in this thread is for now: the addressee, or who stands in; or the front desk.
    Of who left, and has nobody who stands in, the admins hear.
    """
    if thread.addressee is None:
        return [one.id for one in _desk(known.people.values())]
    away = known.away(thread.addressee, today)
    who = away.stand_in if away and away.stand_in else thread.addressee
    return [who] if known.answers(who) else [one.id for one in _admins(known.people.values())]


def left_alone(threads: Iterable[Thread], known: Team, today: date) -> list[str]:
    """Of whose letters nobody reads what waits: they left, and nobody stands in for them."""
    gone = {one.addressee for one in threads if one.waits and not known.answers(one.addressee)}
    alone = [one for one in gone if one and not ((away := known.away(one, today)) and away.stand_in)]
    return sorted(known.names.get(one, "") for one in alone)


def _admins(people: Collection[Colleague]) -> list[Colleague]:
    return [one for one in people if Role.ADMIN in one.roles and not one.disabled]


def _desk(people: Collection[Colleague]) -> list[Colleague]:
    """The front desk; where nobody sits there, the admins."""
    return [one for one in people if Role.FRONT_DESK in one.roles and not one.disabled] or _admins(people)
