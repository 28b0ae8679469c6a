"""Browsers that agreed to be knocked at: whose one is, how many there may be, and for how long. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

MOST = 5
"""Devices of one visit, or of one person of the clinic; of more, the newest stay."""
LONGEST_WAIT = timedelta(days=1)
"""What a patient agreed to is forgotten after this, also when nobody ever ended their visit."""
LONGEST_AHEAD = timedelta(days=90)
"""Who wants to be reminded is forgotten after this: nobody books farther ahead."""


@dataclass(frozen=True)
class Owner:
    """Whose a device is: the patient's of one wait, somebody's who works here, the patient's who wants to be reminded
    of one booking, or theirs whose space is open on it. Exactly one is set.
    """

    visit_id: UUID | None = None
    staff_id: UUID | None = None
    booking_id: UUID | None = None
    login_id: UUID | None = None

    @property
    def id(self) -> UUID:
        found = self.visit_id or self.staff_id or self.booking_id or self.login_id
        assert found, "somebody's it is"
        return found


def device_id(owner: Owner, endpoint: str) -> UUID:
    """The row of this browser for this owner: the same browser is the same row, whoever writes it first.

    The address at the push service holds more than 128 random bits, so nobody finds it from its hash.
    """
    return UUID(bytes=sha256(owner.id.bytes + endpoint.encode()).digest()[:16])
