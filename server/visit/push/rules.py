"""Knocking at a browser that agreed: whose it is, how many there may be, and who may agree. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from server.visit.scenes import Scene

MOST = 5
"""Devices of one visit, or of one person of the clinic; of more, the newest stay."""
LONGEST_WAIT = timedelta(days=1)
"""What a patient agreed to is forgotten after this, also when nobody ever ended their visit."""
LONGEST_AHEAD = timedelta(days=90)
"""Who wants to be reminded is forgotten after this: nobody books farther ahead."""
LASTS = timedelta(minutes=10)
"""How long a knock at somebody's of the clinic may come late where no alert says whether it still matters."""
WAITS = frozenset({Scene.WAITING, Scene.STEPPED_AWAY})
COMES = frozenset({Scene.BOOKED, Scene.TOO_EARLY})
"""Scenes before the door opens: who agrees here agrees to be reminded."""


@dataclass(frozen=True)
class Owner:
    """Whose a device is: the patient's of one wait, somebody's who works here, or the patient's who wants to be
    reminded of one booking. Exactly one is set.
    """

    visit_id: UUID | None = None
    staff_id: UUID | None = None
    booking_id: UUID | None = None

    @property
    def id(self) -> UUID:
        found = self.visit_id or self.staff_id or self.booking_id
        assert found, "somebody's it is"
        return found


class Refusal(StrEnum):
    """Why a device is not kept."""

    OFF = "off"  # the clinic did not turn it on, or did not leave it on
    NOT_WAITING = "not_waiting"


def may_agree(*, is_on: bool, scene: Scene) -> Refusal | None:
    """Whether a patient's device may be kept: while they wait, or before the door opens to be reminded."""
    if not is_on:
        return Refusal.OFF
    return None if scene in WAITS | COMES else Refusal.NOT_WAITING


def device_id(owner: Owner, endpoint: str) -> UUID:
    """The row of this browser for this owner: the same browser is the same row, whoever writes it first.

    The address at the push service holds more than 128 random bits, so nobody finds it from its hash.
    """
    return UUID(bytes=sha256(owner.id.bytes + endpoint.encode()).digest()[:16])
