"""The therapist's side of measures in a visit: the part that stays true, asking by hand, and saying that one saw."""

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.answers import wants_json
from server.audit.store import note
from server.clinic.requests import form_of
from server.errors import Conflict, NotFound, Unprocessable
from server.measures import store
from server.measures.catalogue import shipped
from server.measures.entering import ENTERED, Wrong, enter, read_answers
from server.measures.occasion import tell
from server.measures.results import results_of
from server.measures.risk.store import seen
from server.measures.scoring import still_open
from server.measures.sheets import ask_by_hand
from server.routing import GuardedRoute, page
from server.templates import render
from server.visit.acts import audit_entry, by_of
from server.visit.door import Knock, knock
from server.visit.looked import looked
from server.visit.measures.shown import beside
from server.visit.rules import Part

LONGEST = 6  # digits of a number that a form carries
BASE = "/staff/visit/{public_id}/measures"


async def part(request: Request) -> Response:
    """What stands beside the picture, for the page to fetch again; the audit has who read which answers."""
    knocked = await knock(request, Action.LEAD_VISIT)
    context = {"measures": (shown := await beside(knocked))}
    taken = (one for result in shown.results for one in result.taken)
    await looked(knocked, "measures", ((one.id, *sorted(one.counts)) for one in taken))
    return render(request, "visit/parts/lead_measures.html", context, brand=knocked.brand)


async def ask(request: Request) -> Response:
    """Ask for one that the clinic uses, with this visit; again is the same. Raises NotFound for any other."""
    knocked = await knock(request, Action.LEAD_VISIT)
    key = str((await request.form()).get("key", ""))
    setting = await knocked.house.db.read(lambda db: store.setting_of(db, knocked.card.clinic_id))
    rule = next((one for one in setting.rules if one.key == key), None)
    if rule is None:
        raise NotFound()
    await ask_by_hand(knocked.house, knocked.card, rule.key, rule.version_id, knocked.viewer.staff_id)
    return _back(request, knocked)


async def saw(request: Request) -> Response:
    """The therapist says that they saw the flags that their page shows; their name and the time stand with them. What
    came since calls on. Again is the same.
    """
    knocked = await knock(request, Action.LEAD_VISIT)
    card, staff_id = knocked.card, knocked.viewer.staff_id
    assert staff_id is not None, "the gate lets staff alone through"
    shown = (await form_of(request))["flags"].split(",")
    results = await results_of(knocked.house, card.clinic_id, card.patient_id)
    flags = [flag for one in results for flag in one.unseen if flag.id.hex in shown]

    async def work(db: AsyncSession) -> None:
        if new := await seen(db, flags, staff_id, knocked.now):
            entry = audit_entry(knocked, "measure.flag_seen", by_of(knocked, Part.THERAPIST), {"flags": new})
            note(db, entry, knocked.now)

    await knocked.house.db.unit(work)
    await tell(knocked.house, card)
    return _back(request, knocked)


async def enter_result(request: Request) -> Response:
    """A result that the therapist took down themselves: 422 where nothing is answered, 409 over a newer one, or
    where the patient is asked it themselves by now: what of it speaks of danger is kept all the same.
    """
    knocked = await knock(request, Action.LEAD_VISIT)
    key, fields, staff_id = request.path_params["key"], await form_of(request), knocked.viewer.staff_id
    assert staff_id is not None, "the gate lets staff alone through"
    if key not in ENTERED:
        raise NotFound()
    answers, seen = read_answers(shipped()[key], fields), fields["seen"]
    if isinstance(answers, Wrong) or not (seen.isascii() and seen.isdigit() and len(seen) < LONGEST):
        raise Unprocessable()
    if await enter(knocked.house, knocked.card, key, answers, int(seen), staff_id) is Wrong.OVERTAKEN:
        raise Conflict("entered_meanwhile")
    return _back(request, knocked, len(still_open(shipped()[key], answers)))


def _back(request: Request, knocked: Knock, still: int = 0) -> Response:
    """`still`: how many questions of what was kept are open."""
    if wants_json(request):
        return JSONResponse({"kept": True, **({"open": still} if still else {})})
    return RedirectResponse(f"/staff/visit/{knocked.card.public_id}#measures", 303)


routes: list[GuardedRoute] = [
    page(BASE, part, Action.LEAD_VISIT, name="measures_part"),
    page(f"{BASE}/ask", ask, Action.LEAD_VISIT, ("POST",), name="measures_ask"),
    page(f"{BASE}/entered/{{key}}", enter_result, Action.LEAD_VISIT, ("POST",), name="measures_enter"),
    page(f"{BASE}/saw", saw, Action.LEAD_VISIT, ("POST",), name="measures_saw"),
]
