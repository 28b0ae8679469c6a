"""Measures on the pages of a visit: what the patient has to answer, and what the therapist sees beside the picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from server.booking.cards import bookings_of
from server.measures import store
from server.measures.catalogue import shipped
from server.measures.entering import half_entered, may_enter
from server.measures.helping import HelpNow, help_for
from server.measures.late.keeping import kept_for
from server.measures.reading import sessions_of
from server.measures.results import Result, results_of
from server.measures.risk.history import Said as Told
from server.measures.risk.history import history_of
from server.measures.rules import Instrument
from server.measures.schedule import may_answer
from server.measures.sheets import Sheet, Stage, sheets_of
from server.measures.shown import Asks, MeasureForm, OwnDevice, asks_of, form_of
from server.measures.topics import is_confirmed
from server.measures.weekly.visits import slot_of
from server.patients.rules import called
from server.record.trends.keeping import with_marks
from server.visit.at_the_door import said_at_the_door
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
    device = OwnDevice(f"/me/measures/{knocked.card.public_id}", await kept_for(request, knocked.card))
    base, wanted = f"/visit/{knocked.card.public_id}/measures", [one for one in sheets if one.stage is not Stage.DONE]
    forms = [form_of(base, one, name, device=device) for one in wanted]
    arrival = await said_at_the_door(knocked)
    there = arrival.country if arrival else ""
    return Own(asks_of(sheets), forms, await help_for(request, knocked.clinic, knocked.card, there))


@dataclass(frozen=True)
class Choice:
    """A measure that a therapist may ask for by hand."""

    key: str
    name: str


@dataclass(frozen=True)
class Enters:
    """A measure whose result the therapist may enter; `seen`: how many times they did with this visit. `awaits`: no
    clinician of the clinic confirmed it. `given`: of a result with open questions what was answered.
    """

    instrument: Instrument
    seen: int
    awaits: bool
    given: Mapping[str, int] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Beside:
    """visit/parts/lead_measures.html. `waits`: what is asked and not finished; `unseen`: flags that somebody must look
    at, as the form that says so carries them.
    """

    id: str
    patient_id: UUID
    results: Sequence[Result] = field(repr=False)
    waits: Sequence[Asks]
    choices: Sequence[Choice]
    unseen: str
    said: Sequence[Told] = field(default=(), repr=False)
    enters: Sequence[Enters] = ()


async def beside(knocked: Knock) -> Beside:
    """What stands beside the picture."""
    house, card = knocked.house, knocked.card
    cards = await house.db.read(lambda db: bookings_of(db, card.clinic_id, card.patient_id, card.therapist_id))
    answered = await results_of(house, card.clinic_id, card.patient_id, sessions_of(cards, knocked.now))
    results = await with_marks(house, card.clinic_id, card.patient_id, knocked.clinic.zone, answered)
    sheets = await sheets_of(house, card, knocked.now)
    return Beside(
        id=card.public_id,
        patient_id=card.patient_id,
        results=results,
        waits=[one for one in asks_of(sheets) if one.stage is not Stage.DONE],
        choices=await _choices(knocked, sheets),
        unseen=",".join(flag.id.hex for one in results for flag in one.unseen),
        said=await _said(knocked, results),
        enters=await _enters(knocked),
    )


async def _enters(knocked: Knock) -> list[Enters]:
    if not may_answer(slot_of(knocked.card), knocked.now):
        return []
    clinic_id, half = knocked.card.clinic_id, await half_entered(knocked.house, knocked.card)

    async def work(db: AsyncSession) -> list[Enters]:
        found = await may_enter(db, knocked.card)
        return [
            Enters(shipped()[key], seen, not await is_confirmed(db, clinic_id, shipped()[key]), half.get(key, {}))
            for key, seen in found.items()
        ]

    return await knocked.house.db.read(work)


async def _said(knocked: Knock, results: Sequence[Result]) -> list[Told]:
    """Every answer to the questions that somebody has to look at."""
    card = knocked.card
    ids = dict.fromkeys(flag.measure_id for one in results for flag in one.unseen)
    every = [await history_of(knocked.house, card.clinic_id, card.patient_id, one) for one in ids]
    return [told for history in every for told in history]


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
