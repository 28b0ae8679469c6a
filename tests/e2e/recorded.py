"""What is written about the patient of one visit: a signed note with an addition, a draft, and notes kept apart."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from server.house import House
from server.record.notes import store
from server.record.notes.forms import Draft
from server.record.notes.keeping import Author, append, save, sign
from server.record.notes.rules import FORMATS, FREE, SOAP, Kind

TALK = {
    "subjective": "Sleeps six hours since the clocks changed, wakes once. Less afraid of the morning meeting, which "
    "she led on Tuesday for the first time since autumn.",
    "objective": "On time, rested, speaks freely. Affect wide and fitting. PHQ-9 fell from 14 to 9.",
    "assessment": "Moderate episode, getting better. No thoughts of death, asked directly.",
    "plan": "Keep the sleep window. Lead the meeting again and note what she expected and what came. Next Thursday.",
}
DAP = next(one for one in FORMATS if one.key == "dap")


async def add_record(house: House, clinic_id: UUID, patient_id: UUID, staff_id: UUID, now: datetime) -> dict[str, str]:
    """Write it, and say under which names an address finds it."""
    then = Author(house, clinic_id, patient_id, staff_id, now - timedelta(days=7))
    today = Author(house, clinic_id, patient_id, staff_id, now)
    signed = then.new(SOAP, Kind.RECORD)
    await sign(then, signed, {key: Draft(words, 0) for key, words in TALK.items()})
    kept = await house.db.read(lambda db: store.note_of(db, clinic_id, signed.id))
    assert kept
    await append(today, kept, uuid4(), "Called on Friday: the meeting went well.")
    draft, apart = today.new(DAP, Kind.RECORD), today.new(FREE, Kind.PSYCHOTHERAPY)
    await save(today, draft, "data", Draft("Comes straight from the meeting, proud and tired.", 0))
    await save(today, apart, "text", Draft("I notice how much I want this to go well for her.", 0))
    return {"note": str(signed.id), "draft": str(draft.id), "apart": str(apart.id)}
