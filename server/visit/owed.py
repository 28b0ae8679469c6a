"""What help now still asks of a member of staff, on their pages: how many and since when, and no name.

Help now knows visits, and not the other way round: `app.py` hands in who can tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from server.access import Viewer
from server.house import house_of
from server.routing import viewer_of
from server.visit.door import Knock
from server.visit.scenes import Scene

OVER = frozenset({Scene.ENDED, Scene.DECLINED, Scene.AFTER, Scene.NO_SHOW, Scene.TOO_LATE})


@dataclass(frozen=True)
class Owed:
    """`unclosed`: addresses where somebody says what came of a meeting that is over, oldest first; `due`: with how many
    people they get in touch, `since` when. `left`: of what is due and on the list of a colleague who is away, whose
    list it is on, each once, and `left_since` when; for who can do it or hand it on.
    """

    unclosed: Sequence[str] = ()
    due: int = 0
    since: datetime | None = None
    left: Sequence[str] = ()
    left_since: datetime | None = None


class Teller(Protocol):
    """What help now answers about one member of staff."""

    async def owed(self, db: AsyncSession, viewer: Viewer, now: datetime) -> Owed: ...

    async def closing(self, db: AsyncSession, booking_id: UUID, staff_id: UUID) -> str:
        """Where they say what came of the meeting of this booking; '' where nothing is to be said."""


async def owed_here(request: Request) -> Owed:
    """What is asked of who looks."""
    house, viewer = house_of(request), viewer_of(request)
    teller = _teller(request)
    return await house.db.read(lambda db: teller.owed(db, viewer, house.clock()))


async def closing_of(request: Request, knocked: Knock) -> str:
    """Where a visit that is over is closed, that began in the line for help now; '' for any other."""
    staff_id, teller = knocked.viewer.staff_id, _teller(request)
    if staff_id is None or knocked.view.scene not in OVER:
        return ""
    return await knocked.house.db.read(lambda db: teller.closing(db, knocked.card.id, staff_id))


def _teller(request: Request) -> Teller:
    return request.app.state.help_now  # type: ignore[no-any-return]
