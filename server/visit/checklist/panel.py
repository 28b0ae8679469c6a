"""What stands beside the picture: the checklist, where the patient is, whom to call, and what holds a signature."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.meeting import Meeting, meeting_of
from server.clinic.licences import store as licences
from server.clinic.licences.rules import Licence, Place, Verdict, verdict
from server.clinic.rules import Clinic
from server.countries import country_names, country_of
from server.moments import known_zone
from server.patients.rules import Person
from server.regions import regions
from server.safety.checking.store import checked as tried
from server.safety.directory import directory
from server.safety.rules import Entry, entry_for
from server.visit.checklist import store
from server.visit.checklist.catalogue import catalogue
from server.visit.checklist.rules import (
    LICENCE,
    Asked,
    How,
    Kept,
    Reply,
    Setting,
    State,
    asked,
    current,
    hold_of,
    met,
    must_decide,
    number_in,
    said_before,
    spelled_out,
    usual_setting,
)
from server.visit.checklist.sealed import open_checks
from server.visit.checklist.store import SealedCheck, Signing
from server.visit.checklist.topics import is_confirmed
from server.visit.door import Knock
from server.visit.forms import Arrival
from server.visit.rules import State as VisitState

NOTHING_KEPT = Meeting()


@dataclass(frozen=True)
class Facts:
    """What is stored about the start of this visit, opened."""

    setting: Setting
    kept: Mapping[str, Kept] = field(repr=False)
    licences: Sequence[Licence]
    signing: Signing | None
    signings: int
    confirmed: bool  # by a clinician of the clinic, what is asked


@dataclass(frozen=True)
class Panel:
    """visit/parts/checklist.html, danger.html, elsewhere.html and sign.html.

    `by_clock`: nobody named a country, so that of the patient's clock stands in. `deciding`: a place without a licence
    waits for a decision. `hold` is why the visit cannot be signed now, '' when it can.
    """

    id: str
    first_name: str = field(repr=False)
    asked: Sequence[Asked] = field(repr=False)
    still_open: Sequence[Asked] = field(repr=False)
    place: Place = field(repr=False)
    where: str = field(repr=False)
    number: str = field(repr=False)
    number_dial: str = field(repr=False)
    contact: str = field(repr=False)
    contact_dial: str = field(repr=False)
    entry: Entry
    checked: bool
    country: str
    by_clock: bool
    verdict: Verdict
    deciding: bool
    decided: Kept | None = field(repr=False)
    allowed: frozenset[str]
    kindly: str
    backup: Sequence[str] = field(repr=False)
    signing: Signing | None
    hold: str
    noted: bool
    confirmed: bool
    countries: Mapping[str, str]
    regions: Mapping[str, Mapping[str, str]]

    @property
    def at_the_door(self) -> bool:
        """Whether more than one open line only waits for 'still right'."""
        return sum(one.said is not None for one in self.still_open) > 1


async def facts_of(knocked: Knock) -> Facts:
    """Everything stored that the panel is made of."""
    card, visit = knocked.card, knocked.visit

    async def work(db: AsyncSession) -> tuple[Facts, Mapping[str, SealedCheck]]:
        rows = (await store.checks_of(db, [visit.id]))[visit.id] if visit else {}
        signing, signings = await store.signing_of(db, visit.id) if visit else (None, 0)
        held = (await licences.licences_of(db, card.clinic_id, [card.therapist_id]))[card.therapist_id]
        setting = await store.setting_of(db, card.clinic_id) or usual_setting(catalogue())
        confirmed = await is_confirmed(db, card.clinic_id, setting)
        return Facts(setting, {}, held, signing, signings, confirmed), rows

    facts, rows = await knocked.house.db.read(work)
    return replace(facts, kept=await _opened(knocked, rows))


async def _opened(knocked: Knock, rows: Mapping[str, SealedCheck]) -> Mapping[str, Kept]:
    card = knocked.card
    if not rows:
        return {}
    key = (await knocked.house.keys.patients(card.clinic_id, [card.patient_id])).get(card.patient_id)
    return open_checks(key, card.clinic_id, rows) if key else {}


async def panel_of(knocked: Knock, person: Person | None, arrival: Arrival | None) -> Panel:
    """The panel for the therapist of this visit."""
    meeting, clinic = await meeting_of(knocked.house, knocked.card), knocked.clinic
    panel = made_of(knocked, person, arrival, await facts_of(knocked), meeting)
    entry = await knocked.house.db.read(lambda db: tried(db, clinic.id, panel.entry, clinic.zone))
    return replace(panel, entry=entry, checked=entry.checked.holds(knocked.now.astimezone(clinic.zone).date()))


def made_of(
    knocked: Knock, person: Person | None, arrival: Arrival | None, facts: Facts, meeting: Meeting = NOTHING_KEPT
) -> Panel:
    """The panel from what is known already."""
    number = meeting.number or (person.phone if person else "")
    said = said_before(arrival, number, person.needs.interpreter if person else "", meeting.where)
    first_name = person.first_name if person else ""
    lines = asked(catalogue(), facts.setting, facts.kept, said, first_name)
    still_open = [one for one in lines if one.state is State.OPEN]
    where = current("place", facts.kept, said) or Reply(How.ANSWER)
    number, contact = _text("number", facts, said), _text("contact", facts, said)
    country = where.place.country or country_by_clock(person, knocked.clinic)
    entry = entry_for(directory(), country)
    today = knocked.now.astimezone(knocked.clinic.zone).date()
    standing = verdict(facts.licences, where.place, today, only_listed=knocked.clinic.only_listed)
    decided = facts.kept.get(LICENCE)
    deciding = must_decide(standing, where.place, decided)
    noted, both = _noted(knocked), met(knocked.visit, knocked.card.means)
    waiting = [one.line.key for one in still_open] + ([LICENCE] if deciding else [])
    return Panel(
        id=knocked.card.public_id,
        first_name=first_name,
        asked=lines,
        still_open=still_open,
        place=where.place,
        where=where.text,
        number=number,
        number_dial=number_in(number),
        contact=contact,
        contact_dial=number_in(contact),
        entry=entry,
        checked=entry.checked.holds(today),
        country=country,
        by_clock=not where.place.country,
        verdict=standing,
        deciding=deciding,
        decided=decided,
        allowed=frozenset(one.value for one in facts.setting.allowed),
        kindly=facts.setting.kindly,
        backup=spelled_out(facts.setting.backup, number, contact, entry.emergency[0].number),
        signing=facts.signing,
        hold=hold_of(noted, both, facts.signing is not None, waiting) or "",
        noted=noted,
        confirmed=facts.confirmed,
        countries=country_names(knocked.clinic.language),
        regions=regions(),
    )


def country_by_clock(person: Person | None, practice: Clinic) -> str:
    """The country the patient's clock was set to when they booked, else the clinic's."""
    zone = known_zone(person.zone) if person else None
    return (country_of(zone) if zone else "") or practice.country


def _text(key: str, facts: Facts, said: Mapping[str, Reply]) -> str:
    found = current(key, facts.kept, said)
    return found.text if found else ""


def _noted(knocked: Knock) -> bool:
    return knocked.view.state is VisitState.AFTER
