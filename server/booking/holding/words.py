"""What a page says of the time that is kept for it."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from server.booking.holding import store
from server.booking.holding.keeping import token_of
from server.booking.holding.rules import Kept, NotKept
from server.booking.rules import Refused
from server.clinic.rules import Clinic
from server.house import House


@dataclass(frozen=True)
class KeptWords:
    """Until when the chosen time is kept; `token` says for whom, `seconds` how long that still is.

    Without `until` it is not: somebody was faster (`taken`), it was kept long enough (`over`), or as many times are
    kept already as may be.
    """

    until: datetime | None = None
    token: str = field(default="", repr=False)
    seconds: int = 0
    taken: bool = False
    over: bool = False


@dataclass(frozen=True)
class KeptPart:
    """The context of booking/kept.html alone."""

    kept: KeptWords


def words_of(house: House, clinic: Clinic, outcome: Kept | Refused | NotKept) -> KeptWords:
    """What came of asking for a time to be kept."""
    if isinstance(outcome, Kept):
        left = (outcome.until - house.clock()).total_seconds()
        return KeptWords(outcome.until, token_of(house, clinic.id, outcome.form_id), int(left))
    return KeptWords(taken=isinstance(outcome, Refused))


async def kept_now(house: House, clinic: Clinic, form_id: UUID | None) -> KeptWords | None:
    """What holds for a form that says it keeps a time; None for one that never did."""
    if form_id is None:
        return None
    found = await house.db.read(lambda db: store.kept(db, form_id, house.clock()))
    token = token_of(house, clinic.id, form_id)
    return words_of(house, clinic, found) if found else KeptWords(token=token, over=True)
