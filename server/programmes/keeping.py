"""A course opened, and the three ways to write of it: a step done, a gate passed, the course changed.

What is decided is decided within the unit, on what the database says after queueing for the course: two who write at
once are judged one after the other.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.rules import Entry as Trace
from server.audit.store import note
from server.booking.cards import bookings_named
from server.crypto import Keyring
from server.house import House
from server.measures import store as measures
from server.patients.consents import store as consents
from server.programmes import beside, store
from server.programmes.after.rules import ended
from server.programmes.after.store import set_in_motion
from server.programmes.catalogue import family_of
from server.programmes.changes import Change, Kind, changed, may_change, planned, unfinished
from server.programmes.course import Entry, History, Key, Override, Programme, history
from server.programmes.definition import Definition
from server.programmes.definition import Kind as Step
from server.programmes.gates import shut
from server.programmes.giving import give
from server.programmes.later import OTHERWISE, WHY, WHY_BACK, lifts
from server.programmes.measured import with_measures
from server.programmes.observing.red import sound
from server.programmes.outside.store import lasting
from server.programmes.passing.store import passers_of
from server.programmes.presets.store import Presets, presets_of
from server.programmes.questions import Verdict
from server.programmes.recording import No, Refused, enter, pass_gate, passed_by
from server.programmes.rules import closed_sessions
from server.programmes.sealed import CHANGES, OVERRIDES, open_answers, open_reason, seal_answers, seal_reason
from server.programmes.signed import SIGNED
from server.programmes.store import Loaded, Row
from server.reasons import readable


@dataclass(frozen=True)
class Standing:
    """A course as its rows say it is."""

    loaded: Loaded
    programme: Programme
    done: History


@dataclass(frozen=True)
class Opened:
    """A course with what was answered in it and why; by the ids of rows."""

    standing: Standing
    answers: Mapping[UUID, Mapping[str, str]] = field(repr=False)
    reasons: Mapping[UUID, str] = field(repr=False)
    presets: Presets


@dataclass(frozen=True)
class Hand:
    """Who writes of which course. `once`: the id of what is written, so that a form sent twice is one."""

    house: House
    zone: ZoneInfo
    row: Row
    by: UUID
    now: datetime
    once: UUID

    def trace(self, action: str, **detail: object) -> Trace:
        said = {"course": self.row.id.hex, **detail}
        return Trace(self.row.clinic_id, action, "patient", self.row.patient_id, "staff", self.by, said)


async def standing(db: AsyncSession, row: Row, zone: ZoneInfo, now: datetime) -> Standing:
    """Everything of a course in one unit."""
    loaded = await store.loaded(db, row)
    finished = [(one.key, one.came_at) for one in await measures.measures_of(db, row.patient_id) if one.came_at]
    cards = await bookings_named(db, loaded.bookings)
    starts = [card.starts_at for card in cards.values() if card.cancelled_at is None]
    definition = loaded.pinned.definition
    others = (await beside.others_of(db, row.clinic_id, {row.id: (row.patient_id, definition)})).get(row.id, ())
    lasts = (await lasting(db, row.clinic_id, zone, [definition])).get(definition.id, {})
    programme = changed(
        Programme(definition, zone, row.began_at, lasts=lasts, others=others), [one for one, _ in loaded.changes]
    )
    done = history(definition, [one.entry for one in loaded.entries], [one for one, _ in loaded.overrides])
    programme = planned(programme, list(done.begun.values()), max(done.begun, default=0), starts, now)
    done = with_measures(programme, done, sorted(finished, key=lambda one: one[1]))
    return Standing(loaded, replace(programme, ended_at=row.ended_at or programme.ended_at), done)


async def opened(house: House, row: Row, zone: ZoneInfo, now: datetime) -> Opened:
    """A course and its words. Raises NoKey once the patient's key was destroyed."""

    async def load(db: AsyncSession) -> tuple[Standing, Presets]:
        return await standing(db, row, zone, now), await presets_of(db, row.clinic_id)

    found, presets = await house.db.read(load)
    key = await house.keys.patient(row.clinic_id, row.patient_id)
    answers = {one.id: open_answers(key, row.clinic_id, one.id, one.blob) for one in found.loaded.entries}
    reasons = _reasons(key, row.clinic_id, OVERRIDES, [one for _, one in found.loaded.overrides])
    reasons |= _reasons(key, row.clinic_id, CHANGES, [one for _, one in found.loaded.changes])
    return Opened(found, answers, reasons, presets)


def _reasons(key: Keyring, clinic_id: UUID, table: str, sealed: Sequence[store.SealedReason]) -> dict[UUID, str]:
    return {one.id: open_reason(key, clinic_id, table, one.id, one.blob) for one in sealed}


async def record(hand: Hand, entry: Entry, answers: Mapping[str, str]) -> Refused | None:
    """Write that a step was done; None when it is written, or was by this very form. One of an earlier day is judged by
    the bookings of that day, and gates that were passed since count. An id that is known with anything else is refused.
    """
    key = await hand.house.keys.patient(hand.row.clinic_id, hand.row.patient_id)
    blob = seal_answers(key, hand.row.clinic_id, hand.once, answers)
    step, session, number = entry.key
    trace = hand.trace(
        "course.step", step=step, session=session, round=number, verdict=entry.verdict.value, at=entry.at.isoformat()
    )

    async def work(db: AsyncSession, found: Standing) -> Refused | None:
        if before := next((one for one in found.loaded.entries if one.id == hand.once), None):
            said = open_answers(key, hand.row.clinic_id, hand.once, before.blob)
            return repeated((before.entry.key, said) == (entry.key, dict(answers)))
        definition = found.programme.definition
        asks, adverse = definition.asked_in(step, answers), definition.by_id[step].is_adverse(answers)
        asking = replace(entry, asks=asks, adverse=adverse)
        lifted = lifts(found.done, definition.by_id[step], entry)
        if lifted and not readable(answers.get(OTHERWISE, "")):
            return Refused(No.NO_OTHERWISE)
        done = passed_by(found.done, entry.at) if WHY in answers else found.done
        after = enter(found.programme, done, asking, hand.now)
        if isinstance(after, Refused):
            return after
        if not await store.add_entry(db, hand.row, hand.once, asking, blob, hand.now):
            return Refused(No.ALREADY)
        await set_pace(db, hand, found, key, definition.pace_in(step, answers))
        await agree(db, hand, definition, entry)
        await take_home(db, hand, definition, entry, answers)
        calls = WHY not in answers and definition.by_id[step].calls(answers)
        about = (hand.row.clinic_id, hand.once)
        await sound(db, about, definition.by_id[step], entry, after, hand.now, calls=calls)
        follow(db, hand, found, after, entry)
        await fold(db, hand, found.programme, after)
        note(db, trace, hand.now)
        if WHY in answers or WHY_BACK in answers:
            note(db, hand.trace("course.earlier", step=step, session=session, at=entry.at.isoformat()), hand.now)
        if SIGNED in answers:
            note(db, hand.trace("course.other_name", step=step, session=session), hand.now)
        if lifted:
            note(db, hand.trace("course.lifted", step=step, session=session, round=number), hand.now)
        if opens_again(found, after):
            note(db, hand.trace("course.cleared", step=step, session=session), hand.now)
        return None

    return await in_turn(hand, work, entry.at)


def repeated(same: bool) -> Refused | None:
    """What a form comes to whose id is known: nothing more where it says the `same` as before."""
    return None if same else Refused(No.ALREADY)


def opens_again(found: Standing, after: History) -> bool:
    """Whether with this the last gate that something that happened kept shut is open."""
    definition = found.programme.definition
    gates = [gate for gate in definition.gates if gate.settled_by]
    return any(shut(definition, found.done, gate) and not shut(definition, after, gate) for gate in gates)


def follow(db: AsyncSession, hand: Hand, found: Standing, after: History, entry: Entry) -> None:
    """Queue what the end of a session sets in motion, where it is over with this entry."""
    one = ended(found.programme.definition, found.done, after, entry)
    if one:
        set_in_motion(db, hand.row, found.programme.definition, one, hand.now)


async def set_pace(
    db: AsyncSession, hand: Hand, found: Standing, key: Keyring, pace: tuple[str, int] | None
) -> None:  # fmt: skip
    """The pace that a step chose, where it is another than before; it stands as a change under an id of its own."""
    if pace is None or found.programme.apart.get(pace[0], 1) == pace[1]:
        return
    row_id, number = uuid5(hand.once, "pace"), len(found.loaded.changes) + 1
    blob = seal_reason(key, hand.row.clinic_id, CHANGES, row_id, "")
    await store.add_change(db, hand.row, row_id, Change(number, Kind.PACE, hand.now, hand.by, *pace), blob)
    note(db, hand.trace("course.changed", kind=Kind.PACE.value, phase=pace[0], sessions=pace[1]), hand.now)


async def agree(db: AsyncSession, hand: Hand, definition: Definition, entry: Entry) -> None:
    """A consent stands in the ledger of agreements under the id of its entry; one to less takes back those before."""
    if definition.by_id[entry.key.step].kind is not Step.CONSENT:
        return
    patient, what = (hand.row.clinic_id, hand.row.patient_id), ledger_of(definition)
    before = [one for one in await consents.ledger(db, *patient) if one.holds and (one.kind, one.version) == what]
    if entry.verdict is Verdict.CLEAR:
        await consents.agree(db, hand.once, patient, what, entry.at)
    for one in before if entry.verdict is not Verdict.CLEAR else ():
        await consents.withdraw(db, one, patient, ("staff", hand.by), hand.now)


async def take_home(
    db: AsyncSession, hand: Hand, definition: Definition, entry: Entry, answers: Mapping[str, str]
) -> None:  # fmt: skip
    """What the step gives to do until the next session."""
    gives, key = definition.by_id[entry.key.step].gives, entry.key
    if gives and gives.given(answers):
        tools = await give(db, hand.row, entry, gives, hand.now, hand.zone)
        note(db, hand.trace("course.given", step=key.step, session=key.session, tools=tools), hand.now)


def ledger_of(definition: Definition) -> tuple[str, str]:
    """As what the ledger of agreements knows a programme: (kind, version)."""
    return "programme", f"{definition.id} {definition.version}"[:32]


async def override(hand: Hand, one: Override) -> Refused | None:
    """Write that somebody passed a gate, and why. Where the clinic named who may, nobody else does."""
    key = await hand.house.keys.patient(hand.row.clinic_id, hand.row.patient_id)
    blob = seal_reason(key, hand.row.clinic_id, OVERRIDES, hand.once, one.reason)

    async def work(db: AsyncSession, found: Standing) -> Refused | None:
        for before, sealed in found.loaded.overrides:
            if sealed.id == hand.once:
                reason = open_reason(key, hand.row.clinic_id, OVERRIDES, hand.once, sealed.blob)
                return repeated((before.gate, before.session, reason) == (one.gate, one.session, one.reason))
        said = await passers_of(db, hand.row.clinic_id, family_of(found.programme.definition))
        if not said.admit(hand.by):
            note(db, hand.trace("course.not_passed", gate=one.gate, session=one.session), hand.now)
            return Refused(No.NOT_NAMED)
        after = pass_gate(found.programme, found.done, one, hand.now)
        if isinstance(after, Refused):
            return after
        written = after.overrides[one.gate, one.session][-1]
        if not await store.add_override(db, hand.row, hand.once, written, blob):
            return Refused(No.ALREADY)
        seen = sorted(f"{why.value} {step}".strip() for why, step, _ in written.seen)
        note(db, hand.trace("course.override", gate=one.gate, session=one.session, seen=seen), hand.now)
        return None

    return await in_turn(hand, work)


async def change(hand: Hand, kind: Kind, reason: str, phase: str = "", sessions: int = 0) -> Refused | None:
    """Write that a course is paused, goes on, is longer or has ended."""
    if not readable(reason):
        return Refused(No.NO_REASON)
    key = await hand.house.keys.patient(hand.row.clinic_id, hand.row.patient_id)
    blob = seal_reason(key, hand.row.clinic_id, CHANGES, hand.once, reason)

    async def work(db: AsyncSession, found: Standing) -> Refused | None:
        for before, sealed in found.loaded.changes:
            if sealed.id == hand.once:
                said = open_reason(key, hand.row.clinic_id, CHANGES, hand.once, sealed.blob)
                known = (before.kind, before.phase, before.sessions, said)
                return repeated(known == (kind, phase, sessions, reason))
        if not may_change(found.programme, kind, phase, sessions):
            return Refused(No.NOTHING)
        if kind is Kind.END and unfinished(found.programme, found.done, hand.now):
            return Refused(No.UNFINISHED)
        one = Change(len(found.loaded.changes) + 1, kind, hand.now, hand.by, phase, sessions)
        if not await store.add_change(db, hand.row, hand.once, one, blob):
            return Refused(No.ALREADY)
        await fold(db, hand, changed(found.programme, [one]), found.done)
        note(db, hand.trace("course.changed", kind=kind.value, phase=phase, sessions=sessions), hand.now)
        return None

    return await in_turn(hand, work)


async def in_turn(
    hand: Hand, work: Callable[[AsyncSession, Standing], Awaitable[Refused | None]], at: datetime | None = None
) -> Refused | None:
    """Run `work` on what a course is once everybody is through who wrote of it before, and tell pages of it. `at`: by
    the bookings from then on, else from now.
    """

    async def unit(db: AsyncSession) -> Refused | None:
        await store.take_turn_of(db, hand.row.patient_id)  # another course of the family is written of neither
        await store.take_turn(db, hand.row.id)
        row = await store.course_of(db, hand.row.clinic_id, hand.row.id)
        assert row, "a course is never deleted by itself"
        return await work(db, await standing(db, row, hand.zone, at or hand.now))

    found = await hand.house.db.unit(unit)
    hand.house.outbox.nudge()
    await hand.house.live.changed(f"day:{hand.row.clinic_id}")
    return found


async def fold(db: AsyncSession, hand: Hand, programme: Programme, done: History) -> None:
    """Note how many sessions are behind now."""
    await store.set_closed(db, hand.row.id, closed_sessions(programme, done, hand.now), programme.ended_at)


def next_key(done: History, step: str, session: int) -> Key:
    """The round by which a step is done once more."""
    last = done.newest.get((step, session))
    return Key(step, session, last.key.round + 1 if last else 0)
