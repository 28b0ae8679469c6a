"""Writing an answer, a decision or a signature: one row, its audit entry, and who else shows it is told."""

from enum import StrEnum
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.store import note
from server.visit import store as visits
from server.visit.acts import audit_entry, by_of, current_card
from server.visit.checklist import store
from server.visit.checklist.catalogue import catalogue
from server.visit.checklist.forms import Draft
from server.visit.checklist.panel import facts_of
from server.visit.checklist.rules import LICENCE, Hold, How, hold_of, met, open_keys
from server.visit.checklist.sealed import seal_reason, seal_reply
from server.visit.checklist.store import NewCheck, Overtaken
from server.visit.door import Knock
from server.visit.rules import Part, State


class Refusal(StrEnum):
    """Why nothing was written."""

    SIGNED = "signed"
    OVERTAKEN = "overtaken"


async def keep_reply(knocked: Knock, line: str, draft: Draft) -> int | Refusal:
    """Write a reply over the one its page has seen; its number. The same reply again is no second row."""
    kept = (await facts_of(knocked)).kept.get(line)
    if kept and kept.reply == draft.reply:
        return kept.number
    written = await _write(knocked, line, draft)
    if written is Refusal.OVERTAKEN:
        kept = (await facts_of(knocked)).kept.get(line)
        return kept.number if kept and kept.reply == draft.reply else written
    if line in {"place", LICENCE} and isinstance(written, int):
        await knocked.house.live.changed(f"day:{knocked.card.clinic_id}")
    return written


async def _write(knocked: Knock, line: str, draft: Draft) -> int | Refusal:
    card, row_id = knocked.card, uuid4()
    key = await knocked.house.keys.patient(card.clinic_id, card.patient_id)
    blob = seal_reply(key, card.clinic_id, row_id, draft.reply)
    how, version = draft.reply.how, catalogue().version
    new = NewCheck(row_id, line, draft.over, how, blob, version, knocked.viewer.staff_id)

    async def work(db: AsyncSession) -> int | Refusal:
        visit = await visits.ensure(db, await current_card(db, card.id))
        if (await store.signing_of(db, visit.id))[0]:
            return Refusal.SIGNED
        number = await store.add_check(db, visit.id, new, knocked.now)
        if isinstance(number, Overtaken):
            return Refusal.OVERTAKEN
        detail: dict[str, object] = {"line": line, "how": how.value, "number": number}
        note(db, audit_entry(knocked, "visit.check", by_of(knocked, Part.THERAPIST), detail), knocked.now)
        return number

    return await knocked.house.db.unit(work)


async def sign(knocked: Knock, lines: list[str], deciding: bool) -> Hold | None:
    """Sign the visit as it stands in this moment: lines that are still open hold it. None: it is signed."""
    by = by_of(knocked, Part.THERAPIST)

    async def work(db: AsyncSession) -> Hold | None:
        visit = await visits.ensure(db, await current_card(db, knocked.card.id))
        checks = (await store.checks_of(db, [visit.id]))[visit.id]
        signing, over = await store.signing_of(db, visit.id)
        still_open = open_keys(lines, checks) + ([LICENCE] if deciding else [])
        held = hold_of(visit.state is State.AFTER, met(visit, knocked.card.means), signing is not None, still_open)
        if held:
            return held
        waived = sum(one.how is How.WAIVE for one in checks.values())
        counts = (len(checks) - waived, waived)
        version = catalogue().version
        await store.add_signing(
            db, visit.id, uuid4(), over, store.SIGNED, counts, version, knocked.viewer.staff_id, knocked.now
        )
        await visits.note_event(db, visit.id, "signed", by, knocked.now)
        detail = {"answered": counts[0], "waived": waived, "list": version}
        note(db, audit_entry(knocked, "visit.signed", by, detail), knocked.now)
        return None

    return await knocked.house.db.unit(work)


async def take_back(knocked: Knock, reason: str) -> None:
    """Take the signature back, so that answers and note may be changed again; nothing when there is none."""
    row_id, card = uuid4(), knocked.card
    key = await knocked.house.keys.patient(card.clinic_id, card.patient_id)
    sealed = seal_reason(key, card.clinic_id, row_id, reason)
    by = by_of(knocked, Part.THERAPIST)

    async def work(db: AsyncSession) -> None:
        visit = await visits.ensure(db, await current_card(db, card.id))
        signing, over = await store.signing_of(db, visit.id)
        if signing is None:
            return
        version, staff_id = catalogue().version, knocked.viewer.staff_id
        await store.add_signing(
            db, visit.id, row_id, over, store.TAKEN_BACK, (0, 0), version, staff_id, knocked.now, sealed
        )
        note(db, audit_entry(knocked, "visit.signature_taken_back", by), knocked.now)

    await knocked.house.db.unit(work)


async def is_signed(db: AsyncSession, knocked: Knock) -> bool:
    """Whether a signature stands under the visit: then its note and outcome stay as they are."""
    if knocked.visit is None:
        return False
    return (await store.signing_of(db, knocked.visit.id))[0] is not None
