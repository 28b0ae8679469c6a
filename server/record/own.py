"""What is a patient's own of their record, for the pages where they are signed in: what is theirs, and who looked.

Whoever calls this has made sure that it is the patient themselves, or somebody who acts for them.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from starlette.concurrency import run_in_threadpool

from server.house import House
from server.moments import Speaker
from server.record.documents.keeping import File, content_of, files_of
from server.record.export.fhir import bundle_of
from server.record.export.gather import Whole, whole_of
from server.record.export.paper import pdf_of
from server.record.export.plain import data_of
from server.record.export.printed import Part, Printer
from server.record.looking import Look, who_looked
from server.templates import translations

PDF = "application/pdf"


async def own_record(
    house: House, clinic_id: UUID, clinic_name: str, patient_id: UUID, *, own: bool
) -> Whole | None:  # fmt: skip
    """Everything that is theirs: signed notes, medicines, diagnoses, goals, answers, agreements, the safety plan.

    `own`: the patient asks, not somebody who acts for them, who reads no answer that was changed.
    """
    return await whole_of(house, clinic_id, clinic_name, patient_id, own=own, danger=own)


async def own_looks(house: House, clinic_id: UUID, patient_id: UUID) -> list[Look]:
    """Who looked at their record, the newest first."""
    return await who_looked(house, clinic_id, patient_id)


async def own_documents(house: House, clinic_id: UUID, patient_id: UUID) -> list[File]:
    """The documents of their record, the newest first."""
    return await files_of(house, clinic_id, patient_id)


async def own_document(house: House, clinic_id: UUID, patient_id: UUID, document: UUID) -> tuple[File, bytes] | None:
    """One of them and what stands in it; None for any that is not theirs. Raises SealBroken."""
    found = next((one for one in await files_of(house, clinic_id, patient_id) if one.id == document), None)
    return (found, await content_of(house, found)) if found else None


def named(name: str) -> dict[str, str]:
    """The headers of a file that is kept and never shown from a cache."""
    return {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}


async def paper_of(whole: Whole, say: Speaker, more: Sequence[Part] = (), beside: str = "") -> bytes:
    """The record as a PDF in the reader's language, `more` parts of later features after it; `beside` says what is not
    in it. Only where the extra is there (`paper.is_there`).
    """
    paper = Printer(say, translations(say.language).gettext).paper(whole, more, beside)
    return await run_in_threadpool(pdf_of, paper)


async def file_of(whole: Whole, more: Mapping[str, object] | None = None) -> bytes:
    """The record as a JSON file in our own plain form; `more` of later features beside it."""
    data: dict[str, Any] = await run_in_threadpool(data_of, whole)
    return json.dumps(data | dict(more or {}), ensure_ascii=False, indent=1).encode()


async def bundle_file_of(whole: Whole, more: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """The record as a FHIR R4B bundle; `more`: resources of later features beside it."""
    data = await run_in_threadpool(bundle_of, whole, [dict(one) for one in more])
    return json.dumps(data, ensure_ascii=False, indent=1).encode()
