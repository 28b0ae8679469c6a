"""What awaits a clinician's confirmation: read by who leads the clinic, confirmed by who treats people there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, admits
from server.accounts.team.store import team
from server.audit.store import note
from server.clinic import store as clinics
from server.clinic.confirming import store
from server.clinic.confirming.rules import Each, Outcome, Said, State, Topic, left, state, word_on
from server.clinic.confirming.topics import Asks
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.errors import NotFound
from server.home.confirming.topics import topics_for
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import language_of, render, translations

PATH = "/staff/confirming"


@dataclass(frozen=True)
class Row:
    """A topic, how it stands, and the newest word on it; `open`: shown unfolded; `place`: its anchor."""

    topic: Topic
    state: State
    said: Said | None
    open: bool = False
    place: str = ""


@dataclass(frozen=True)
class ConfirmingPage:
    """home/confirming.html. `areas`: (heading, rows) of what is in use; `unused`: rows of what is not; `left`: how many
    await somebody; `confirms`: the viewer may; `changed`: what they read is another version now.
    """

    areas: Sequence[tuple[str, Sequence[Row]]]
    unused: Sequence[Row]
    left: int
    names: Mapping[UUID, str]
    confirms: bool
    changed: bool


async def confirming_page(request: Request) -> Response:
    """`GET /staff/confirming`"""
    return await _show(request)


async def confirm(request: Request) -> Response:
    """`POST`: `topic` and the `version` that was read; 409 where it changed meanwhile. Raises NotFound."""
    house, viewer, fields = house_of(request), viewer_of(request), await form_of(request)
    now, by, key, version = house.clock(), viewer.staff_id, fields["topic"], fields["version"]
    assert by, "the gate saw to it"

    async def work(db: AsyncSession) -> Outcome:
        topics = [one for one in await _topics(request, db) if one.key == key]
        topic = next((one for one in topics if one.version == version), None)
        if not topics:
            raise NotFound()
        if topic is None:
            return Outcome.CHANGED
        outcome = await store.confirm(db, clinic_id_of(viewer), key, version, by, now, several=topic.several)
        if outcome is Outcome.KEPT:
            detail = {"topic": key, "version": version}
            note(db, entry_of(viewer, "confirming.confirmed", "clinic", clinic_id_of(viewer), detail), now)
        return outcome

    if await house.db.unit(work) is Outcome.CHANGED:
        return await _show(request, unfold=key, status=409)
    return RedirectResponse(f"{PATH}?notice=confirmed", 303)


async def take_back(request: Request) -> Response:
    """`POST .../take-back`: `topic` is confirmed no more, where there are several versions the one that `of` says;
    again changes nothing.
    """
    house, viewer, fields = house_of(request), viewer_of(request), await form_of(request)
    now, by, clinic_id, key = house.clock(), viewer.staff_id, clinic_id_of(viewer), fields["topic"]
    version = fields["of"]
    assert by, "the gate saw to it"

    async def work(db: AsyncSession) -> None:
        if await store.take_back(db, clinic_id, key, by, now, version) is Outcome.KEPT:
            detail = {"topic": key, **({"version": version} if version else {})}
            note(db, entry_of(viewer, "confirming.taken_back", "clinic", clinic_id, detail), now)

    await house.db.unit(work)
    return RedirectResponse(f"{PATH}?notice=taken-back", 303)


async def _topics(request: Request, db: AsyncSession) -> list[Topic]:
    clinic = await clinics.clinic_of(db, clinic_id_of(viewer_of(request)))
    assert clinic, "somebody works there"
    language = language_of(request, clinics.brand(clinic))
    return await topics_for(Asks(db, clinic, language, translations(language).gettext))


async def _show(request: Request, *, unfold: str = "", status: int = 200) -> Response:
    house, viewer = house_of(request), viewer_of(request)
    clinic_id = clinic_id_of(viewer)

    async def work(db: AsyncSession) -> ConfirmingPage:
        topics, said = await _topics(request, db), await store.all_said(db, clinic_id)
        names = {one.id: one.name for one in await team(db, clinic_id)}
        each = await store.each_said(db, clinic_id)
        rows = _rows(topics, said, each, unfold)
        used = [row for row in rows if row.topic.in_use]
        unused = [row for row in rows if not row.topic.in_use]
        return ConfirmingPage(_areas(used), unused, left(topics, said, each), names, False, bool(unfold))

    context = replace(await house.db.read(work), confirms=admits(viewer, Action.CONFIRM))
    return render(request, "home/confirming.html", context, status=status)


def _rows(topics: Sequence[Topic], said: Mapping[str, Said], each: Each, unfold: str) -> list[Row]:
    """The first of several of one key has that as its anchor, the others their version too."""
    rows, keys = list[Row](), set[str]()
    for one in topics:
        word, place = word_on(one, said, each), f"{one.key}-{one.version[:8]}" if one.key in keys else one.key
        rows.append(Row(one, state(one, word), word, one.key == unfold, place))
        keys.add(one.key)
    return rows


def _areas(rows: Sequence[Row]) -> list[tuple[str, Sequence[Row]]]:
    """By heading, in the order in which headings come first; what awaits somebody before what is confirmed."""
    headings = dict.fromkeys(row.topic.area for row in rows)
    ordered = sorted(rows, key=lambda row: row.state is State.CONFIRMED)
    return [(area, [row for row in ordered if row.topic.area == area]) for area in headings]


routes: list[GuardedRoute] = [
    page(PATH, confirming_page, Action.CONFIRMING, name="confirming"),
    page(PATH, confirm, Action.CONFIRM, ("POST",), name="confirm"),
    page(f"{PATH}/take-back", take_back, Action.CONFIRM, ("POST",), name="confirm_take_back"),
]
