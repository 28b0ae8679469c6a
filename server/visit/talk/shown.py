"""What both sides see of the lines between them, and that they saw it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.rules import BookingCard
from server.house import House
from server.visit.door import Knock
from server.visit.rules import VisitFacts
from server.visit.sealed import open_words
from server.visit.store import By
from server.visit.talk import store
from server.visit.talk.rules import OPEN, Line, usually_read_within
from server.visit.talk.store import SealedLine

LATELY = timedelta(days=60)


@dataclass(frozen=True)
class Talk:
    """The lines of a visit, and the form for one more. `reading`: how fast somebody usually reads, if known."""

    lines: Sequence[Line] = ()
    reading: timedelta | None = None
    open: bool = False
    once: str = field(default="", repr=False)
    problem: str = ""
    typed: str = field(default="", repr=False)


async def talk(knocked: Knock, problem: str = "", typed: str = "") -> Talk:
    """The lines of this visit, opened; empty before the arrival."""
    visit, card, now = knocked.visit, knocked.card, knocked.now
    if visit is None:
        return Talk()

    async def work(db: AsyncSession) -> tuple[list[SealedLine], list[timedelta]]:
        return await store.lines(db, [visit.id]), await store.delays(db, card.clinic_id, now - LATELY)

    sealed, delays = await knocked.house.db.read(work)
    opened = (await _opened(knocked.house, [(card, visit)], sealed)).get(visit.id, [])
    is_open = knocked.view.state in OPEN
    return Talk(opened, usually_read_within(delays), is_open, secrets.token_urlsafe(12), problem, typed)


async def last_words(house: House, shown: Sequence[tuple[BookingCard, VisitFacts]]) -> Mapping[str, Line]:
    """Public id -> what the patient wrote last, where nobody has answered it."""
    if not shown:
        return {}
    sealed = await house.db.read(lambda db: store.lines(db, [visit.id for _, visit in shown]))
    newest = {line.visit_id: line for line in sealed}
    unanswered = [line for line in newest.values() if line.by_kind == "patient"]
    opened = await _opened(house, shown, unanswered)
    return {card.public_id: opened[visit.id][-1] for card, visit in shown if visit.id in opened}


async def was_read(house: House, shown: Sequence[tuple[BookingCard, VisitFacts]], reader: By) -> None:
    """The reader has these lines in front of them; the other side's page hears of the first time."""
    ids = [visit.id for _, visit in shown]
    sealed = await house.db.read(lambda db: store.lines(db, ids))
    if not any(line.read_at is None and line.by_kind != reader.kind for line in sealed):
        return
    new = await house.db.unit(lambda db: store.mark_read(db, ids, reader, house.clock()))
    for card, visit in shown:
        if visit.id in new:
            await house.live.changed(f"visit:{card.public_id}")


async def _opened(
    house: House, shown: Sequence[tuple[BookingCard, VisitFacts]], sealed: Sequence[SealedLine]
) -> dict[UUID, list[Line]]:
    """Visit -> its lines in words; whose key was destroyed is left out."""
    cards = {visit.id: card for card, visit in shown}
    clinic_id = next(iter(cards.values())).clinic_id
    keys = await house.keys.patients(clinic_id, {cards[line.visit_id].patient_id for line in sealed}) if sealed else {}
    found: dict[UUID, list[Line]] = {}
    for line in sealed:
        key = keys.get(cards[line.visit_id].patient_id)
        if key is None:
            continue
        text = open_words(key, clinic_id, "visit_lines", line.id, line.blob)
        by = line.staff_name.split(" ", 1)[0]
        one = Line(line.id, line.at, line.by_kind == "patient", by, text, line.read_at)
        found.setdefault(line.visit_id, []).append(one)
    return found
