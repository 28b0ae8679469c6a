"""What happened while people wait: lines of one of them, a hand-over, words that ended a wait, who was called back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from server.booking import store as booking
from server.booking.rules import BookingCard
from server.crypto import Keyring
from server.visit import store as visits
from server.visit.handover import store as handover
from server.visit.handover.tables import VisitHandover
from server.visit.recall import store as recall
from server.visit.recall.rules import Reach
from server.visit.rules import VisitFacts
from server.visit.sealed import seal_words
from server.visit.talk import store as talk
from tests.e2e.people import MINUTE, NOW

if TYPE_CHECKING:
    from tests.e2e.ground import Ground

SAID = (
    ("patient", "My camera stays dark. Is sound enough?", 3),
    ("staff", "Sound is fine. I am finishing a note; two minutes, then I am with you.", 2),
    ("patient", "Thank you, I wait.", 1),
)

CALLED = (("called", 1, False), ("overdue", 6, False), ("second", 40, True))
"""Who was called back, how many minutes ago, and whether they are back."""


async def add_words(ground: Ground) -> None:
    await _lines(ground)
    await _handover(ground)
    await _decline(ground)
    for key, minutes, is_back in CALLED:
        await _call(ground, key, NOW - minutes * MINUTE, is_back)


async def _call(ground: Ground, key: str, at: datetime, is_back: bool) -> None:
    """Called back, and perhaps there again; the place was kept for five minutes."""
    card, visit, _ = await _found(ground, key)
    reach = Reach(mail=True)

    async def work(db) -> None:  # type: ignore[no-untyped-def]
        await recall.set_reach(db, visit.id, reach, at)
        await recall.call(db, visit.id, reach, card.therapist_id, at, at + 5 * MINUTE)
        if is_back:
            await recall.came(db, visit.id, at + 7 * MINUTE)

    await ground.house.db.unit(work)


async def _found(ground: Ground, key: str) -> tuple[BookingCard, VisitFacts, Keyring]:
    house = ground.house
    card = await house.db.read(lambda db: booking.booking_for_visit(db, ground.paths[key]))
    assert card
    visit = await house.db.read(lambda db: visits.visit_of(db, card.id))
    assert visit
    return card, visit, await house.keys.patient(card.clinic_id, card.patient_id)


def _sealed(key: Keyring, card: BookingCard, table: str, row_id: UUID, text: str) -> bytes:
    blob = seal_words(key, card.clinic_id, table, row_id, text)
    assert blob
    return blob


async def _lines(ground: Ground) -> None:
    card, visit, key = await _found(ground, "waiting")
    for kind, text, minutes in SAID:
        by, line_id = visits.By(kind, card.patient_id if kind == "patient" else card.therapist_id), uuid4()
        blob = _sealed(key, card, "visit_lines", line_id, text)
        at = NOW - minutes * MINUTE
        await ground.house.db.unit(
            lambda db, by=by, line_id=line_id, blob=blob, at=at: talk.add(db, line_id, visit.id, by, blob, at)
        )


async def _handover(ground: Ground) -> None:
    card, visit, key = await _found(ground, "handed")
    row_id, mara = uuid4(), ground.staff["mara"]
    words = _sealed(key, card, "visit_handovers", row_id, "I have to leave early. Samir knows, and has time for you.")

    async def work(db) -> None:  # type: ignore[no-untyped-def]
        row = VisitHandover(id=row_id, visit_id=visit.id, at=NOW - MINUTE, from_id=mara, to_id=card.therapist_id)
        row.by_id, row.time_moved, row.words_sealed = mara, True, words
        db.add(row)

    await ground.house.db.unit(work)


async def _decline(ground: Ground) -> None:
    card, visit, key = await _found(ground, "declined")
    row_id = uuid4()
    words = _sealed(key, card, "visit_declines", row_id, "I was called away and am sorry. We call you this afternoon.")
    at = visit.declined_at
    assert at
    await ground.house.db.unit(lambda db: handover.add_decline(db, row_id, visit.id, card.therapist_id, at, words))
