"""Bookings that nobody will keep as things stand: in time off, a closure, a closed room, outside of hours, with who
left. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from server.booking.hours import Stretch, hold, stretch
from server.booking.rules import BookingCard
from server.clinic.rules import WeeklyHours


class Why(StrEnum):
    """Why nobody keeps it; the first of these that is so."""

    LEFT = "left"  # whoever was to lead it works here no more
    CLOSED = "closed"  # the clinic, public holidays included
    AWAY = "away"  # the therapist has time off
    ROOM = "room"  # a room or device that it holds is closed then, or used no more
    HOURS = "hours"  # it lies outside of their hours: perhaps on purpose


@dataclass(frozen=True)
class Times:
    """What is known of a clinic's therapists: hours and single days by (therapist, service), time off, closures; and of
    appointments which room or device that they hold cannot be used then, by its name."""

    zone: ZoneInfo
    hours: Mapping[tuple[UUID, UUID], Sequence[WeeklyHours]] = field(default_factory=dict)
    dated: Mapping[tuple[UUID, UUID], Mapping[date, Sequence[WeeklyHours]]] = field(default_factory=dict)
    away: Mapping[UUID, Sequence[Stretch]] = field(default_factory=dict)
    shut: Sequence[Stretch] = ()
    left: Collection[UUID] = ()
    rooms: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Unkept:
    """A booking, and why nobody keeps it; of a `room`, which."""

    card: BookingCard
    why: Why
    room: str = ""


def why(card: BookingCard, times: Times) -> Why | None:
    """None for one that somebody will keep."""
    time, who = stretch(card.starts_at, card.ends_at), card.therapist_id
    if who in times.left:
        return Why.LEFT
    if _meets(times.shut, time):
        return Why.CLOSED
    if _meets(times.away.get(who, ()), time):
        return Why.AWAY
    if card.appointment_id in times.rooms:
        return Why.ROOM
    week = times.hours.get((who, card.service_id), ())
    return None if hold(week, times.zone, time, times.dated.get((who, card.service_id), {})) else Why.HOURS


def _meets(stretches: Sequence[Stretch], time: Stretch) -> bool:
    return any(begin < time[1] and end > time[0] for begin, end in stretches)
