"""A clinic's own recordings: brought and taken away by an admin, heard by everybody who opens the exercises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.booking.forms import read_uuid
from server.calm.meditation.catalogue import sessions
from server.calm.meditation.rules import Session
from server.calm.recordings import store
from server.calm.recordings.hearing import heard_as
from server.calm.recordings.rules import (
    MOST_BYTES,
    MOST_OF_A_CLINIC,
    Beyond,
    Kind,
    Span,
    Unfit,
    parts,
    span_of,
)
from server.calm.recordings.store import Recording
from server.calm.requests import calm_of, clinic_here
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.clinic.settings import own_clinic
from server.errors import NotFound, Unprocessable
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render
from server.tongues import LANGUAGES, SOURCE, own_name

HERE = "/staff/clinic/calm"
AROUND = 64 * 1024
A_YEAR = 31_536_000
ALONE = {
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "content-disposition": "attachment",
}
"""Of a file that somebody brought: what it is stands fast, and opened by itself it may do nothing; players play it."""


@dataclass(frozen=True)
class RecordingsPage:
    """calm/recordings.html: one session at a time. `problem`: a value of Unfit."""

    href: str
    known: Sequence[Session]
    session: Session
    spoken: str
    languages: Sequence[tuple[str, str]]
    parts: Sequence[str]
    stands: Mapping[str, Recording]
    others: Mapping[str, int]
    once: str
    problem: str
    chosen: str
    megabytes: int = MOST_BYTES // (1024 * 1024)


async def recordings_page(request: Request) -> Response:
    """`GET /staff/clinic/calm?of=&language=`"""
    return await _show(request, request.query_params.get("of", ""), request.query_params.get("language", ""))


async def bring(request: Request) -> Response:
    """Keep a recording in the place of the one before: 303, or why not: 415 and 422."""
    house, viewer = house_of(request), viewer_of(request)
    async with request.form(max_files=1, max_fields=6) as sent:
        said = {name: str(sent.get(name, "")) for name in ("once", "of", "language", "part")}
        data = await _data(sent)
    once, session = read_uuid(said["once"]), sessions().get(said["of"])
    if once is None or session is None or said["language"] not in LANGUAGES:
        raise Unprocessable()
    kind = await heard_as(data) if said["part"] in parts(session) else Unfit.NO_PART
    clinic_id = clinic_id_of(viewer)
    if isinstance(kind, Kind) and await _full(request, clinic_id, len(data)):
        kind = Unfit.NO_ROOM
    if isinstance(kind, Unfit):
        status = 415 if kind is Unfit.UNKNOWN else 422
        return await _show(request, session.id, said["language"], kind.value, said["part"], status)
    new = Recording(
        once, session.id, said["language"], said["part"], kind.value, len(data), house.clock(), viewer.staff_id or once
    )

    async def work(db: AsyncSession) -> None:
        if await store.put(db, clinic_id, new, data):
            detail = {"session": new.session, "part": new.part, "kind": new.kind, "size": new.size}
            note(db, entry_of(viewer, "calm.recording_brought", "recording", new.id, detail), house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{HERE}?of={session.id}&language={new.language}&notice=kept", 303)


async def remove(request: Request) -> Response:
    """Nobody hears it any more; again changes nothing."""
    house, viewer = house_of(request), viewer_of(request)
    recording_id, clinic_id = read_uuid((await form_of(request))["recording"]), clinic_id_of(viewer)
    if recording_id is None:
        raise Unprocessable()

    async def work(db: AsyncSession) -> Recording | None:
        found = await store.remove(db, clinic_id, recording_id)
        if found:
            detail = {"session": found.session, "part": found.part}
            note(db, entry_of(viewer, "calm.recording_removed", "recording", found.id, detail), house.clock())
        return found

    found = await house.db.unit(work)
    where = f"of={found.session}&language={found.language}&" if found else ""
    return RedirectResponse(f"{HERE}?{where}notice=gone", 303)


async def sound(request: Request) -> Response:
    """`GET /c/{clinic}/calm/sound/{recording}`: all of it, or the part that a player asks for. Raises NotFound."""
    house, clinic = house_of(request), await clinic_here(request)
    recording_id: UUID = request.path_params["recording"]
    found = await house.db.read(lambda db: store.recording_of(db, clinic.id, recording_id))
    if found is None:
        raise NotFound()
    span = span_of(request.headers.get("range", ""), found.size)
    headers = {"accept-ranges": "bytes", "cache-control": f"public, max-age={A_YEAR}, immutable", **ALONE}
    if isinstance(span, Beyond):
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{found.size}"})
    asked = span or Span(0, found.size - 1)
    data = await house.db.read(lambda db: store.content_of(db, recording_id, asked))
    if span is None:
        return Response(data, media_type=found.kind, headers=headers)
    part = f"bytes {span.first}-{span.last}/{found.size}"
    return Response(data, 206, media_type=found.kind, headers={**headers, "content-range": part})


async def _data(sent: FormData) -> bytes:
    file = sent.get("file")
    return await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""


async def _full(request: Request, clinic_id: UUID, more: int) -> bool:
    kept = await house_of(request).db.read(lambda db: store.recordings_of(db, clinic_id))
    return sum(one.size for one in kept) + more > MOST_OF_A_CLINIC


async def _show(
    request: Request, of: str, language: str, problem: str = "", chosen: str = "", status: int = 200
) -> Response:
    house = house_of(request)
    clinic = await own_clinic(house, viewer_of(request))
    session = sessions().get(of) or next(iter(sessions().values()))
    spoken = language if language in LANGUAGES else SOURCE
    every = await house.db.read(lambda db: store.recordings_of(db, clinic.id))
    kept = {one.part: one for one in every if (one.session, one.language) == (session.id, spoken)}
    others = {name: sum(one.session == name for one in every) for name in sessions()}
    named = [(tag, own_name(tag)) for tag in LANGUAGES]
    context = RecordingsPage(
        calm_of(clinic), list(sessions().values()), session, spoken, named, list(parts(session)), kept, others,
        str(uuid4()), problem, chosen,
    )  # fmt: skip
    return render(request, "calm/recordings.html", context, status=status)


routes: list[GuardedRoute] = [
    page("/c/{clinic}/calm/sound/{recording:uuid}", sound, Action.PUBLIC, name="calm_sound"),
    page(HERE, recordings_page, Action.CLINIC, name="calm_recordings"),
    page(HERE, bring, Action.CLINIC, ("POST",), name="bring_recording", most_bytes=MOST_BYTES + AROUND),
    page(f"{HERE}/remove", remove, Action.CLINIC, ("POST",), name="remove_recording"),
]
