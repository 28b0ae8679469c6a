"""Coming in as one step: a login for this browser, its trace, and word of a device that is new."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server import outbox
from server.accounts.requests import device_of
from server.audit.rules import Entry
from server.audit.store import note
from server.home.space.browser import close_here, is_known, keep_open, new_token
from server.house import House
from server.patients.space import store
from server.patients.space.door import Open
from server.patients.space.rules import By

HOME = "/me"
NEW_DEVICE = "space.new_device"


def entry_of(clinic_id: UUID, space_id: UUID, action: str, **detail: object) -> Entry:
    """An audit entry about a space, by whose it is."""
    return Entry(clinic_id, action, "space", space_id, "patient", None, detail)


class Coming:
    """One sign-in of this browser: `begin` within the unit that lets it in, `answer` after it."""

    def __init__(self, request: Request, house: House, by: By, *, own: bool) -> None:
        self.request, self.house, self.by, self.own = request, house, by, own
        self.token = new_token()
        self.space_id: UUID | None = None
        self.before: Open | None = getattr(request.state, "space", None)

    async def begin(self, db: AsyncSession, clinic_id: UUID, space_id: UUID) -> None:
        """A login of its own; who was signed in here before is so no more."""
        now = self.house.clock()
        self.space_id = space_id
        if self.before:
            await store.end_logins(db, self.before.id, now, one=self.before.login.id)
        device = device_of(self.request)
        login = await store.begin_login(db, space_id, self.token, now, device, self.by, own=self.own)
        note(db, entry_of(clinic_id, space_id, "space.opened", by=self.by.value, own=self.own), now)
        if not is_known(self.request, self.house, space_id.bytes):
            told = {"clinic": str(clinic_id), "space": str(space_id), "device": device}
            outbox.add(db, NEW_DEVICE, told | {"login": str(login)}, now)

    def answer(self, notice: str = "") -> Response:
        """Home, signed in."""
        assert self.space_id, "begin comes first"
        self.house.outbox.nudge()
        response = RedirectResponse(f"{HOME}?notice={notice}" if notice else HOME, 303)
        keep_open(response, self.house, self.token, self.space_id.bytes, own=self.own)
        return response


def signed_out(house: House) -> Response:
    response = RedirectResponse("/me/sign-in?notice=signed-out", 303)
    close_here(response, house)
    return response
