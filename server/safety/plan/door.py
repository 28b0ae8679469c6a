"""Whose plan a page is about: that of who is signed in to a space of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from starlette.requests import Request

from server.access import Action, Subject, may
from server.accounts.team.store import team
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.errors import SignInNeeded
from server.house import House, house_of
from server.moments import Speaker, known_zone
from server.patients.space.door import own_space
from server.routing import viewer_of
from server.safety.plan.keeping import Hand, Saved


@dataclass(frozen=True)
class Mine:
    """The plan of who is signed in."""

    hand: Hand
    clinic: Clinic

    @property
    def today(self) -> date:
        return self.hand.now.astimezone(self.clinic.zone).date()


async def mine(request: Request) -> Mine:
    """Raises SignInNeeded where the space that is open here is nobody's own."""
    space = await own_space(request)
    subject = Subject(space.clinic_id, patient_id=space.own)
    if space.own is None or not may(viewer_of(request), Action.MINE, subject):
        raise SignInNeeded()
    clinic, house = await clinic_of(request, space.clinic_id), house_of(request)
    return Mine(Hand(house, clinic.id, space.own, None, house.clock()), clinic)


async def clinic_of(request: Request, clinic_id: UUID) -> Clinic:
    clinic = await house_of(request).db.read(lambda db: clinics.clinic_of(db, clinic_id))
    if clinic is None:
        raise SignInNeeded()
    return clinic


def zone_of(request: Request, clinic: Clinic) -> ZoneInfo:
    """What this browser told, else the clinic's."""
    return known_zone(request.cookies.get("tz", "")) or clinic.zone


async def names_of(house: House, clinic_id: UUID) -> Mapping[UUID, str]:
    """Who works at the clinic, by id."""
    return {one.id: one.name for one in await house.db.read(lambda db: team(db, clinic_id))}


def told(saved: Saved, say: Speaker) -> tuple[dict[str, object], int]:
    """What a script is answered: the number to write over next; with 409 the text that holds both, and theirs."""
    known: dict[str, object] = {"version": saved.number, "at": say.time(saved.at)}
    return (known | {"text": saved.text, "was": saved.was}, 409) if saved.both else (known, 200)
