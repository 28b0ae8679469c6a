"""What is written about the patient of one visit: a signed note with an addition, a draft, and notes kept apart."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from server.genetics.catalogue import shipped
from server.house import House
from server.patients.care import store as care
from server.patients.care.rules import GLASS
from server.patients.care.store import Glass
from server.record.care.keeping import Writing, write
from server.record.care.rules import Diagnosis, Effect, GeneTest, Goal, Medicine, Spell, Treatment, Way
from server.record.care.rules import Kind as Care
from server.record.documents import store as documents
from server.record.documents.keeping import sealed
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
TABLES = shipped().version
KNOWN = (Medicine("Sertraline", 100, "mg", "in the morning", Spell("2025-11", going=True), Effect.SOME),)
MORE = (
    (
        Care.MEDICINE,
        Medicine("Citalopram", 20, "mg", "", Spell("2021-02", "2021-08"), Effect.NONE, "no change after six months"),
    ),
    (Care.TREATMENT, Treatment(Way.TALK, "CBT, in a group", 12, Spell("2019"), Effect.GOOD, "came to its end")),
    (Care.DIAGNOSIS, Diagnosis("ICD-10-GM", "F33.1", "Recurrent depressive disorder, moderate episode", "2025-11")),
    (
        Care.GOAL,
        Goal("Lead the morning meeting without a night of fear before", "Once a week, and note what came.", "2026-04"),
    ),
    (Care.GENE, GeneTest("CYP2D6", "(*1/*4)x2", "NM", "Labor Mitte", "Panel, with copies", "2025-12", "", TABLES)),
    (Care.GENE, GeneTest("CYP2C19", "*2/*2", "", "Labor Mitte", "Panel", "2025-12", "", TABLES)),
    (Care.GENE, GeneTest("HLA-B", "positive", "", "Labor Mitte", "", "2025-12", "", TABLES)),
)
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
    await _letter(then)
    medicine = uuid4()
    for entry_id, kind, value in ((medicine, Care.MEDICINE, KNOWN[0]), *((uuid4(), *one) for one in MORE)):
        await write(house, clinic_id, patient_id, Writing(entry_id, kind, value), staff_id, then.now)
    return {"medicine": str(medicine), "note": str(signed.id), "draft": str(draft.id), "apart": str(apart.id)}


async def _letter(author: Author) -> None:
    """A letter of another clinic, as it was brought."""
    key, document = await author.key(), (uuid4(), "Letter of St. Anna hospital.pdf", "application/pdf")
    data = b"%PDF-1.7 " + b" " * 180_000 + b"%%EOF"
    row, content = await sealed(key, author.clinic_id, document, data, author.staff_id, author.now)
    whose = (author.clinic_id, author.patient_id)
    await author.house.db.unit(lambda db: documents.add(db, *whose, row, content))


async def open_in_emergency(house: House, clinic_id: UUID, patient_id: UUID, staff_id: UUID, now: datetime) -> UUID:
    """Somebody else opened this record a moment ago; the id of that."""
    key, glass_id = await house.keys.patient(clinic_id, patient_id), uuid4()
    reason = "Her sister called: she took tablets and does not say which. Poison centre asks what she is prescribed."
    why = care.seal_reason(key, clinic_id, glass_id, reason)
    one = Glass(glass_id, clinic_id, patient_id, staff_id, now, now + GLASS, reason=why)
    await house.db.unit(lambda db: care.break_glass(db, one))
    return glass_id
