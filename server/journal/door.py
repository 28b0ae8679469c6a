"""The door of every journal: its patient's own space, and nobody else's, not even of who acts for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from starlette.requests import Request

from server.access import Action, Subject, may
from server.audit.rules import Entry as Trace
from server.booking.requests import told_zone
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.errors import SignInNeeded
from server.house import House, house_of
from server.journal.keeping import Journal
from server.moments import known_zone
from server.patients.space.door import Open, open_space
from server.routing import viewer_of
from server.templates import Brand

Fields = Mapping[str, Sequence[str]]
MOST_FIELDS = 200


@dataclass(frozen=True)
class Mine:
    """Whose journal is open here, and where they are."""

    house: House
    space: Open
    clinic: Clinic
    patient_id: UUID
    zone: ZoneInfo
    now: datetime

    @property
    def brand(self) -> Brand:
        return clinics.brand(self.clinic)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def journal(self, kind: str) -> Journal:
        return Journal(self.house, self.clinic.id, self.patient_id, kind)

    def trace(self, action: str, **detail: object) -> Trace:
        return Trace(self.clinic.id, action, "patient", self.patient_id, "patient", None, detail)


async def mine_of(request: Request) -> Mine:
    """Raises SignInNeeded where no space is open, or it is nobody's own yet."""
    house = house_of(request)
    space = await open_space(house, request)
    if space is None or space.own is None:
        raise SignInNeeded()
    if not may(viewer_of(request), Action.MINE, Subject(space.clinic_id, patient_id=space.own)):
        raise SignInNeeded()
    clinic = await house.db.read(lambda db: clinics.clinic_of(db, space.clinic_id))
    if clinic is None:
        raise SignInNeeded()
    return Mine(house, space, clinic, space.own, told_zone(request) or clinic.zone, house.clock())


async def fields_of(request: Request) -> Fields:
    """Every text field of a form, the repeated ones with all that they hold."""
    found: dict[str, list[str]] = {}
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as sent:
        for name, value in sent.multi_items():
            if isinstance(value, str):
                found.setdefault(name, []).append(value)
    return found


def one_of(fields: Fields, name: str) -> str:
    """The last that a field holds; '' where there is none."""
    return fields[name][-1] if fields.get(name) else ""


def zone_told(fields: Fields, otherwise: ZoneInfo) -> ZoneInfo:
    """Where an entry was written, as its device says."""
    return known_zone(one_of(fields, "zone")) or otherwise
