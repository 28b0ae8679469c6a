"""Numbers beside a form, for who wrote words that can mean danger and did not reach the clinic with them."""

from dataclasses import dataclass
from datetime import date

from starlette.requests import Request

from server.journal.door import Mine
from server.safety.danger.catalogue import in_danger
from server.safety.near import numbers_of, seems_to_be
from server.safety.plan import store as plans
from server.safety.rules import Entry


@dataclass(frozen=True)
class Near:
    """journal/near.html. `shown`: at once, since such words stand in a form that came back and is not kept."""

    entry: Entry
    today: date
    phone: str
    shown: bool


async def near(request: Request, mine: Mine, not_kept: object = None) -> Near:
    """By what they chose for their safety plan, else by where their clock is, else by where the clinic is. `not_kept`:
    the words of a form that came back.
    """
    choice = await mine.house.db.read(lambda db: plans.choice_of(db, mine.patient_id))
    country = choice.country or seems_to_be(request.cookies.get("tz", "")) or mine.clinic.country
    entry = await numbers_of(mine.house, mine.clinic, country)
    return Near(entry, mine.today, mine.clinic.phone, in_danger(not_kept))
