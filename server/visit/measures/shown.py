"""Measures on the pages of a visit: what the patient has to answer, and what the therapist sees beside the picture."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from server.booking import store as booking
from server.booking.cards import bookings_of
from server.booking.rules import BookingCard
from server.house import House
from server.measures import store
from server.measures.helping import HelpNow, help_for
from server.measures.reading import sessions_of
from server.measures.results import Result, results_of
from server.measures.schedule import may_answer
from server.measures.sheets import Sheet, Stage, sheets_of, slot_of
from server.measures.shown import Asks, MeasureForm, asks_of, form_of
from server.patients import store as patients
from server.patients.rules import called
from server.visit.door import Knock
from server.visit.scenes import Scene

BEFORE = frozenset({Scene.BOOKED, Scene.TOO_EARLY, Scene.OPEN})
WHILE = frozenset({Scene.WAITING})


@dataclass(frozen=True)
class Own:
    """What a patient's page says of measures: all that is asked, and as forms what is open while they wait."""

    asks: Sequence[Asks]
    forms: Sequence[MeasureForm] = ()
    help: HelpNow | None = None

    @property
    def open(self) -> list[Asks]:
        return [one for one in self.asks if one.stage is not Stage.DONE]

    @property
    def left(self) -> int:
        return sum(one.left for one in self.open)


async def own_measures(request: Request, knocked: Knock) -> Own | None:
    """None where nothing is asked, or it is not the time for it."""
    if knocked.view.scene not in BEFORE | WHILE:
        return None
    sheets = await sheets_of(knocked.house, knocked.card, knocked.now)
    if not sheets:
        return None
    if knocked.view.scene in BEFORE:
        return Own(asks_of(sheets))
    name = called(knocked.card.therapist_name)
    forms = [form_of(knocked.card.public_id, one, name) for one in sheets if one.stage is not Stage.DONE]
    return Own(asks_of(sheets), forms, help_for(request, knocked.clinic))


@dataclass(frozen=True)
class Choice:
    """A measure that a therapist may ask for by hand."""

    key: str
    name: str


@dataclass(frozen=True)
class Beside:
    """visit/parts/lead_measures.html. `waits`: what is asked and not finished. `unseen`: somebody must look."""

    id: str
    patient_id: UUID
    results: Sequence[Result] = field(repr=False)
    waits: Sequence[Asks]
    choices: Sequence[Choice]
    unseen: bool


async def beside(knocked: Knock) -> Beside:
    """What stands beside the picture."""
    house, card = knocked.house, knocked.card
    cards = await house.db.read(lambda db: bookings_of(db, card.clinic_id, card.patient_id, card.therapist_id))
    results = await results_of(house, card.clinic_id, card.patient_id, sessions_of(cards, knocked.now))
    sheets = await sheets_of(house, card, knocked.now)
    return Beside(
        id=card.public_id,
        patient_id=card.patient_id,
        results=results,
        waits=[one for one in asks_of(sheets) if one.stage is not Stage.DONE],
        choices=await _choices(knocked, sheets),
        unseen=any(one.unseen for one in results),
    )


async def _choices(knocked: Knock, sheets: Sequence[Sheet]) -> list[Choice]:
    if not may_answer(slot_of(knocked.card), knocked.now):
        return []
    setting = await knocked.house.db.read(lambda db: store.setting_of(db, knocked.card.clinic_id))
    ids = {rule.version_id for rule in setting.rules}
    versions = await knocked.house.db.read(lambda db: store.versions_of(db, knocked.card.clinic_id, ids))
    asked = {sheet.key for sheet in sheets}
    return [
        Choice(rule.key, versions[rule.version_id].instrument.name) for rule in setting.rules if rule.key not in asked
    ]


@dataclass(frozen=True)
class Risen:
    """Somebody's answer that nobody has looked at: whose, in which measure, and since when."""

    public_id: str
    name: str = field(repr=False)
    at: datetime


async def risen_for(house: House, clinic_id: UUID, staff_id: UUID | None) -> list[Risen]:
    """Those of the patients whom this therapist meets, oldest first; one statement where nothing is."""
    found = await house.db.read(lambda db: store.unseen(db, clinic_id)) if staff_id else []
    first: dict[UUID, datetime] = {}
    for raised, row in found:
        if row.booking_id:
            first.setdefault(row.booking_id, raised.at)

    async def cards(db: AsyncSession) -> list[BookingCard | None]:
        return [await booking.booking_for_visit(db, one) for one in first]

    mine = [card for card in await house.db.read(cards) if card and card.therapist_id == staff_id] if first else []
    people = await patients.people(house.db, house.keys, clinic_id, [card.patient_id for card in mine])
    return [
        Risen(card.public_id, people[card.patient_id].name, first[card.id])
        for card in mine
        if card.patient_id in people
    ]
