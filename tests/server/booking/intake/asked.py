"""Questions that a service of Linden Practice asks before the visit."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.intake import store
from server.clinic.intake.rules import Form, Kind, Question
from server.house import House

SLEEP = Question("qsleep", Kind.ONE, "How do you sleep?", choices=("Well", "Badly"), needed=True)
STORY = Question("qstory", Kind.LONG, "What brings you here?", hint="In your own words.")
TRIED = Question("qtried", Kind.SEVERAL, "What have you tried?", choices=("Talking", "Medicine", "Running"))
NAME = Question("qname", Kind.SHORT, "What shall we call you?", needed=True)
AGREES = Question("qagrees", Kind.CONSENT, "I agree that we meet by video.", needed=True)
ALL = (NAME, SLEEP, TRIED, STORY, AGREES)


def a_form(service_id: UUID, *questions: Question, **more: Any) -> Form:
    """A version of these questions, or of all of them."""
    return replace(Form(uuid4(), service_id, 1, questions or ALL), **more)


async def ask(house: House, clinic_id: UUID, service_id: UUID, *questions: Question, **more: Any) -> Form:
    """Publish the next version."""
    form = a_form(service_id, *questions, **more)

    async def work(db: AsyncSession) -> Form:
        newest = await store.newest(db, clinic_id, service_id)
        numbered = replace(form, number=newest.number + 1 if newest else 1)
        assert await store.keep_draft(db, clinic_id, numbered, None, house.clock())
        written = replace(numbered, revision=1)
        assert await store.publish(db, clinic_id, written, house.clock())
        return written

    return await house.db.unit(work)
