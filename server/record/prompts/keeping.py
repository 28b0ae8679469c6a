"""Which of the clinic's own questions are asked about a patient now, and putting one aside."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.store import note
from server.clinic.confirming.rules import Said, holds
from server.clinic.confirming.store import all_said
from server.crypto import Place, seal
from server.house import House
from server.measures.results import results_of
from server.record.care.keeping import care_of
from server.record.opening import Opened
from server.record.prompts import store
from server.record.prompts.rules import Fact, Known, facts, told_apart
from server.record.prompts.store import Kept
from server.record.prompts.topics import key_of, version

TABLE = "prompt_dismissals"


@dataclass(frozen=True)
class Asked:
    """A question, by which facts it is asked, and who of the clinic confirmed it. `seen` is sent back with a form."""

    kept: Kept
    facts: Sequence[Fact] = field(repr=False)
    seen: str
    confirmed_by: UUID
    confirmed_at: datetime


async def asked_of(opened: Opened) -> list[Asked]:
    """Every confirmed question whose facts hold for this patient and that nobody put aside for these facts."""
    house, clinic_id, patient_id = opened.house, opened.clinic.id, opened.person.id

    async def load(db: AsyncSession) -> tuple[list[tuple[Kept, Said]], set[tuple[UUID, str]]]:
        said = await all_said(db, clinic_id)
        every = [(one, said.get(key_of(one))) for one in await store.prompts_of(db, clinic_id)]
        sure = [(one, word) for one, word in every if word and holds(word, version(one))]
        return sure, await store.dismissed(db, clinic_id, patient_id) if sure else set()

    sure, aside = await house.db.read(load)
    if not sure:
        return []
    entries = await care_of(house, clinic_id, patient_id)
    results = await results_of(house, clinic_id, patient_id)
    totals = {one.key: (one.points[-1].total, one.points[-1].at) for one in results if one.points}
    known, found = Known(entries, totals, opened.clinic.zone), []
    for one, word in sure:
        told = facts(one.rule, known, opened.now)
        seen = _digest(house, patient_id, told_apart(one.prompt_id, one.number, told)) if told else ""
        if told and (one.prompt_id, seen) not in aside:
            found.append(Asked(one, told, seen, word.by, word.at))
    return found


def _digest(house: House, patient_id: UUID, text: str) -> str:
    """Of facts, for a row: with a key, since whoever read the rows could try every total else."""
    return hmac.digest(house.keys.secret("prompt facts"), f"{patient_id.hex}|{text}".encode(), "sha256").hex()


async def put_aside(opened: Opened, prompt_id: UUID, seen: str, reason: str) -> bool:
    """Put a question aside for what its page showed; False where it is not asked by that any more. Raises NoKey."""
    one = next((one for one in await asked_of(opened) if (one.kept.prompt_id, one.seen) == (prompt_id, seen)), None)
    if one is None:
        return False
    clinic_id, patient_id, row_id = opened.clinic.id, opened.person.id, uuid4()
    key = await opened.house.keys.patient(clinic_id, patient_id)
    blob = seal(key, reason, Place(clinic_id, patient_id, TABLE, row_id, "reason"))
    what, patient = (prompt_id, seen), (clinic_id, patient_id)

    async def work(db: AsyncSession) -> None:
        if await store.dismiss(db, row_id, patient, what, blob, opened.staff_id, opened.now):
            note(db, opened.entry("prompt.put_aside", prompt=prompt_id.hex), opened.now)

    await opened.house.db.unit(work)
    return True
