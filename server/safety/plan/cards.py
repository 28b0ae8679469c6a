"""What a patient's home shows of their safety plan."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.patients.space.cards import Asks, Card
from server.safety.plan import store
from server.safety.plan.catalogue import shape
from server.safety.plan.rules import STAFF, Choice, review_day


async def plan_card(asks: Asks) -> Card | None:
    """The way to the plan; for who acts for a patient only to one that they may read."""
    house, clinic_id, own = asks.house, asks.space.clinic_id, asks.patient_id == asks.space.own

    async def work(db: AsyncSession) -> tuple[Sequence[store.Row], Choice, Clinic | None]:
        rows = await store.writings_of(db, clinic_id, asks.patient_id)
        return rows, await store.choice_of(db, asks.patient_id), await clinics.clinic_of(db, clinic_id)

    rows, choice, clinic = await house.db.read(work)
    read = choice.shared or any(one.door == STAFF for one in rows)
    if clinic is None or (not own and not (rows and read)):
        return None
    _, day = asks.gettext, review_day(rows[-1].at if rows else None, choice, shape(), clinic.zone)
    due = own and day is not None and day <= house.clock().astimezone(clinic.zone).date()
    words = _("What helps, step by step, with numbers to call")
    if own and not rows:
        words = _("For hard hours: write down what helps, on a calm day.")
    elif due:
        words = _("Does it still fit? A look takes two minutes, whenever it suits you.")
    href = "/me/plan" if own else f"/me/plan?of={asks.patient_id}"
    return Card("plan", _("My safety plan") if own else _("Safety plan"), words, href, "life-buoy", due)
