"""The results of a patient with what the record knows of treatment between them."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

from server.house import House
from server.measures.results import Result
from server.record.care.keeping import care_as_written
from server.record.trends.rules import marks_of


async def with_marks(
    house: House, clinic_id: UUID, patient_id: UUID, zone: ZoneInfo, results: Sequence[Result]
) -> list[Result]:
    """The same results, each with the marks of treatment; the record is read where there are results alone."""
    if not results:
        return []
    marks = marks_of(await care_as_written(house, clinic_id, patient_id), zone, house.clock())
    return [replace(one, marks=marks) for one in results]
