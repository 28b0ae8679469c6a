"""'My space', the patient's own entry: how long a device is remembered, what codes are like, and what a space shows.

Pure. A space opens by a passkey, or by two codes together: one that the clinic handed over, one that is sent.
"""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from hmac import digest
from uuid import UUID

from server.digits import western
from server.patients.acting.rules import ActingRules, Arrangement, Helper, Kind, Told, Whose, audience, whose_yes

OWN_IDLE = timedelta(days=90)
OWN_LONGEST = timedelta(days=365)
SHARED_IDLE = timedelta(minutes=30)
SHARED_LONGEST = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=5)  # how often 'was here' is written at most

CODE_LASTS = timedelta(days=7)
OWN_CODE_LASTS = timedelta(minutes=15)  # of a code that somebody makes for another device of theirs
CODE_TRIES = 5
SENT_LASTS = timedelta(minutes=10)
SENT_TRIES = 5
SENT_MOST = 4  # how often one code of the clinic has a message sent
LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
"""No sign that looks or sounds like another."""
FOUND_BY, CODE_LENGTH = 3, 9


class Way(StrEnum):
    """How the second code reaches somebody."""

    MAIL = "mail"
    SMS = "sms"


class By(StrEnum):
    """By what somebody came in."""

    PASSKEY = "passkey"
    CODES = "codes"


class Refusal(StrEnum):
    """Why somebody does not come in."""

    MISSING = "missing"
    WRONG_CODE = "wrong_code"  # no code of the clinic, or not any more
    WRONG_SENT = "wrong_sent"  # not what was sent
    OVER = "over"  # it took too long, or too many tries
    NO_WAY = "no_way"  # the clinic knows no address and no number
    TOO_OFTEN = "too_often"  # so many messages were sent for this code
    LATER = "later"  # too many tries from here
    WRONG_KEY = "wrong_key"
    SOMEBODY_ELSE = "somebody_else"  # the code is for another person than this space is of


class Sight(StrEnum):
    """What a space shows of a patient."""

    NOTHING = "nothing"
    TIMES = "times"  # their bookings
    WHOLE = "whole"  # all that is the patient's own


@dataclass(frozen=True)
class Login:
    """A device that is signed in. `own`: it is remembered, since somebody said that it is theirs."""

    id: UUID
    space_id: UUID
    device: str = field(repr=False)
    own: bool
    by: By
    made_at: datetime
    seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Member:
    """Whom a space is for: a patient themselves, or a patient for whom the helper acts whose space it is."""

    patient_id: UUID
    helper_id: UUID | None
    since: datetime


def is_open(login: Login, now: datetime) -> bool:
    """Whether a login opens anything now."""
    idle = OWN_IDLE if login.own else SHARED_IDLE
    return login.ended_at is None and now < login.expires_at and now - login.seen_at < idle


def lasts_until(now: datetime, *, own: bool) -> datetime:
    return now + (OWN_LONGEST if own else SHARED_LONGEST)


def code_from(random: bytes) -> str:
    """'k7q-mx3-pd9' from sixteen random bytes; the first three signs find it, the others prove it."""
    number, signs = int.from_bytes(random), []
    for _ in range(CODE_LENGTH):
        number, at = divmod(number, len(LETTERS))
        signs.append(LETTERS[at])
    whole = "".join(signs)
    return "-".join(whole[start : start + FOUND_BY] for start in range(0, CODE_LENGTH, FOUND_BY))


def plain_code(text: str) -> str:
    """A code however it was typed: no spaces and dashes, small letters, digits of any script as 0 to 9; '' if odd."""
    whole = western("".join(sign for sign in unicodedata.normalize("NFKC", text) if sign.isalnum())).lower()
    return whole if whole.isascii() else ""


def code_hash(secret: bytes, code: str) -> bytes:
    """What a row keeps of a plain code; keyed, because so short a code could be searched."""
    return digest(secret, b"clinic code|" + code.encode(), "sha256")


def sent_code(secret: bytes, knock_id: UUID) -> str:
    """The six digits that are sent for this try: made from its id, so that a message can be written without a row."""
    number = int.from_bytes(digest(secret, b"sent code|" + knock_id.bytes, "sha256"))
    return f"{number % 1_000_000:06d}"


def way_to(mail: str, phone: str, wanted: str, *, mails: bool, texts: bool) -> Way | None:
    """How a message reaches who has this address and this number: as they wish where that is possible. A mail that does
    not leave (`mails`) reaches nobody; it is for the clinic to hand over where nothing else goes.
    """
    by_text = phone.startswith("+") and texts
    able = ([Way.MAIL] if mail and (mails or not by_text) else []) + ([Way.SMS] if by_text else [])
    return next((way for way in able if way == wanted), able[0] if able else None)


def may_join(members: Collection[Member], patient_id: UUID, helper_id: UUID | None) -> bool:
    """Whether a code that names this patient may widen a space that is open already.

    A person's own space takes in those for whom they act; it never becomes the space of another person as well.
    """
    themselves = {one.patient_id for one in members if one.helper_id is None}
    if helper_id is None:
        return not members or themselves == {patient_id}
    return patient_id not in themselves


def sight(rules: ActingRules, arranged: Arrangement, helpers: Sequence[Helper], helper_id: UUID, day: date) -> Sight:
    """What who acts for a patient sees of them in a space of their own: what they would also be told.

    Staff must have seen on what their standing rests. What is more than times only who decides for the patient sees.
    """
    mine = next((one for one in helpers if one.id == helper_id), None)
    if mine is None or not mine.confirmed or arranged.confidential:
        return Sight.NOTHING
    if audience(rules, arranged, helpers, day) is Told.PATIENT:
        return Sight.NOTHING
    whose = whose_yes(rules, arranged, {one.kind for one in helpers if one.confirmed}, day)
    decides = {Whose.GUARDIAN: Kind.GUARDIAN, Whose.PROXY: Kind.PROXY}.get(whose)
    return Sight.WHOLE if decides is mine.kind else Sight.TIMES
