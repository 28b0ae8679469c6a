"""The box in which a letter is written: what stands in it, what came out of it, and the draft that it keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.answers import wants_json
from server.clinic.rules import Clinic
from server.errors import Conflict, Unprocessable
from server.files import MOST_BYTES, Unfit, plain_name
from server.house import House
from server.letters import attached, drafts, store
from server.letters.attached import Brought
from server.letters.drafts import Desk
from server.letters.forms import MOST_SIGNS, Draft, Reason, Written, draft_of, written
from server.letters.promises import expected
from server.letters.rules import MOST_FILES, By, Thread
from server.letters.sending import Plan, send
from server.letters.store import Sent
from server.moments import Speaker
from server.templates import language_of

MEGABYTES = MOST_BYTES // (1024 * 1024)
MOST_BODY = MOST_FILES * MOST_BYTES + 64 * 1024
MOST_PARTS = 20
"""Files that are read at all, so that one too many is answered with a sentence and the text is not lost."""


@dataclass(frozen=True)
class Box:
    """letters/parts.html: `to` is where it is sent, `keep` where the draft is kept; `problem`: why it was not sent."""

    to: str
    keep: str
    once: str
    version: int = 0
    text: str = field(default="", repr=False)
    saved_at: datetime | None = None
    problem: str = ""
    most: int = MOST_SIGNS
    megabytes: int = MEGABYTES
    files: int = MOST_FILES


@dataclass(frozen=True)
class Came:
    """What a form said: a letter to send, or why it cannot be sent."""

    fields: Mapping[str, str] = field(repr=False)
    said: Written | None
    files: Sequence[Brought] = field(default=(), repr=False)
    problem: str = ""

    @property
    def status(self) -> int:
        return 415 if self.problem in {Unfit.UNKNOWN, Unfit.NOT_AS_NAMED} else 422


async def came(request: Request) -> Came:
    """What was sent, looked at. Raises Unprocessable for what no form of ours sends."""
    async with request.form(max_files=MOST_PARTS, max_fields=8) as sent:
        fields = {name: value for name, value in sent.multi_items() if isinstance(value, str)}
        parts = [one for one in sent.getlist("file") if isinstance(one, UploadFile) and one.filename]
        few = parts[:MOST_FILES]
        files = [Brought(plain_name(one.filename or ""), await one.read(MOST_BYTES + 1)) for one in few]
    said = written(fields, files=len(files))
    if said is None:
        raise Unprocessable()
    wrong = said if isinstance(said, Reason) else Reason.TOO_MANY if len(parts) > MOST_FILES else attached.unfit(files)
    return Came(fields, None if isinstance(said, Reason) else said, files, wrong.value if wrong else "")


async def box_at(house: House, desk: Desk, to: str, keep: str, typed: Came | None = None) -> Box:
    """The box with what was typed just now, else with the draft that lies there."""
    kept = await house.db.read(lambda db: drafts.draft_at(db, desk))
    key = await house.keys.patient(desk.clinic_id, desk.patient_id)
    text = drafts.open_draft(key, desk.clinic_id, kept) if kept else ""
    once = str(kept.id if kept else uuid4())
    if typed:
        once, text = typed.fields["once"], typed.fields.get("text", "")
    version = kept.version if kept and once == str(kept.id) else 0
    where = f"{keep}{'&' if '?' in keep else '?'}once={once}"  # a tab that kept words keeps them for this letter alone
    return Box(to, where, once, version, text, kept.at if kept else None, typed.problem if typed else "")


async def keep_draft(request: Request, house: House, desk: Desk, clinic: Clinic, back: str) -> Response:
    """Keep what stands in the box: its new version, or the way back for a page without script. Raises Unprocessable,
    and Conflict when another window was faster or the letter was sent.
    """
    async with request.form(max_files=MOST_PARTS, max_fields=8) as sent:
        draft = draft_of({name: value for name, value in sent.multi_items() if isinstance(value, str)})
    if draft is None:
        raise Unprocessable()
    now, sealed = house.clock(), await _sealed(house, desk, draft)

    async def work(db: AsyncSession) -> int | None:
        return await drafts.save(db, desk, draft.once, draft.version, sealed, now)

    version = await house.db.unit(work)
    if version is None:
        version = await _same(house, desk, draft)
    if wants_json(request):
        clock = Speaker(clinic.zone, language_of(request)).time(now)
        return JSONResponse({"version": version, "at": clock})
    return RedirectResponse(back, 303)


async def _same(house: House, desk: Desk, draft: Draft) -> int:
    """The version of these very words where they lie there already: the answer to them was lost. Raises Conflict."""
    kept = await house.db.read(lambda db: drafts.draft_at(db, desk))
    key = await house.keys.patient(desk.clinic_id, desk.patient_id)
    if kept is None or kept.id != draft.once or drafts.open_draft(key, desk.clinic_id, kept) != draft.text:
        raise Conflict()
    return kept.version


async def _sealed(house: House, desk: Desk, draft: Draft) -> bytes:
    if not draft.text.strip():
        return b""
    key = await house.keys.patient(desk.clinic_id, desk.patient_id)
    return drafts.seal_draft(key, desk.clinic_id, draft.once, draft.text)


async def deliver(house: House, plan: Plan, sent: Came, now: datetime) -> Came | None:
    """Send what was planned, once; what was typed with the reason where it was refused."""
    refused = await house.db.unit(lambda db: send(db, plan, now))
    house.outbox.nudge()
    return Came(sent.fields, sent.said, sent.files, refused.value) if refused else None


async def planned(
    house: House, clinic: Clinic, thread: Thread, sent: Came, by: tuple[By, UUID | None], desk: Desk, *, begins: bool,
    now: datetime,
) -> Plan:  # fmt: skip
    """A letter that was looked at, sealed and ready; sealing takes time, so it is done before the unit."""
    said = sent.said
    assert said is not None
    key = await house.keys.patient(clinic.id, thread.patient_id)
    text = store.seal_text(key, clinic.id, said.once, said.text)
    files = await attached.sealed(key, clinic.id, said.once, sent.files)
    letter = Sent(said.once, thread.id, by[0], by[1], now, sealed=text)
    staffs = by[0] is By.STAFF
    due = None if staffs else (await house.db.read(lambda db: expected(db, clinic, thread.addressee, now))).due
    return Plan(thread, begins, letter, files, desk, due, ("staff" if staffs else "patient", by[1]))
