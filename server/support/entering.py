"""Coming into the line: the person, what they said, and their place, in one unit."""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import count
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.rules import Entry
from server.audit.store import note
from server.clinic.rules import Clinic
from server.crypto import Keyring
from server.house import House
from server.keys import KeyStore
from server.patients import store as patients
from server.patients.rules import Person
from server.support import changing, store
from server.support.forms import Entering
from server.support.raising import raise_lift
from server.support.rules import LONGEST_LINE, MOST_TOLD, Lift, Standing, lift_of
from server.support.sealed import seal_said
from server.support.store import Ask


@dataclass(frozen=True)
class Comer:
    """Who enters: a patient of whom a space is open here, or somebody new. `language` and `zone` as their browser."""

    patient_id: UUID | None
    language: str
    zone: str


@dataclass(frozen=True)
class Entered:
    """They have a place; the token opens its page."""

    ask_id: UUID
    token: str = field(repr=False)


def token_of(keys: KeyStore, ask_id: UUID) -> str:
    """The token of a place: made from its id and a secret of the house, kept as a hash alone."""
    mac = hmac.digest(keys.secret("support place"), ask_id.bytes, "sha256")
    return urlsafe_b64encode(mac).decode().rstrip("=")


async def enter(house: House, clinic: Clinic, entering: Entering, comer: Comer) -> Entered | Standing:
    """Put them into the line, once for one form and for one patient; or how the clinic stands, if nobody is there.

    Whoever has a place already is lifted by what they say now. Who is not safe and cannot be put into the line is
    called for all the same, and their page says whom to call.
    """
    now, ask_id = house.clock(), await _id_of(house, clinic, entering)
    if comer.patient_id is not None:
        open_one = await house.db.read(lambda db: store.open_of(db, comer.patient_id or ask_id))
        if open_one:
            return await _again(house, open_one, entering)
    key, row = await _person(house, clinic, entering, comer, now)
    said = entering.said
    new = changing.NewAsk(
        id=ask_id,
        clinic_id=clinic.id,
        patient_id=key.owner,
        token=token_of(house.keys, ask_id),
        lift=lift_of(said.safe),
        way=said.way,
        said=seal_said(key, clinic.id, ask_id, said),
    )

    async def work(db: AsyncSession) -> Ask | Entered | Standing:
        if there := await store.ask_of(db, ask_id):
            return there
        await store.rules_of(db, clinic.id, lock=True)
        _rules, standing = await store.standing_of(db, clinic, now)
        long = len(await store.line(db, clinic.id))
        waits = standing.is_open and long < LONGEST_LINE
        if not waits and not (new.lift is Lift.DANGER and standing.in_use and long < MOST_TOLD):
            return standing
        if row is not None:
            await patients.add(db, row)
        if not await changing.add(db, replace(new, waits=waits), now):
            there = await store.open_of(db, key.owner) or await store.ask_of(db, ask_id)
            return there or Entered(ask_id, new.token)
        detail = {"ask": ask_id.hex, "lift": new.lift.value, "way": said.way.value, "waits": waits}
        note(db, Entry(clinic.id, "support.asked", "patient", key.owner, "patient", key.owner, detail), now)
        return Entered(ask_id, new.token)

    entered = await house.db.unit(work)
    if isinstance(entered, Ask):
        return await _again(house, entered, entering)
    if isinstance(entered, Entered):
        await house.live.changed(f"day:{clinic.id}")
    return entered


async def _again(house: House, ask: Ask, entering: Entering) -> Entered:
    """The place that they have already, lifted where they are less safe now than they said before."""
    await raise_lift(house, ask, entering.said)
    return Entered(ask.id, token_of(house.keys, ask.id))


async def _person(
    house: House, clinic: Clinic, entering: Entering, comer: Comer, now: datetime
) -> tuple[Keyring, patients.Row | None]:
    """The key of who enters, and the row of somebody new."""
    if comer.patient_id is not None:
        return await house.keys.patient(clinic.id, comer.patient_id), None
    key = await house.keys.new_patient(clinic.id, now)
    ring = await house.keys.clinic(clinic.id)
    person = Person(
        id=key.owner,
        name=entering.name,
        phone=entering.said.number,
        language=comer.language,
        zone=comer.zone,
    )
    return key, patients.sealed(ring, key, person, now)


async def _id_of(house: House, clinic: Clinic, entering: Entering) -> UUID:
    """The id follows from the form: the same form sent twice is one place, and after that is over another one."""
    whole = "\0".join((clinic.id.hex, entering.once, entering.name, entering.said.number))
    for turn in count():
        told = f"{whole}\0{turn}" if turn else whole
        mac = hmac.digest(house.keys.secret("support once"), told.encode(), "sha256")
        ask_id = UUID(bytes=mac[:16], version=4)
        ask = await house.db.read(partial(store.ask_of, ask_id=ask_id))
        if ask is None or ask.ended_at is None:
            return ask_id
    raise AssertionError("the count has no end")
