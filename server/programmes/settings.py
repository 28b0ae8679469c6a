"""Which programmes a clinic gives, and each of them to read: every figure with its source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Viewer
from server.audit.store import note
from server.booking.forms import read_uuid
from server.booking.led import own_clinic
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.clinic.rules import SOME_WEEK
from server.clinic.store import services
from server.errors import NotFound
from server.house import house_of
from server.programmes import store
from server.programmes.after import store as after
from server.programmes.catalogue import shipped
from server.programmes.definition import Definition
from server.programmes.filed.store import offered, own_of
from server.programmes.medicines import topics as medicines
from server.programmes.medicines.catalogue import lists, watching
from server.programmes.medicines.rules import Watched
from server.programmes.mending import Problem
from server.programmes.outside import forms as typed
from server.programmes.outside import store as outside
from server.programmes.outside.forms import Said
from server.programmes.outside.rules import Chosen, Lapse, unnamed
from server.programmes.passing import store as passing
from server.programmes.passing.rules import Family, Passers, families
from server.programmes.store import Pinned
from server.programmes.topics import READ, awaiting, is_confirmed, key_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

PATH = "/staff/clinic/programmes"


@dataclass(frozen=True)
class ProgrammesPage:
    """programmes/settings.html; `own`: programmes that the clinic brought; `awaits`: digests of versions that no
    clinician confirmed; `gives`: how many the clinic gives as it stands, `given`: those with a tick, maybe more where
    a form was refused; `seen`: the number of the choice that the form was filled from; `choices` of services;
    `meetings`: the service of those after sessions, for each programme that has some; `footings`: programme ->
    footing -> what counts, `wrong` fields of it; `unnamed`: programmes that nobody answers for; `people` who can;
    `lapses`: what ends soon; `unread`: names of what the clinic brought and this program cannot read any more; `lacks`:
    programme of the clinic's own -> why no course begins by it until its file is mended; `passers`: who passes the
    gates of a family.
    """

    definitions: Sequence[Pinned]
    own: frozenset[str]
    awaits: frozenset[str]
    gives: int
    given: frozenset[str]
    seen: int
    choices: Sequence[tuple[str, str]]
    meetings: Mapping[str, UUID | None]
    footings: Mapping[str, Mapping[str, Chosen]]
    people: Sequence[tuple[str, str]]
    lapses: Sequence[Lapse]
    lacks: Mapping[str, Sequence[Problem]]
    passers: Sequence[tuple[Family, Passers]]
    wrong: frozenset[str] = frozenset()
    unnamed: frozenset[str] = frozenset()
    overtaken: bool = False
    unread: Sequence[str] = ()


@dataclass(frozen=True)
class DefinitionPage:
    """programmes/definition.html; `awaits`: nobody of the clinic confirmed this version; `own`: the clinic brought it;
    `lists` of medicines that it watches, each with whether that awaits somebody too; `week`: for the names of its days.
    """

    definition: Definition
    awaits: bool
    own: bool
    topic: str
    lists: Sequence[tuple[Watched, bool]]
    week: Sequence[date] = SOME_WEEK


def with_meetings(several: Iterable[Definition]) -> list[str]:
    """The programmes that have meetings which are booked by themselves."""
    return [one.id for one in several if any(step.books for step in one.steps)]


async def settings_page(request: Request) -> Response:
    """`GET /staff/clinic/programmes`."""
    return await _show(request)


@dataclass(frozen=True)
class _Typed:
    """A form that was not kept: what it said, and why not."""

    keys: frozenset[str] = frozenset()
    said: Mapping[str, Said] = field(default_factory=dict)
    meetings: Mapping[str, UUID | None] = field(default_factory=dict)
    unnamed: frozenset[str] = frozenset()

    @property
    def wrong(self) -> frozenset[str]:
        return frozenset(name for one in self.said.values() for name in one.wrong)


async def _show(
    request: Request, form: _Typed | None = None, *, overtaken: bool = False, status: int = 200
) -> Response:
    house, clinic = house_of(request), await own_clinic(house_of(request), viewer_of(request))
    now = house.clock()

    async def load(db: AsyncSession) -> ProgrammesPage:
        known = await offered(db, clinic.id)
        definitions = [one.pinned for one in known.values()]
        meetings = with_meetings(one.definition for one in definitions)
        given, seen = await store.given(db, clinic.id)
        footings = await outside.chosen(db, clinic.id)
        people = await passing.clinicians(db, clinic.id)
        passers = await passing.every(db, clinic.id)
        lost = [one for one in (await own_of(db, clinic.id)).values() if one.unread and not one.counts]
        return ProgrammesPage(
            definitions=definitions,
            own=frozenset(key for key, one in known.items() if one.own),
            awaits=await awaiting(db, clinic.id, definitions),
            gives=len(given),
            given=form.keys if form else given,
            seen=seen,
            choices=[(str(one.id), one.name) for one in await services(db, clinic.id) if not one.in_group],
            meetings={key: (await after.terms(db, clinic.id, key)).service_id for key in meetings}
            | dict(form.meetings if form else {}),
            footings={**footings, **{key: one.chosen for key, one in (form.said if form else {}).items()}},
            people=[(str(staff_id), name) for staff_id, name in people.items()],
            lapses=await outside.lapsing(db, clinic.id, clinic.zone, now),
            lacks={key: one.lacks for key, one in known.items() if one.lacks},
            passers=[
                (one, passers.get(one.key, Passers())) for one in families(each.definition for each in definitions)
            ],
            wrong=form.wrong if form else frozenset(),
            unnamed=form.unnamed if form else frozenset(),
            overtaken=overtaken,
            unread=sorted(one.unread[-1].definition.name for one in lost),
        )

    context = await house.db.read(load)
    return render(request, "programmes/settings.html", context, status=status)


async def choose(request: Request) -> Response:
    """Give these programmes and no others; courses that began go on. 409 where somebody else chose meanwhile; 422 where
    nobody is named who answers for a programme, or a date cannot be.
    """
    house, viewer, fields = house_of(request), viewer_of(request), await form_of(request)
    clinic_id, now = clinic_id_of(viewer), house.clock()
    known = {
        key: one.pinned.definition for key, one in (await house.db.read(lambda db: offered(db, clinic_id))).items()
    }
    keys = [key for key in known if fields[f"give-{key}"] == "yes"]
    seen = int(fields["seen"]) if fields["seen"].isascii() and fields["seen"].isdigit() else 0
    form = await house.db.read(lambda db: _typed(db, clinic_id, known, frozenset(keys), fields))
    if form.wrong or form.unnamed:
        return await _show(request, form, status=422)

    async def work(db: AsyncSession) -> bool:
        chosen = await store.give(db, clinic_id, keys, seen, viewer.staff_id, now)
        if chosen:
            note(db, entry_of(viewer, "programmes.chosen", "clinic", clinic_id, {"programmes": keys}), now)
            await _name_services(db, viewer, with_meetings(known.values()), fields, now)
            await _keep_footings(db, viewer, form.said, now)
        return chosen or await store.given(db, clinic_id) == (frozenset(keys), seen + 1)

    if await house.db.unit(work):
        return RedirectResponse(f"{PATH}?notice=kept", 303)
    return await _show(request, overtaken=True, status=409)


async def _typed(
    db: AsyncSession, clinic_id: UUID, definitions: Mapping[str, Definition], keys: frozenset[str],
    fields: Mapping[str, str],
) -> _Typed:  # fmt: skip
    known, people = await outside.chosen(db, clinic_id), await passing.clinicians(db, clinic_id)
    rests = {key: one for key, one in definitions.items() if one.footings}
    said = {key: typed.read(fields, one, known.get(key, {}), people) for key, one in rests.items()}
    lacking = frozenset(key for key in rests if key in keys and unnamed(rests[key], said[key].chosen))
    meetings = {key: read_uuid(fields[f"meeting-{key}"]) for key in with_meetings(definitions.values())}
    return _Typed(keys, said, meetings, lacking)


async def _name_services(
    db: AsyncSession, viewer: Viewer, keys: Sequence[str], fields: Mapping[str, str], now: datetime
) -> None:
    clinic_id = clinic_id_of(viewer)
    known = {one.id for one in await services(db, clinic_id)}
    for key in keys:
        service_id = read_uuid(fields[f"meeting-{key}"])
        named = service_id if service_id in known else None
        if await after.choose(db, clinic_id, key, named, viewer.staff_id, now):
            said = {"programme": key, "service": named.hex if named else ""}
            note(db, entry_of(viewer, "programmes.meeting", "clinic", clinic_id, said), now)


async def _keep_footings(db: AsyncSession, viewer: Viewer, said: Mapping[str, Said], now: datetime) -> None:
    clinic_id = clinic_id_of(viewer)
    every = [(key, name, one) for key, form in said.items() for name, one in form.chosen.items()]
    for key, name, one in every:
        if await outside.choose(db, clinic_id, (key, name), one, viewer.staff_id, now):
            detail = {"programme": key, "footing": name, "until": one.until.isoformat() if one.until else ""}
            detail |= {"person": one.staff_id.hex if one.staff_id else "", "source": one.source}
            note(db, entry_of(viewer, "programmes.footing", "clinic", clinic_id, detail), now)


async def definition_page(request: Request) -> Response:
    """`GET /staff/programmes/read/{key}`: all that it says; `version`: of one that the clinic brought; `digest`: of one
    that courses were begun by; else the one by which courses begin. Raises NotFound.
    """
    house, clinic_id = house_of(request), clinic_id_of(viewer_of(request))
    key, version = request.path_params["key"], request.query_params.get("version", "")
    digest = request.query_params.get("digest", "")

    async def load(db: AsyncSession) -> DefinitionPage:
        found = (
            await store.version_by(db, clinic_id, key, digest) if digest else await _read(db, clinic_id, key, version)
        )
        if found is None or found.definition.faults:
            raise NotFound()
        sure = await is_confirmed(db, clinic_id, found.definition, found.digest)
        watched = await watched_by(db, clinic_id, found.definition)
        return DefinitionPage(
            found.definition, not sure, found.definition.id not in shipped(), key_of(found.definition), watched
        )

    return render(request, "programmes/definition.html", await house.db.read(load))


async def _read(db: AsyncSession, clinic_id: UUID, key: str, version: str) -> Pinned:
    own = (await own_of(db, clinic_id)).get(key)
    brought = next((one for one in own.versions if one.definition.version == version), None) if own else None
    if brought:
        return Pinned(brought.definition, brought.digest)
    found = (await offered(db, clinic_id)).get(key)
    if found is None or version not in ("", found.pinned.definition.version):
        raise NotFound()
    return found.pinned


async def watched_by(db: AsyncSession, clinic_id: UUID, definition: Definition) -> list[tuple[Watched, bool]]:
    """The lists of medicines that a programme watches, each with whether it awaits somebody too."""
    names = [name for name in dict.fromkeys(one.watches for _step, one in watching(definition)) if name in lists()]
    return [(lists()[name], not await medicines.is_sure(db, clinic_id, lists()[name])) for name in names]


routes: list[GuardedRoute] = [
    page(PATH, settings_page, Action.CLINIC, name="programmes"),
    page(PATH, choose, Action.CLINIC, ("POST",), name="choose_programmes"),
    page(f"{READ}/{{key}}", definition_page, Action.PROGRAMMES, name="programme_definition"),
]
