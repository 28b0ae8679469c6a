"""What somebody answered before their visits, as plain data that goes along with their record: for themselves."""

from typing import Any
from uuid import UUID

from server.booking.intake import store
from server.booking.intake.rules import said
from server.booking.intake.sealed import open_answers
from server.house import House


async def answers_data(house: House, clinic_id: UUID, patient_id: UUID) -> list[dict[str, Any]]:
    """Each sheet with its questions in order and what was said to them, the oldest first; times are ISO 8601, 'done_at'
    is None of one that is half way. Raises SealBroken.
    """
    rows, forms = await house.db.read(lambda db: store.answered(db, patient_id))
    key = (await house.keys.patients(clinic_id, [patient_id])).get(patient_id) if rows else None
    if key is None:
        return []
    return [
        {
            "id": str(row.id),
            "booking": str(row.booking_id),
            "changed_at": row.changed_at.isoformat(),
            "done_at": row.done_at.isoformat() if row.done_at else None,
            "questions": [
                {"id": one.question.id, "asked": one.question.ask, "answers": list(one.words)}
                for one in said(forms[row.form_id], open_answers(key, clinic_id, row.id, row.blob))
            ],
        }
        for row in sorted(rows, key=lambda row: row.changed_at)
    ]
