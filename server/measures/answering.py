"""The patient's side: one question a screen, each answer kept as it is given; a plain form without script.

By the link of one booking, and only what that booking asks; or in somebody's own space, what they are asked alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action, Subject, may
from server.booking.door import own_booking
from server.booking.forms import read_uuid
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.errors import NotFound, Unprocessable
from server.house import House, house_of
from server.measures.danger import speaks_of_danger
from server.measures.helping import HelpNow, help_for, watch_words
from server.measures.late.finding import Fits, sheet_for
from server.measures.late.keeping import kept_for
from server.measures.occasion import Alone, Occasion, now_named, therapist_of
from server.measures.pinned import Anew
from server.measures.scoring import refusal, takes
from server.measures.sheets import Kept, Overtaken, Sheet, Stage, finish, sheets_of
from server.measures.shown import Asks, MeasureForm, OwnDevice, Said, asks_of, form_of, said_of
from server.measures.taking import Tap, keep_answer, keep_answers
from server.packed import pack
from server.patients.space.door import own_space
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

HIGHEST = 100_000
BASE, ALONE = "/visit/{public_id}/measures", "/me/asked/{patient_id:uuid}"


@dataclass(frozen=True)
class MeasuresPage:
    """measures/list.html; `own`: the page that leads here, `base`: this one."""

    own: str
    base: str
    therapist_first: str
    asks: Sequence[Asks]


@dataclass(frozen=True)
class MeasurePage:
    """measures/answer.html. `missing`: how many stayed open in a form that was sent whole; `overtaken`: another page
    was faster with another answer; `anew`: it was begun with another version than their page showed."""

    own: str
    form: MeasureForm
    help: HelpNow
    therapist_first: str
    missing: int = 0
    overtaken: bool = False
    anew: bool = False


@dataclass(frozen=True)
class DonePage:
    """measures/done.html"""

    own: str
    base: str
    form: MeasureForm
    help: HelpNow
    therapist_first: str
    said: Said | None = field(repr=False)
    next: Asks | None


@dataclass(frozen=True)
class _Opened:
    """Who answers, below which address, and what they are asked."""

    house: House
    of: Occasion
    clinic: Clinic
    own: str
    base: str
    sheets: Sequence[Sheet]
    device: OwnDevice

    @property
    def therapist_first(self) -> str:
        return therapist_of(self.of)

    async def sheet(self, key: str, fits: Fits = lambda _: True, shown: UUID | None = None) -> Sheet:
        """The one of this name, to which an answer fits, asked or not, in the version shown. Raises NotFound."""
        found = await sheet_for(self.house, self.of, key, self.sheets, self.house.clock(), fits, shown)
        if found is None:
            raise NotFound()
        return found

    def asks(self, sheet: Sheet) -> bool:
        """Whether it may be shown."""
        return sheet.key in {one.key for one in self.sheets}

    def form(self, sheet: Sheet, wanted: int = 0) -> MeasureForm:
        return form_of(self.base, sheet, self.therapist_first, wanted, self.device)


async def _open(request: Request) -> _Opened:
    """The booking of this link with what it asks, or what a patient of this space is asked alone. Raises NotFound, and
    SignInNeeded where no space is open.
    """
    house = house_of(request)
    if "patient_id" in request.path_params:
        return await _open_alone(request, house, request.path_params["patient_id"])
    card, clinic = await own_booking(request)
    own, whose = f"/visit/{card.public_id}", await kept_for(request, card)
    sheets = await sheets_of(house, card, house.clock())
    return _Opened(
        house, card, clinic, own, f"{own}/measures", sheets, OwnDevice(f"/me/measures/{card.public_id}", whose)
    )


async def _open_alone(request: Request, house: House, named: UUID) -> _Opened:
    space = await own_space(request)
    patient_id = await now_named(house, space, named)
    clinic = await house.db.read(lambda db: clinics.clinic_of(db, space.clinic_id))
    if clinic is None or not may(viewer_of(request), Action.MINE, Subject(space.clinic_id, patient_id=patient_id)):
        raise NotFound()
    of, base = Alone(clinic.id, patient_id), f"/me/asked/{patient_id}"
    device = OwnDevice(f"{base}/late", await kept_for(request, of))
    return _Opened(house, of, clinic, "/me", base, await sheets_of(house, of, house.clock()), device)


async def list_page(request: Request) -> Response:
    """What is asked; straight to it where that is one."""
    opened = await _open(request)
    if len(opened.sheets) < 2:
        to = f"{opened.base}/{opened.sheets[0].key}" if opened.sheets else opened.own
        return RedirectResponse(to, 303)
    context = MeasuresPage(opened.own, opened.base, opened.therapist_first, asks_of(opened.sheets))
    return _private(render(request, "measures/list.html", context, brand=clinics.brand(opened.clinic)))


async def measure_page(request: Request) -> Response:
    """The questions, from the first that is open; or, where all is answered, what they came to. Of what nothing asks
    any more and who answered it all the same, that it is kept. Raises NotFound.
    """
    opened = await _open(request)
    sheet, wanted = await opened.sheet(request.path_params["key"]), request.query_params.get("q", "")
    if not opened.asks(sheet):
        if sheet.stage is Stage.OPEN:
            raise NotFound()
        return RedirectResponse(f"{opened.own}?notice=measure-kept", 303)
    if not wanted and sheet.stage is Stage.DONE:
        return await _done(request, opened, sheet)
    return await _show(request, opened, opened.form(sheet, whole(wanted) or 0))


async def answer(request: Request) -> Response:
    """One answer, as it was given: 200 with its number, 409 where another page was faster or began another version
    of the questions, 422 for what is none. What speaks of danger is at the clinic by then in each case but the last,
    and it is said who can see it.
    """
    opened, fields = await _open(request), await request.form()
    item, value, number = str(fields.get("item", "")), whole(fields.get("value")), whole(fields.get("number")) or 0
    sheet = await opened.sheet(request.path_params["key"], lambda one: takes(one, item, value), _shown(fields))
    if value is None or not takes(sheet.instrument, item, value) or not 1 <= number <= HIGHEST:
        raise Unprocessable()
    own = read_uuid(str(fields.get("id", "")))
    kept = await keep_answer(opened.house, opened.of, sheet, item, value, number, own)
    watch = {}
    if speaks_of_danger(sheet.instrument, item, value):
        watch["watch"] = watch_words(await help_for(request, opened.clinic, opened.of), opened.therapist_first)
    if isinstance(kept, Anew):
        return JSONResponse({"anew": True, **watch}, 409)
    if isinstance(kept, Kept):
        return JSONResponse({"number": kept.number, "open": kept.open, "done": kept.done, **watch})
    if opened.asks(sheet):
        return JSONResponse({"number": kept.number, "value": kept.value, **watch}, 409)
    return JSONResponse({"number": kept.number, **watch})  # what stood before is for nobody to read any more


async def answer_all(request: Request) -> Response:
    """The form without script, or before it came: everything that was chosen; 409 where another page was faster, 422
    where one is none. What speaks of danger is kept in any case, and help is shown.
    """
    opened, fields = await _open(request), await request.form()
    said = {name.removeprefix("a-"): whole(sent) for name, sent in fields.items() if name.startswith("a-")}
    sheet = await opened.sheet(request.path_params["key"], lambda one: refusal(one, said) is None, _shown(fields))
    taps, fit = _chosen(sheet, fields)
    danger = [tap for tap in taps if speaks_of_danger(sheet.instrument, tap.item, tap.value)]
    if not fit and not danger:
        raise Unprocessable()
    kept = await keep_answers(opened.house, opened.of, sheet, taps if fit else danger) if taps else {}
    anew = any(isinstance(one, Anew) for one in kept.values())
    again = await _open(request)
    sheet = await again.sheet(sheet.key)
    overtaken, form = any(isinstance(one, Overtaken) for one in kept.values()), again.form(sheet)
    form = replace(form, helps=form.helps or bool(danger))
    if not again.asks(sheet):
        return await _done(request, again, sheet, replace(form, helps=bool(danger)))
    if overtaken or anew or not fit:
        return await _show(request, again, form, overtaken=overtaken, anew=anew, status=409 if fit else 422)
    return await _onward(request, again, sheet, str(fields.get("do", "")), whole(fields.get("q")) or 0)


def _shown(fields: FormData) -> UUID | None:
    """The version of the questions that stood on the page."""
    return read_uuid(str(fields.get("version", "")))


def _chosen(sheet: Sheet, fields: FormData) -> tuple[list[Tap], bool]:
    """What a form says that is not known yet, and whether all of it can be."""
    chosen, fit, same = list[Tap](), True, sheet.row is None or sheet.row.version_id == sheet.version_id
    for item in sheet.instrument.items:
        sent = fields.get(f"a-{item.id}")
        value, seen = whole(sent), whole(fields.get(f"n-{item.id}", "0"))
        if sent is None:
            continue
        if seen is None or not 0 <= seen < HIGHEST:
            seen, fit = 0, False
        if value is None or item.option(value) is None:
            fit = False
        elif not same or item.id not in sheet.given or sheet.given[item.id].value != value:
            chosen.append(Tap(item.id, value, seen + 1))
    return chosen, fit


async def _onward(request: Request, opened: _Opened, sheet: Sheet, do: str, at: int) -> Response:
    form = opened.form(sheet)
    if do == "later":
        return RedirectResponse(f"{opened.own}?notice=measure-kept", 303)
    if do == "next" and at < form.count:
        return RedirectResponse(f"{form.href}?q={at + 1}", 303)
    if form.open and do not in {"finish", "next"}:
        return await _show(request, opened, form, missing=form.open, status=422)
    if form.open and do == "next":
        return RedirectResponse(f"{form.href}?q={form.now}", 303)
    await finish(opened.house, opened.of, sheet)
    return RedirectResponse(form.href, 303)


async def finish_measure(request: Request) -> Response:
    """They leave the rest open; again is the same."""
    opened = await _open(request)
    sheet = await opened.sheet(request.path_params["key"])
    await finish(opened.house, opened.of, sheet)
    return RedirectResponse(f"{opened.base}/{sheet.key}", 303)


async def _show(
    request: Request,
    opened: _Opened,
    form: MeasureForm,
    *,
    missing: int = 0,
    overtaken: bool = False,
    anew: bool = False,
    status: int = 200,
) -> Response:
    context = MeasurePage(
        own=opened.own,
        form=form,
        help=await help_for(request, opened.clinic, opened.of),
        therapist_first=form.therapist_first,
        missing=missing,
        overtaken=overtaken,
        anew=anew,
    )
    brand = clinics.brand(opened.clinic)
    # It holds no secret, and nothing of what the address says.
    return pack(request, _private(render(request, "measures/answer.html", context, brand=brand, status=status)))


async def _done(request: Request, opened: _Opened, sheet: Sheet, form: MeasureForm | None = None) -> Response:
    """What it came to. `form`: of what nothing asks any more, which says nothing of the sum."""
    others = [one for one in asks_of(opened.sheets) if one.stage is not Stage.DONE]
    context = DonePage(
        own=opened.own,
        base=opened.base,
        form=form or opened.form(sheet),
        help=await help_for(request, opened.clinic, opened.of),
        therapist_first=opened.therapist_first,
        said=None if form else said_of(sheet),
        next=others[0] if others else None,
    )
    return _private(render(request, "measures/done.html", context, brand=clinics.brand(opened.clinic)))


def _private(response: Response) -> Response:
    response.headers["referrer-policy"] = "no-referrer"
    response.headers["cache-control"] = "no-store"
    return response


def whole(sent: object) -> int | None:
    """A whole number as a form sends it; None for anything else."""
    if not isinstance(sent, str) or not sent.isascii() or not sent.removeprefix("-").isdigit() or len(sent) > 6:
        return None
    return int(sent)


routes: list[GuardedRoute] = [
    page(BASE, list_page, Action.VISIT, name="measures_of_booking"),
    page(f"{BASE}/{{key}}", measure_page, Action.VISIT),
    page(f"{BASE}/{{key}}", answer_all, Action.VISIT, ("POST",), name="answer_measure"),
    page(f"{BASE}/{{key}}/answer", answer, Action.VISIT, ("POST",), name="answer_item"),
    page(f"{BASE}/{{key}}/finish", finish_measure, Action.VISIT, ("POST",)),
    page(ALONE, list_page, Action.MINE, name="measures_alone"),
    page(f"{ALONE}/{{key}}", measure_page, Action.MINE),
    page(f"{ALONE}/{{key}}", answer_all, Action.MINE, ("POST",), name="answer_measure_alone"),
    page(f"{ALONE}/{{key}}/answer", answer, Action.MINE, ("POST",), name="answer_item_alone"),
    page(f"{ALONE}/{{key}}/finish", finish_measure, Action.MINE, ("POST",)),
]
