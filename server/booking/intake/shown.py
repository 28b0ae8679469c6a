"""Answers as staff read them: on the page of a booking and beside the visit. Whose key is gone has said nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from server.booking.intake import store
from server.booking.intake.rules import Said, Stage, said
from server.booking.intake.sealed import open_answers
from server.booking.rules import BookingCard
from server.house import House


@dataclass(frozen=True)
class Told:
    """What a patient answered before a visit. `own`: for this very booking; else at `at`, for an earlier one."""

    stage: Stage
    at: datetime | None = None
    own: bool = True
    lines: Sequence[Said] = field(default=(), repr=False)


async def told(house: House, card: BookingCard, *, words: bool) -> Told | None:
    """How far somebody is with the questions of a booking, and with `words` what they said; None: nothing is asked."""
    sheet = await house.db.read(lambda db: store.sheet(db, card))
    if sheet is None:
        return None
    row = sheet.row
    if row is None:
        return Told(Stage.OPEN)
    key = (await house.keys.patients(card.clinic_id, [card.patient_id])).get(card.patient_id) if words else None
    if key is None:
        return Told(sheet.stage, row.changed_at, sheet.own)
    answers = open_answers(key, card.clinic_id, row.id, row.blob)
    return Told(sheet.stage, row.changed_at, sheet.own, said(sheet.form, answers))
