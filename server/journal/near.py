"""Numbers beside a form, for who wrote words that can mean danger and did not reach the clinic with them."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from starlette.requests import Request

from server.clinic.rules import Clinic
from server.house import House
from server.safety.danger.catalogue import in_danger
from server.safety.near import numbers_of, seems_to_be
from server.safety.plan import store as plans
from server.safety.rules import Entry


class Here(Protocol):
    """Whose page it is."""

    @property
    def house(self) -> House: ...

    @property
    def clinic(self) -> Clinic: ...

    @property
    def patient_id(self) -> UUID: ...

    @property
    def today(self) -> date: ...


@dataclass(frozen=True)
class Near:
    """journal/near.html. `shown`: at once, since such words stand in a form that came back and is not kept, or was
    `sent`; `other`: by somebody who acts for a patient.
    """

    entry: Entry
    today: date
    phone: str
    shown: bool
    other: bool = False
    sent: bool = False


async def near(
    request: Request, mine: Here, not_kept: object = None, *, other: bool = False, sent: bool = False
) -> Near:  # fmt: skip
    """By what was chosen for the safety plan, else by where their clock is, else by where the clinic is. `not_kept`:
    the words of a form that came back.
    """
    choice = await mine.house.db.read(lambda db: plans.choice_of(db, mine.patient_id))
    country = choice.country or seems_to_be(request.cookies.get("tz", "")) or mine.clinic.country
    entry = await numbers_of(mine.house, mine.clinic, country)
    return Near(entry, mine.today, mine.clinic.phone, sent or in_danger(not_kept), other, sent)
