"""Writing a reading, or what happened: which one it is, is found in its turn, so that of two that were taken at once
both stand there.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.store import note
from server.programmes import store
from server.programmes.course import Entry
from server.programmes.definition import Step
from server.programmes.keeping import Hand, Standing, fold, follow, in_turn, repeated
from server.programmes.observing.red import OVERDUE, sound
from server.programmes.observing.rules import overdue, placed
from server.programmes.questions import Verdict, found_in
from server.programmes.recording import No, Refused, enter
from server.programmes.sealed import open_answers, seal_answers
from server.safety.alerts import store as alerts

KEPT = "kept"
"""Why a call about a late reading is over: it is there."""


async def keep(hand: Hand, step: Step, at: datetime, answers: Mapping[str, str]) -> Refused | None:
    """None when it is written, or was under this very id, with the same answers."""
    keyring = await hand.house.keys.patient(hand.row.clinic_id, hand.row.patient_id)
    blob = seal_answers(keyring, hand.row.clinic_id, hand.once, answers)
    verdict = Verdict.STOP if step.card else found_in(step.questions, answers).verdict

    async def work(db: AsyncSession, found: Standing) -> Refused | None:
        if before := next((one for one in found.loaded.entries if one.id == hand.once), None):
            said = open_answers(keyring, hand.row.clinic_id, hand.once, before.blob)
            return repeated((before.entry.key.step, said) == (step.id, dict(answers)))
        key, when = placed(found.programme, found.done, found.programme.definition.by_id[step.id], at)
        adverse = found.programme.definition.by_id[key.step].is_adverse(answers)
        entry = Entry(key, when, verdict, hand.by, adverse=adverse)
        after = enter(found.programme, found.done, entry, hand.now)
        if isinstance(after, Refused):
            return after
        if not await store.add_entry(db, hand.row, hand.once, entry, blob, hand.now):
            return Refused(No.ALREADY)
        about = (hand.row.clinic_id, hand.once)
        await sound(db, about, found.programme.definition.by_id[key.step], entry, after, hand.now)
        if not overdue(found.programme, after, hand.now):
            await alerts.close(db, OVERDUE, hand.row.id, hand.now, KEPT)
        follow(db, hand, found, after, entry)
        await fold(db, hand, found.programme, after)
        detail = {"session": key.session, "round": key.round, "verdict": verdict.value, "at": when.isoformat()}
        note(db, hand.trace("course.step", step=step.id, **detail), hand.now)
        if step.card:
            note(db, hand.trace("course.locked", step=step.id, session=key.session), hand.now)
        return None

    return await in_turn(hand, work)
