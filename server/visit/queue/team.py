"""Who waits for the team and is led by somebody else: what every therapist of the clinic may see of them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.booking.rules import BookingCard
from server.clinic.rules import Policy
from server.visit.queue.rules import Place, line, place_of
from server.visit.rules import VisitFacts, is_away
from server.visit.scenes import Scene, view_of


@dataclass(frozen=True)
class TeamWaiter:
    """Somebody without a name: names are for who leads them."""

    public_id: str
    service: str
    therapist: str
    starts_at: datetime
    since: datetime
    minutes: int


def team_waiters(
    cards: Sequence[BookingCard],
    visits: Mapping[UUID, VisitFacts],
    behind: Mapping[UUID, int],
    policy: Policy,
    now: datetime,
) -> list[TeamWaiter]:
    """Those of them who wait now, in the order of the team's line; `behind`: booking -> places lost."""
    waiting = {card.id: card for card in cards if _waits(card, visits.get(card.id), policy, now)}
    places = [_place(card, visits[card.id], behind.get(card.id, 0), now) for card in waiting.values()]
    ordered = line([place for place in places if place], now)
    return [_waiter(waiting[place.booking_id], place.since or now, now) for place in ordered]


def _place(card: BookingCard, visit: VisitFacts, lost: int, now: datetime) -> Place | None:
    away = is_away(visit, now)
    return place_of(card.id, card.starts_at, card.ends_at, visit.state, visit.arrived_at, lost, is_away=away)


def _waits(card: BookingCard, visit: VisitFacts | None, policy: Policy, now: datetime) -> bool:
    return visit is not None and view_of(card, visit, policy, now).scene is Scene.WAITING


def _waiter(card: BookingCard, since: datetime, now: datetime) -> TeamWaiter:
    minutes = max(0, int((now - since).total_seconds() // 60))
    return TeamWaiter(card.public_id, card.service_name, card.therapist_name, card.starts_at, since, minutes)
