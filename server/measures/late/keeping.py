"""Answers that a device of the patient's own sealed before it sent them: each once by its id, however late.

Of a question the answer counts that was tapped last, whichever came last. All of them are kept, and what one says of
danger is told when it comes, also where another answer stands by then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from server.audit.store import note
from server.booking.forms import read_uuid
from server.errors import Unprocessable
from server.framing import framed_of
from server.house import House, house_of
from server.measures import store
from server.measures.danger import keep_danger, raise_danger, speaks_of_danger
from server.measures.occasion import Occasion, entry_of
from server.measures.pinned import Begun, begin
from server.measures.schedule import given_at
from server.measures.sealed import seal_answer
from server.measures.sheets import Given, Kept, Overtaken, Sheet, Stage, stand, told
from server.patients.space.door import open_space

DIGITS = 10


@dataclass(frozen=True)
class Late:
    """What a device says of an answer that it kept. `ago`: how long it waited there; `over`: the answer to the same
    question that its page showed before.
    """

    id: UUID
    ago: timedelta
    over: UUID | None


def read_late(fields: Mapping[str, object]) -> Late | None:
    """None for an answer that a page sends as it is given."""
    own, over = read_uuid(str(fields.get("id", ""))), read_uuid(str(fields.get("over", "")))
    ago = str(fields.get("ago", "0"))
    seconds = int(ago) if ago.isascii() and ago.isdigit() and len(ago) < DIGITS else 0
    return Late(own, timedelta(seconds=seconds), over) if own else None


async def kept_for(request: Request, of: Occasion) -> str:
    """The space for which this browser may keep answers; '' on a device that others use too, and inside of another
    site's page.
    """
    space = None if framed_of(request) else await open_space(house_of(request), request)
    return str(space.id) if space and space.login.own and of.patient_id in space.whole else ""


async def keep_late(house: House, of: Occasion, sheet: Sheet, said: tuple[str, int], late: Late) -> Kept | Overtaken:
    """Write an answer (item, value) that fits, once; Overtaken where it is kept and one tapped later counts."""
    key, now = await house.keys.patient(of.clinic_id, of.patient_id), house.clock()
    blob = seal_answer(key, of.clinic_id, late.id, said[1])
    raised: list[UUID] = []

    async def work(db: AsyncSession) -> tuple[int, Given | None]:
        raised.clear()
        begun = await begin(db, of, sheet, given_at(now, late.ago, None))
        raised.extend(await _write(db, of, sheet, begun, said, late, blob, now))
        left, given = await stand(db, key, of, begun.sheet, begun.row, now)
        return left, given.get(said[0]) if begun.row.entered_by is None and said[0] in begun.same else None

    left, there = await house.db.unit(work)
    await told(house, of, sheet, [said[0]], raised=bool(raised), left=left)
    if there is None or there.id == late.id:
        return Kept(there.number if there else 1, left, not left or sheet.stage is Stage.DONE)
    return Overtaken(there.number, there.value, there.id)


async def _write(
    db: AsyncSession,
    of: Occasion,
    sheet: Sheet,
    begun: Begun,
    said: tuple[str, int],
    late: Late,
    blob: bytes,
    now: datetime,
) -> Sequence[UUID]:
    """Its row, unless it came before, and what it says of danger. Raises Unprocessable for an id of another answer, and
    for one to what is not in the version that was begun and speaks of no danger: their device keeps it aside.
    """
    row, other = begun.row, begun.other(sheet, said[0])
    before = await store.all_answers(db, row.id, {said[0]})
    if any(one.id == late.id for one in before):
        return ()
    at = given_at(now, late.ago, next((one.at for one in before if one.id == late.over), None))
    number = max((one.number for one in before if not one.overtaken), default=0) + 1
    entered = row.entered_by is not None
    answer = store.SealedAnswer(
        late.id, row.id, said[0], number, at, blob, overtaken=entered, came_at=now, version_id=other
    )
    flagged = entry_of(of, "measure.flagged", sheet.key)
    if other:
        if await store.is_taken(db, late.id) or not speaks_of_danger(sheet.instrument, *said):
            raise Unprocessable()
        return await keep_danger(db, of, sheet.instrument, answer, said[1], now, flagged)
    if not await store.add_answer(db, answer):
        raise Unprocessable()
    if row.begun_at is None:
        note(db, entry_of(of, "measure.begun", sheet.key), now)
    return await raise_danger(db, of, sheet.instrument, answer, said[1], now, flagged)
