"""What the builder's pages are made from: the service, its version in use, and the draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from server.clinic import store as clinics
from server.clinic.intake import store
from server.clinic.intake.rules import Form, Kind, Question, asks_the_same, draft_after
from server.clinic.requests import clinic_id_of
from server.clinic.rules import Clinic, Service
from server.clinic.sheet import Fields, Reason
from server.clinic.tongues import Tongue
from server.errors import NotFound
from server.house import house_of
from server.routing import viewer_of
from server.templates import Brand


class Waits(StrEnum):
    """What the builder has to say about the draft."""

    NOTHING = "nothing"  # it is what people are asked
    FIRST = "first"  # people are asked nothing yet
    CHANGES = "changes"  # people are asked an earlier version


@dataclass(frozen=True)
class Opened:
    """A service's questions. `newest` is the newest version there is, `draft` what may be changed."""

    clinic: Clinic
    service: Service
    newest: Form | None
    in_use: Form | None
    draft: Form

    @property
    def clinic_id(self) -> UUID:
        return self.clinic.id

    @property
    def base(self) -> str:
        return f"/staff/clinic/services/{self.service.id}/questions"

    @property
    def brand(self) -> Brand:
        return clinics.brand(self.clinic)


@dataclass(frozen=True)
class Built:
    """clinic/intake.html; `moved` and `way`: the button that was pressed last."""

    service: Service
    draft: Form
    in_use: Form | None
    base: str
    form: Fields
    reasons: Mapping[str, Reason]
    waits: Waits
    moved: str
    way: str
    tongues: Sequence[Tongue]
    kinds: tuple[Kind, ...] = tuple(Kind)


@dataclass(frozen=True)
class QuestionPage:
    """clinic/intake_question.html"""

    service: Service
    draft: Form
    kind: Kind
    question: Question | None
    base: str
    form: Fields
    reasons: Mapping[str, Reason]
    tongues: Sequence[Tongue]


@dataclass(frozen=True)
class PreviewPage:
    """clinic/intake_preview.html"""

    service: Service
    asked: Form
    base: str


async def open_builder(request: Request) -> Opened:
    """The service of this address with its questions. Raises NotFound, also for another clinic's."""
    clinic_id, asked = clinic_id_of(viewer_of(request)), request.path_params["service"]

    async def work(db: AsyncSession) -> Opened:
        clinic = await clinics.clinic_of(db, clinic_id)
        known = await clinics.services(db, clinic_id, hidden=True)
        service = next((one for one in known if one.id == asked), None)
        if clinic is None or service is None:
            raise NotFound()
        newest = await store.newest(db, clinic_id, service.id)
        in_use = await store.in_use(db, clinic_id, service.id)
        is_draft = newest is not None and newest.published_at is None
        draft = newest if newest and is_draft else draft_after(newest, uuid4(), service.id)
        return Opened(clinic, service, newest, in_use, draft)

    return await house_of(request).db.read(work)


def say(opened: Opened) -> Waits:
    """How the draft stands to what people are asked."""
    if opened.in_use is None:
        return Waits.FIRST
    return Waits.NOTHING if asks_the_same(opened.draft, opened.in_use) else Waits.CHANGES
