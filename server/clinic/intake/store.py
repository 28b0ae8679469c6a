"""Queries of what services ask before a visit; values in, values out."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.intake.rules import Form, Kind, Question
from server.clinic.intake.tables import IntakeForm
from server.clinic.tables import Service
from server.db import added, seconds
from server.nested import Nested

_forms = IntakeForm.__table__.c
FORM_ID = _forms.id
FORM = Nested(
    (
        _forms.id,
        _forms.service_id,
        _forms.number,
        cast(_forms.questions, Text),
        _forms.intro,
        _forms.at_booking,
        _forms.each_time,
        _forms.revision,
        seconds(_forms.published_at),
        cast(_forms.said, Text),
    )
)
"""Versions as one value of another row, and their ids to choose them by; `form_in` reads one."""


def form_in(kept: str, form_id: UUID) -> Form | None:
    """This version, of those that were read beside something else; None where it is none of them."""
    for id_, service_id, number, asked, intro, at_booking, each_time, revision, published, said in FORM.rows(kept):
        if id_ == form_id:
            return Form(
                id=form_id,
                service_id=service_id,
                number=number,
                questions=tuple(_question(one) for one in json.loads(asked)),
                intro=intro,
                at_booking=bool(at_booking),
                each_time=bool(each_time),
                revision=revision,
                published_at=None if published is None else datetime.fromtimestamp(published, UTC),
                said=json.loads(said) if said else None,
            )
    return None


async def newest(db: AsyncSession, clinic_id: UUID, service_id: UUID) -> Form | None:
    """The newest version of a service, which may be a draft."""
    asked = select(IntakeForm).where(IntakeForm.clinic_id == clinic_id, IntakeForm.service_id == service_id)
    row = await db.scalar(asked.order_by(IntakeForm.number.desc()).limit(1))
    return _value(row) if row else None


async def in_use(db: AsyncSession, clinic_id: UUID, service_id: UUID) -> Form | None:
    """The version that people are asked now; None where they are asked nothing."""
    asked = select(IntakeForm).join(Service, Service.intake_id == IntakeForm.id)
    row = await db.scalar(asked.where(Service.id == service_id, Service.clinic_id == clinic_id))
    return _value(row) if row else None


async def forms(db: AsyncSession, ids: Iterable[UUID | None]) -> dict[UUID, Form]:
    """These versions; nothing is asked where there are none."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    return {row.id: _value(row) for row in await db.scalars(select(IntakeForm).where(IntakeForm.id.in_(wanted)))}


async def keep_draft(db: AsyncSession, clinic_id: UUID, draft: Form, by: UUID | None, now: datetime) -> bool:
    """Write a draft over the revision that was seen; False when somebody else changed or published it meanwhile."""
    values = {**_columns(draft), "revision": draft.revision + 1, "changed_at": now, "changed_by": by}
    if draft.revision:
        seen = (IntakeForm.id == draft.id, IntakeForm.revision == draft.revision, IntakeForm.published_at.is_(None))
        return await db.scalar(update(IntakeForm).where(*seen).values(values).returning(IntakeForm.id)) is not None
    ids = {"id": draft.id, "clinic_id": clinic_id, "service_id": draft.service_id, "number": draft.number}
    return await added(db, IntakeForm(**ids, **values))


async def publish(db: AsyncSession, clinic_id: UUID, draft: Form, now: datetime) -> bool:
    """From now on people are asked this; False when the draft is another one by now."""
    seen = (IntakeForm.id == draft.id, IntakeForm.revision == draft.revision, IntakeForm.published_at.is_(None))
    done = await db.scalar(update(IntakeForm).where(*seen).values(published_at=now).returning(IntakeForm.id))
    return done is not None and await use(db, clinic_id, draft.service_id, draft.id)


async def use(db: AsyncSession, clinic_id: UUID, service_id: UUID, form_id: UUID | None) -> bool:
    """Ask this version from now on, or nothing; False when the clinic has no such service."""
    mine = (Service.id == service_id, Service.clinic_id == clinic_id)
    done = await db.scalar(update(Service).where(*mine).values(intake_id=form_id).returning(Service.id))
    return done is not None


async def drop_draft(db: AsyncSession, clinic_id: UUID, draft: Form) -> bool:
    """Forget a draft; False when it was published or changed meanwhile."""
    seen = (IntakeForm.id == draft.id, IntakeForm.revision == draft.revision, IntakeForm.published_at.is_(None))
    gone = delete(IntakeForm).where(IntakeForm.clinic_id == clinic_id, *seen)
    return await db.scalar(gone.returning(IntakeForm.id)) is not None


def _columns(form: Form) -> dict[str, Any]:
    return {
        "questions": [asdict(one) | {"choices": list(one.choices)} for one in form.questions],
        "intro": form.intro,
        "said": form.said,
        "at_booking": form.at_booking,
        "each_time": form.each_time,
    }


def _value(row: IntakeForm) -> Form:
    return Form(
        id=row.id,
        service_id=row.service_id,
        number=row.number,
        questions=tuple(_question(one) for one in row.questions),
        intro=row.intro,
        said=row.said,
        at_booking=row.at_booking,
        each_time=row.each_time,
        revision=row.revision,
        published_at=row.published_at,
    )


def _question(kept: dict[str, Any]) -> Question:
    choices, said = tuple(kept["choices"]), kept.get("said")
    return Question(
        kept["id"], Kind(kept["kind"]), kept["ask"], kept["hint"], choices, needed=kept["needed"], said=said
    )
