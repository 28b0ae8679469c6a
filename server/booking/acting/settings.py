"""A clinic's rules for those who act for its patients, kept row by row; the newest holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.booking.requests import text_fields
from server.clinic import store as clinics
from server.clinic.requests import Typed, clinic_id_of, entry_of
from server.house import house_of
from server.patients.acting import store
from server.patients.acting.forms import Problem, parse_rules, rules_fields
from server.patients.acting.notes import notes
from server.patients.acting.rules import ActingRules
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

RULES = "/staff/clinic/patients/acting"


@dataclass(frozen=True)
class RulesPage:
    """booking/acting/rules.html"""

    form: Mapping[str, str]
    problems: Mapping[str, Problem]
    seen: int
    overtaken: bool
    confirmed_by: str
    notes: Sequence[str]


async def rules_page(request: Request) -> Response:
    """What holds now."""
    house, viewer = house_of(request), viewer_of(request)
    rules = await house.db.read(lambda db: store.rules_of(db, clinic_id_of(viewer)))
    return _show_rules(request, rules_fields(rules), {}, rules)


async def change_rules(request: Request) -> Response:
    """Keep them as a new row; 409 when somebody else changed them meanwhile."""
    house, viewer = house_of(request), viewer_of(request)
    fields, clinic_id = Typed(await text_fields(request)), clinic_id_of(viewer)
    seen = int(fields["seen"]) if fields["seen"].isascii() and fields["seen"].isdigit() else 0
    before = await house.db.read(lambda db: store.rules_of(db, clinic_id))
    rules = parse_rules(seen, fields)
    if not isinstance(rules, ActingRules):
        return _show_rules(request, fields, rules, before, status=422)

    async def work(db: AsyncSession) -> bool:
        now = house.clock()
        if not await store.keep_rules(db, clinic_id, rules, viewer.staff_id, now):
            return False
        await clinics.note_acting(db, clinic_id, rules.books)
        detail: dict[str, object] = {"age": rules.consent_age, "young": rules.young, "grown": rules.grown}
        detail |= {"books": sorted(rules.books), "confirmed": bool(rules.confirmed_by)}
        note(db, entry_of(viewer, "acting.rules", "clinic", clinic_id, detail), now)
        return True

    if await house.db.unit(work):
        return RedirectResponse(f"{RULES}?notice=kept", 303)
    newest = await house.db.read(lambda db: store.rules_of(db, clinic_id))
    return _show_rules(request, fields, {}, newest, overtaken=True, status=409)


def _show_rules(
    request: Request,
    form: Mapping[str, str],
    problems: Mapping[str, Problem],
    rules: ActingRules,
    *,
    overtaken: bool = False,
    status: int = 200,
) -> Response:
    context = RulesPage(Typed(form), problems, rules.number, overtaken, rules.confirmed_by, notes())
    return render(request, "booking/acting/rules.html", context, status=status)


routes: list[GuardedRoute] = [
    page(RULES, rules_page, Action.CLINIC, name="acting_rules"),
    page(RULES, change_rules, Action.CLINIC, methods=("POST",)),
]
