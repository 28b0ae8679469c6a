"""What a browser keeps of a space, and what it tells of itself."""

import secrets
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from server.accounts.attempts.rules import Mark, Step, device_token, known_device, marks
from server.house import House
from server.middleware.login import cookie_name, drop_cookie, keep_cookie
from server.middleware.ratelimit import client_key
from server.patients.space.door import COOKIE, LEFT
from server.patients.space.rules import OWN_LONGEST, SENT_LASTS

KNOCK, DEVICE = "me-knock", "me-device"
SUBJECT = b"my space"


def new_token() -> str:
    return secrets.token_urlsafe(32)


def marks_here(request: Request) -> tuple[Mark, ...]:
    """What a try counts for: this address alone, so that nobody keeps others out; a code counts its own tries."""
    here = client_key(request.client.host if request.client else None)
    return marks(Step.CODE, SUBJECT, here, "")[:1]


def knock_token(request: Request, house: House) -> str:
    return request.cookies.get(cookie_name(KNOCK, house.settings.https), "")


def keep_knock(response: Response, house: House, token: str) -> None:
    """Known again for some minutes."""
    seconds = int(SENT_LASTS / timedelta(seconds=1))
    keep_cookie(response, KNOCK, token, https=house.settings.https, max_age=seconds)


def is_known(request: Request, house: House, space_id: bytes) -> bool:
    """Whether this browser had this space open before, as its owner's own device."""
    kept = request.cookies.get(cookie_name(DEVICE, house.settings.https), "")
    return bool(known_device(house.keys.secret("known devices"), SUBJECT + space_id, kept))


def keep_open(response: Response, house: House, token: str, space_id: bytes, *, own: bool) -> None:
    """Sign the browser in; on somebody's own device for long, on any other until it is closed."""
    https = house.settings.https
    lasts = int(OWN_LONGEST / timedelta(seconds=1)) if own else None
    keep_cookie(response, COOKIE, token, https=https, max_age=lasts)
    drop_cookie(response, KNOCK, https=https)
    response.delete_cookie(LEFT)
    if own:
        known = device_token(house.keys.secret("known devices"), SUBJECT + space_id, secrets.token_hex(8))
        keep_cookie(response, DEVICE, known, https=https, max_age=lasts)


def close_here(response: Response, house: House) -> None:
    for name in (COOKIE, KNOCK):
        drop_cookie(response, name, https=house.settings.https)
    response.delete_cookie(LEFT)
