"""Coming in to a space by the clinic's code together with digits that are sent, from anywhere and without script.

A code that comes where a space is open already widens that space, where it is the same person's.
"""

from dataclasses import dataclass, field
from functools import partial
from hmac import compare_digest

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server import outbox
from server.access import Action
from server.accounts.attempts.store import forgive, take_try
from server.accounts.requests import form_of
from server.audit.rules import Entry
from server.audit.store import note
from server.clinic import store as clinics
from server.home.space.browser import keep_knock, knock_token, marks_here, new_token
from server.home.space.entering import HOME, Coming, entry_of
from server.home.space.reach import reached
from server.home.space.sill import Reasons, show_sign_in
from server.house import House, house_of
from server.patients.reaching import reached_by
from server.patients.space import knocking, store
from server.patients.space.door import Open, open_space
from server.patients.space.knocking import Code, Knock
from server.patients.space.rules import (
    CODE_LENGTH,
    SENT_MOST,
    By,
    Refusal,
    Way,
    code_hash,
    may_join,
    plain_code,
    sent_code,
)
from server.routing import GuardedRoute, page
from server.templates import render

SEND = "space.code"


@dataclass(frozen=True)
class SentPage:
    """space/sent.html"""

    way: str
    open: bool
    reasons: Reasons = field(default_factory=dict)


async def with_code(request: Request) -> Response:
    """The clinic's code: a right one has the second code sent."""
    house, fields = house_of(request), await form_of(request)
    plain, marks, now = plain_code(fields.get("code", "")), marks_here(request), house.clock()
    if not plain:
        return await show_sign_in(request, {"code": Refusal.MISSING})
    left = await house.db.unit(partial(take_try, marks=marks, now=now))
    if left:
        return await show_sign_in(request, {"code": Refusal.LATER}, left)
    code = await right_code(house, plain)
    if code is None:
        return await show_sign_in(request, {"code": Refusal.WRONG_CODE})
    await house.db.unit(partial(forgive, marks=marks))
    refused = await _cannot(house, request, code)
    way = None if refused else await _way(house, code, fields.get("way", ""))
    if refused or way is None:
        return await show_sign_in(request, {"code": refused or Refusal.NO_WAY})
    return await _send(house, code, way)


async def _send(house: House, code: Code, way: Way) -> Response:
    """Have the digits sent, and on to where they are typed."""
    token, now = new_token(), house.clock()

    async def work(db: AsyncSession) -> None:
        knock_id = await knocking.begin_knock(db, token, now, code_id=code.id, way=way.value)
        outbox.add(db, SEND, {"knock": str(knock_id)}, now)
        entry = Entry(code.clinic_id, "space.code_sent", "patient", code.patient_id, "patient", None, {"by": way.value})
        note(db, entry, now)

    await house.db.unit(work)
    house.outbox.nudge()
    response = RedirectResponse("/me/code", 303)
    keep_knock(response, house, token)
    return response


async def right_code(house: House, plain: str) -> Code | None:
    """The code that was typed; a wrong one counts for every code that begins like it."""
    if len(plain) != CODE_LENGTH:
        return None
    now = house.clock()
    alike = await house.db.read(partial(knocking.codes_like, code=plain, now=now))
    hashed = code_hash(house.keys.secret("space codes"), plain)
    right = next((one for one in alike if compare_digest(one.code_hash, hashed)), None)
    if right is None and alike:

        async def work(db: AsyncSession) -> None:
            await knocking.count_try(db, [one.id for one in alike])
            for one in alike:
                note(db, Entry(one.clinic_id, "space.code_refused", "patient", one.patient_id), now)

        await house.db.unit(work)
    return right


async def _cannot(house: House, request: Request, code: Code) -> Refusal | None:
    """Why this code, right as it is, does not help here."""
    space = await open_space(house, request)
    if space and not widens(space, code):
        return Refusal.SOMEBODY_ELSE
    sent = await house.db.read(partial(knocking.sent_for, code_id=code.id))
    return Refusal.TOO_OFTEN if sent >= SENT_MOST else None


def widens(space: Open, code: Code) -> bool:
    return space.clinic_id == code.clinic_id and may_join(space.members, code.patient_id, code.helper_id)


async def _way(house: House, code: Code, wanted: str) -> Way | None:
    person = await reached(house, code.clinic_id, code.patient_id, code.helper_id)
    return reached_by(house, person, wanted) if person else None


async def sent_page(request: Request) -> Response:
    """Where the digits are typed that were sent."""
    knock = await _knock(request)
    if knock is None:
        return RedirectResponse("/me/sign-in?notice=over", 303)
    return await _show_sent(request, knock)


async def enter(request: Request) -> Response:
    """The digits: with the clinic's code before them they open the space of whom that is for."""
    house, fields, knock = house_of(request), await form_of(request), await _knock(request)
    now = house.clock()
    if knock is None or not await house.db.unit(partial(knocking.take_turn, knock_id=knock.id, now=now)):
        return RedirectResponse("/me/sign-in?notice=over", 303)
    right = sent_code(house.keys.secret("space codes"), knock.id)
    if not compare_digest(plain_code(fields.get("digits", "")).encode(), right.encode()):
        return await _show_sent(request, knock, {"digits": Refusal.WRONG_SENT})
    return await _let_in(request, house, knock, own=bool(fields.get("own")))


async def _let_in(request: Request, house: House, knock: Knock, *, own: bool) -> Response:
    space, code, now = await open_space(house, request), knock.code, house.clock()
    assert code, "who was sent digits had a code before"
    if space and not widens(space, code):
        return await show_sign_in(request, {"code": Refusal.SOMEBODY_ELSE})
    coming = Coming(request, house, By.CODES, own=own)

    async def work(db: AsyncSession) -> bool:
        if not await knocking.end_knock(db, knock.id, now) or not await knocking.use_code(db, code.id, now):
            return False
        who = (code.patient_id, code.helper_id)
        space_id = space.id if space else await store.space_for(db, code.clinic_id, *who, now)
        await store.add_member(db, space_id, *who, code.id, now)
        detail = {"patient": code.patient_id.hex, "acts": code.helper_id is not None}
        note(db, entry_of(code.clinic_id, space_id, "space.joined", **detail), now)
        if not space:
            await coming.begin(db, code.clinic_id, space_id)
        return True

    if not await house.db.unit(work):
        return RedirectResponse("/me/sign-in?notice=over", 303)
    return RedirectResponse(f"{HOME}?notice=wider", 303) if space else coming.answer("open")


async def _knock(request: Request) -> Knock | None:
    house = house_of(request)
    token, now = knock_token(request, house), house.clock()
    knock = await house.db.read(partial(knocking.knock_by_token, token=token, now=now)) if token else None
    return knock if knock and knock.code else None


async def _show_sent(request: Request, knock: Knock, reasons: Reasons | None = None) -> Response:
    assert knock.code
    house, clinic_id = house_of(request), knock.code.clinic_id
    brand = await house.db.read(lambda db: clinics.brand_of(db, clinic_id))
    is_open = await open_space(house, request) is not None
    context = SentPage(knock.way.value if knock.way else "", is_open, reasons or {})
    return render(request, "space/sent.html", context, brand=brand, status=422 if reasons else 200)


routes: list[GuardedRoute] = [
    page("/me/code", with_code, Action.SIGN_IN, ("POST",), name="space_code"),
    page("/me/code", sent_page, Action.SIGN_IN, name="space_sent"),
    page("/me/enter", enter, Action.SIGN_IN, ("POST",), name="space_enter"),
]
