"""The course that an address names, of a patient whom the viewer treats."""

from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request

from server.access import Action
from server.errors import NotFound
from server.programmes import store
from server.programmes.keeping import Hand
from server.programmes.store import Row
from server.record.opening import Opened, open_record

PATH = "/staff/patients/{patient_id}/courses"


@dataclass(frozen=True)
class Asked:
    """A course, and the record that it belongs to."""

    record: Opened
    row: Row

    @property
    def base(self) -> str:
        return f"{self.record.base}/courses/{self.row.id}"

    def hand(self, once: UUID) -> Hand:
        record = self.record
        return Hand(record.house, record.clinic.zone, self.row, record.staff_id, record.now, once)


async def course_asked(request: Request, action: Action = Action.RECORD) -> Asked:
    """Raises NotFound for who does not treat the patient, and for a course that is not theirs."""
    record = await open_record(request, action)
    course_id = request.path_params["course"]
    row = await record.house.db.read(lambda db: store.course_of(db, record.clinic.id, course_id))
    if row is None or row.patient_id != record.person.id:
        raise NotFound()
    return Asked(record, row)
