"""Taking off a device what the clinic can never keep: with a reason, and what it said stays in the course."""

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.access import Action
from server.audit.rules import Entry as Trace
from server.audit.store import note
from server.booking.forms import read_uuid
from server.booking.led import own_clinic
from server.booking.requests import text_fields
from server.errors import Unprocessable
from server.house import house_of
from server.programmes import store as courses
from server.programmes.observing.offline import SCREEN
from server.programmes.observing.rules import ago
from server.programmes.observing.unkept import store
from server.programmes.observing.unkept.rules import Never, Unkept, answers_in
from server.reasons import readable
from server.routing import GuardedRoute, page, viewer_of

LONGEST = 2000


async def take_off(request: Request) -> Response:
    """`POST /staff/observing/off`: `once`, `course`, `step`, `ago`, `never`, `reason` and the answers of what a device
    held. 200 {"off": true} once it is noted, also the second time; a device deletes it then and no sooner. 422 without
    a reason. Who took it writes it off even where they do not treat the patient any more: it is their own word, and
    they read nothing. Of a course that is not there the audit alone knows.
    """
    house, viewer, fields = house_of(request), viewer_of(request), await text_fields(request)
    clinic, now = await own_clinic(house, viewer), house.clock()
    once, course, told = (
        read_uuid(fields.get("once", "")),
        read_uuid(fields.get("course", "")),
        ago(fields.get("ago", "")),
    )
    never, reason = fields.get("never", ""), fields.get("reason", "").replace("\r\n", "\n").strip()[:LONGEST]
    if once is None or course is None or told is None or never not in set(Never) or viewer.staff_id is None:
        raise Unprocessable()
    if not readable(reason):
        return JSONResponse({"reasons": ["reason"]}, 422)
    step = fields.get("step", "")[:32]
    one = Unkept(once, course, step, now - told, Never(never), answers_in(fields), reason, viewer.staff_id, now)
    row = await house.db.read(lambda db: courses.course_of(db, clinic.id, course))
    key = await house.keys.patient(clinic.id, row.patient_id) if row else None
    blob = store.sealed(key, clinic.id, one) if key else b""
    detail = {"course": course.hex, "once": once.hex, "step": step, "at": one.at.isoformat(), "never": one.never.value}

    async def work(db: AsyncSession) -> None:
        if row and await store.is_there(db, course, once):
            return
        if row and not await store.add(db, row, one, blob):
            raise Unprocessable()
        whose = ("patient", row.patient_id) if row else ("clinic", clinic.id)
        note(db, Trace(clinic.id, "course.taken_off", *whose, "staff", viewer.staff_id, detail), now)

    await house.db.unit(work)
    return JSONResponse({"off": True})


routes: list[GuardedRoute] = [
    page(f"{SCREEN}/off", take_off, Action.RECORD_WRITE, ("POST",), name="take_off_reading"),
]
