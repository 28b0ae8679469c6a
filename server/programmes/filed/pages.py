"""A clinic's own programmes as files: taken out, changed elsewhere, looked at, and accepted by somebody by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, admits
from server.accounts.team.store import team
from server.audit.store import note
from server.booking.requests import text_fields
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.clinic.rules import SOME_WEEK
from server.errors import NotFound
from server.house import house_of
from server.measures import store as measures
from server.measures.catalogue import shipped as shipped_measures
from server.programmes.catalogue import shipped, shipped_data
from server.programmes.definition import Definition
from server.programmes.filed import store
from server.programmes.filed.falls import MOST_WHY, Fold, GivenUp, Sort, given_up
from server.programmes.filed.forms import MOST_BYTES, Filed, read, to_change, written
from server.programmes.filed.rules import Change, Known, changes, strange
from server.programmes.filed.store import Offered, Own, Unread, Version
from server.programmes.giving import tools_of
from server.programmes.medicines.catalogue import lists
from server.programmes.medicines.rules import Watched
from server.programmes.mending import Problem
from server.programmes.settings import watched_by
from server.programmes.store import Pinned
from server.programmes.topics import awaiting
from server.reasons import readable
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

PATH = "/staff/programmes/files"
MOST_SENT = 8 * MOST_BYTES
"""A form writes most signs of a file with three."""


@dataclass(frozen=True)
class FilesPage:
    """programmes/files.html. `own`: what the clinic brought, by its id; `ours`: by their ids, what comes with the
    program; `unread`: versions that it cannot read any more; `lacking`: those that count, by which no course begins
    until they are mended; `awaits`: digests that nobody confirmed; `names` of staff; `writes`: who looks may bring and
    end; `problems`: why a file was not taken.
    """

    own: Mapping[str, Own]
    unread: Sequence[Unread]
    lacking: Sequence[Version]
    ours: Mapping[str, Pinned]
    awaits: frozenset[str]
    names: Mapping[UUID, str]
    writes: bool
    problems: Sequence[Problem] = ()
    overtaken: bool = False
    kilobytes: int = MOST_BYTES // 1024


@dataclass(frozen=True)
class Said:
    """What a form says of what a file gives up: the kinds that were read, and why. `asked`: it was sent like this."""

    read: frozenset[str] = frozenset()
    why: str = ""
    asked: bool = False

    def wants(self, folds: Sequence[Fold]) -> bool:
        """Whether a kind was not read, or there is no reason that can be read."""
        return bool(folds) and (not self.told or any(one.sort not in self.read for one in folds))

    @property
    def told(self) -> bool:
        return len(readable(self.why)) > 0 and len(self.why) <= MOST_WHY


@dataclass(frozen=True)
class LookPage:
    """programmes/file_look.html: a file before it is accepted. `against`: the version that `changes` count from, by
    its name and version, None where there is none; `same`: courses begin by it already; `text`: the file, which is sent
    back; `seen`: the last word on this programme; `folds`: what it gives up of the programmes of Parlour of these
    names (`bases`), kind by kind, and what was `spoken` of it.
    """

    definition: Definition
    lists: Sequence[tuple[Watched, bool]]
    against: tuple[str, str] | None
    changes: Sequence[Change]
    same: bool
    text: str
    seen: int
    overtaken: bool
    bases: Sequence[str]
    folds: Sequence[Fold]
    spoken: Said
    week: Sequence[date] = SOME_WEEK


@dataclass(frozen=True)
class _State:
    """What a clinic has as a file comes in."""

    own: Mapping[str, Own]
    offered: Mapping[str, Offered]
    measures: frozenset[str]

    def known(self, key: str) -> Known:
        """To hold a file against whose id this is."""
        mine = self.own.get(key)
        return Known(
            shipped=shipped_data(),
            names={name: one.pinned.definition.name for name, one in self.offered.items()},
            versions={one.definition.version: one.digest for one in (*mine.unread, *mine.versions)} if mine else {},
            measures=self.measures,
            lists=set(lists()),
            tool=lambda name: any(tools_of([name])),
        )

    def before(self, filed: Filed) -> Offered | Version | None:
        """Which version a file stands in for: the clinic's own that counts, its newest, or what it was made of."""
        one = filed.definition
        mine = self.own.get(one.id)
        return (mine.counts or mine.versions[-1]) if mine and mine.versions else self.offered.get(one.based_on)

    def seen(self, key: str) -> int:
        return self.own[key].number if key in self.own else 0

    def counts(self, filed: Filed) -> bool:
        found = self.offered.get(filed.definition.id)
        return found is not None and found.pinned.digest == filed.digest


async def _state(db: AsyncSession, clinic_id: UUID) -> _State:
    kept = (await measures.versions_of(db, clinic_id)).values()
    asked = {one.instrument.id for one in kept if one.own and not one.instrument.shell}
    ours = {key for key, one in shipped_measures().items() if not one.shell}
    return _State(await store.own_of(db, clinic_id), await store.offered(db, clinic_id), frozenset(ours | asked))


async def files_page(request: Request) -> Response:
    """`GET /staff/programmes/files`."""
    return await _show(request)


async def _show(
    request: Request, problems: Sequence[Problem] = (), *, overtaken: bool = False, status: int = 200
) -> Response:
    viewer = viewer_of(request)
    clinic_id = clinic_id_of(viewer)

    async def load(db: AsyncSession) -> FilesPage:
        own = await store.own_of(db, clinic_id)
        ours = {key: one.pinned for key, one in store.as_shipped().items()}
        brought = [Pinned(one.definition, one.digest) for each in own.values() for one in each.versions]
        return FilesPage(
            own=own,
            unread=await store.unread(db, clinic_id),
            lacking=[one.counts for one in own.values() if one.counts and one.counts.lacks],
            ours=ours,
            awaits=await awaiting(db, clinic_id, [*brought, *ours.values()]),
            names={one.id: one.name for one in await team(db, clinic_id)},
            writes=admits(viewer, Action.CLINIC),
            problems=problems,
            overtaken=overtaken,
        )

    return render(request, "programmes/files.html", await house_of(request).db.read(load), status=status)


async def taken_out(request: Request) -> Response:
    """`GET /staff/programmes/files/{key}.json`: the file of a programme; of one of Parlour a copy to change, of one of
    the clinic's own the version that is asked for, or the newest, also one that is not read any more: it is to be
    mended. Raises NotFound.
    """
    house, viewer, key = house_of(request), viewer_of(request), request.path_params["key"]
    clinic_id, version = clinic_id_of(viewer), request.query_params.get("version", "")

    async def work(db: AsyncSession) -> str | None:
        mine = (await store.own_of(db, clinic_id)).get(key)
        every = sorted((*mine.versions, *mine.unread), key=lambda one: one.number) if mine else []
        several = [one for one in every if version in ("", one.definition.version)]
        if not several and (mine or key not in shipped() or version):
            return None
        one = several[-1] if several else None
        told = {"programme": key, "version": one.definition.version if one else shipped()[key].version}
        note(db, entry_of(viewer, "programme.taken_out", "clinic", clinic_id, told), house.clock())
        if one and one.definition.faults:
            return one.text
        return written(one.data if one else to_change(shipped_data()[key]))

    text = await house.db.unit(work)
    if text is None:
        raise NotFound()
    named = f'attachment; filename="{key}.json"'
    return Response(
        text, media_type="application/json", headers={"content-disposition": named, "cache-control": "no-store"}
    )


async def look(request: Request) -> Response:
    """`POST /staff/programmes/files`: what a file says and changes; nothing of it is kept. 422 with each fault."""
    async with request.form(max_files=1, max_fields=4) as sent:
        file = sent.get("file")
        text = await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
    return await _look(request, text)


async def _look(
    request: Request, text: bytes, said: Said | None = None, *, overtaken: bool = False, status: int = 200
) -> Response:
    clinic_id, filed = clinic_id_of(viewer_of(request)), read(text)
    if not isinstance(filed, Filed):
        return await _show(request, filed, status=422)
    house, one = house_of(request), filed.definition
    bases, folds = given_up(one)

    async def load(db: AsyncSession) -> tuple[list[Problem], LookPage]:
        state = await _state(db, clinic_id)
        before = state.before(filed)
        was = before.pinned.definition if isinstance(before, Offered) else before.definition if before else None
        found = LookPage(
            definition=one,
            lists=await watched_by(db, clinic_id, one),
            against=(was.name, was.version) if was else None,
            changes=changes(before.data, filed.data) if before else [],
            same=state.counts(filed),
            text=text.decode("utf-8-sig"),
            seen=state.seen(one.id),
            overtaken=overtaken,
            bases=bases,
            folds=folds,
            spoken=said or Said(),
        )
        return list(strange(filed, state.known(one.id))), found

    problems, context = await house.db.read(load)
    if problems:
        return await _show(request, problems, status=422)
    return render(request, "programmes/file_look.html", context, status=409 if overtaken else status)


async def accept(request: Request) -> Response:
    """`POST .../accept`: new courses begin by this version; the same again changes nothing. 409 where somebody said
    something of the programme since it was looked at: the page shows the file as it is now. 422 where it gives up
    something of Parlour's and not every kind of that was read, or nobody says why: what was said stays.
    """
    house, viewer, fields = house_of(request), viewer_of(request), await text_fields(request, 4 + len(Sort))
    text = fields.get("text", "").encode("utf-8", "replace")
    filed, seen, by = read(text), _number(fields.get("seen", "")), viewer.staff_id
    if not isinstance(filed, Filed):
        return await _show(request, filed, status=422)
    assert by, "the gate saw to it"
    clinic_id, now, one = clinic_id_of(viewer), house.clock(), filed.definition
    said, (_, folds) = _said(fields), given_up(one)
    accepted = GivenUp(tuple(fold.sort for fold in folds), said.why.strip()) if folds else None

    async def work(db: AsyncSession) -> bool | list[Problem] | Said:
        state = await _state(db, clinic_id)
        if state.counts(filed):
            return True
        if problems := list(strange(filed, state.known(one.id))):
            return problems
        if said.wants(folds):
            return said
        if not await store.accept(db, clinic_id, filed, seen, by, now, accepted):
            return False
        told = {"programme": one.id, "version": one.version, "digest": filed.digest, "based_on": one.based_on}
        told |= {"gives_up": " ".join(accepted.sorts), "why": accepted.why} if accepted else {}
        note(db, entry_of(viewer, "programme.accepted", "clinic", clinic_id, told), now)
        return True

    done = await house.db.unit(work)
    if isinstance(done, list):
        return await _show(request, done, status=422)
    if isinstance(done, Said):
        return await _look(request, text, said, status=422)
    return RedirectResponse(f"{PATH}?notice=kept", 303) if done else await _look(request, text, said, overtaken=True)


def _said(fields: Mapping[str, str]) -> Said:
    return Said(frozenset(sort for sort in Sort if fields.get(f"read-{sort}") == "yes"), fields.get("why", ""), True)


async def end(request: Request) -> Response:
    """`POST .../{key}/end`: no new course begins by this `version`; again changes nothing. 409 where somebody said
    something of the programme meanwhile. Raises NotFound.
    """
    house, viewer, fields = house_of(request), viewer_of(request), await form_of(request)
    clinic_id, now, by, key = clinic_id_of(viewer), house.clock(), viewer.staff_id, request.path_params["key"]
    digest, seen = fields["digest"], _number(fields["seen"])
    assert by, "the gate saw to it"

    async def work(db: AsyncSession) -> bool:
        mine = (await store.own_of(db, clinic_id)).get(key)
        if mine is None:
            raise NotFound()
        version = next((one for one in (*mine.versions, *mine.unread) if one.digest == digest), None)
        if version and version.ended:
            return True
        if version is None or not await store.end(db, clinic_id, version, seen, by, now):
            return False
        told = {"programme": key, "version": version.definition.version, "digest": digest}
        note(db, entry_of(viewer, "programme.ended", "clinic", clinic_id, told), now)
        return True

    if await house.db.unit(work):
        return RedirectResponse(f"{PATH}?notice=kept", 303)
    return await _show(request, overtaken=True, status=409)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


routes: list[GuardedRoute] = [
    page(PATH, files_page, Action.PROGRAMMES, name="programme_files"),
    page(PATH, look, Action.CLINIC, ("POST",), name="look_at_programme", most_bytes=2 * MOST_BYTES),
    page(f"{PATH}/accept", accept, Action.CLINIC, ("POST",), name="accept_programme", most_bytes=MOST_SENT),
    page(f"{PATH}/{{key}}.json", taken_out, Action.PROGRAMMES, name="programme_file"),
    page(f"{PATH}/{{key}}/end", end, Action.CLINIC, ("POST",), name="end_programme"),
]
