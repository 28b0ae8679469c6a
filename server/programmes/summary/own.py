"""A patient's own word on sharing with who else treats them."""

from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Subject, may
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.requests import text_fields
from server.errors import NotFound
from server.house import house_of
from server.patients.space.door import own_space
from server.programmes import store
from server.programmes.own import PATH
from server.programmes.summary.keeping import agree, take_back
from server.routing import GuardedRoute, page, viewer_of


async def say(request: Request) -> Response:
    """`POST /me/courses/{course}/sharing`: yes, or taken back; again is the same. Raises NotFound for anybody but the
    patient whose course it is.
    """
    house, space, fields = house_of(request), await own_space(request), await text_fields(request)
    course_id, now, row_id = request.path_params["course"], house.clock(), uuid4()
    row = await house.db.read(lambda db: store.course_of(db, space.clinic_id, course_id))
    subject = Subject(space.clinic_id, patient_id=row.patient_id) if row else Subject(space.clinic_id)
    if row is None or row.patient_id != space.own or not may(viewer_of(request), Action.MINE, subject):
        raise NotFound()
    patient, yes = (row.clinic_id, row.patient_id), fields.get("agreed") == "yes"

    async def work(db: AsyncSession) -> None:
        if yes:
            changed = await agree(db, row_id, patient, "patient", now)
        else:
            changed = await take_back(db, patient, ("patient", row.patient_id), now)
        if changed:
            action, said = "consent.given" if yes else "consent.withdrawn", {"kind": "treating_team"}
            note(db, Entry(row.clinic_id, action, "patient", row.patient_id, "patient", row.patient_id, said), now)

    await house.db.unit(work)
    house.outbox.nudge()
    return RedirectResponse(f"{PATH}/{row.id}#sharing", 303)


routes: list[GuardedRoute] = [
    page(f"{PATH}/{{course:uuid}}/sharing", say, Action.MINE, ("POST",), name="own_sharing"),
]
