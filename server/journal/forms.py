"""What a form of any journal says of an entry: its id, its day, who may read it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from server.journal.rules import Late, Share, Written, written

Fields = Mapping[str, Sequence[str]]


class Reason(StrEnum):
    """Why a field is not as it can be."""

    OUT = "out"
    LONG = "long"
    EMPTY = "empty"
    ORDER = "order"
    AWAKE = "awake"
    USED = "used"
    SHUT = "shut"


@dataclass(frozen=True)
class Head:
    """What every entry has."""

    id: UUID
    written: Written
    share: Share


def head_of(
    fields: Fields, otherwise: Share, zone: ZoneInfo, now: datetime, ahead: timedelta = timedelta()
) -> Head | Mapping[str, Late | Reason]:
    """`ago`: seconds since it was written, told by a device that kept it; `day` is empty for the day itself; `ahead`:
    how far ahead it may lie.
    """
    own, share = _id(_one(fields, "id")), _share(_one(fields, "share"), otherwise)
    ago, day = _number(_one(fields, "ago") or "0"), _day(_one(fields, "day"))
    if own is None or share is None or ago is None:
        return {"id": Reason.OUT}
    if day is Late.UNREADABLE:
        return {"day": day}
    when = written(day if isinstance(day, date) else None, timedelta(seconds=ago), zone, now, ahead)
    return Head(own, when, share) if isinstance(when, Written) else {"day": when}


def _one(fields: Fields, name: str) -> str:
    return fields[name][-1].strip() if fields.get(name) else ""


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _share(text: str, otherwise: Share) -> Share | None:
    if not text:
        return otherwise
    return Share(text) if text in set(Share) else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _day(text: str) -> date | Late | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-31") else Late.UNREADABLE
    except ValueError:
        return Late.UNREADABLE
