"""What a program asks for, found at a clinic: its service, a therapist, and the times of a span."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store
from server.booking.api import wire
from server.booking.api.forms import Reasons, SlotsAsked, Span, read_span
from server.booking.catalogue import Catalogue, for_public, for_staff
from server.booking.forms import read_uuid
from server.booking.freely import reaching
from server.booking.hours import moment
from server.booking.led import unbound
from server.booking.public import Pick
from server.booking.rules import Reason, offers
from server.booking.spread import spread
from server.booking.where.rules import Held, read_where
from server.booking.where.store import held_by
from server.clinic.practice import Practice, practice_at, practice_for
from server.clinic.rules import Clinic


@dataclass(frozen=True)
class NotThere:
    """A clinic that does not offer what was asked for: which fields say so."""

    clinic: Clinic
    reasons: Reasons


async def load_pick(
    db: AsyncSession, slug: str, service: str, therapist: str, own: UUID | None = None, where: str = "", *,
    with_form: bool = False,
) -> Pick | NotThere | None:  # fmt: skip
    """The public service of this id or slug, with this therapist of it or whoever is free. None: no such clinic.

    `own`: a clinic that asks for itself, and so for services too that its staff alone books. `with_form`: what the
    service asks comes along.
    """
    practice = await practice_for(db, slug, read_uuid(service), therapist, with_form=with_form)
    if practice is None:
        return None
    known = _known(practice, own)
    pick = _pick(known, service, therapist)
    place = read_where(where)
    if not isinstance(pick, Pick) or place is None:
        return pick
    return replace(pick, held=await held_at(db, known), where=place)


async def held_at(db: AsyncSession, known: Catalogue) -> Held:
    """Where those who can be booked may treat, as far as the clinic asks."""
    return await held_by(db, known.clinic, [card.staff_id for card in known.therapists])


async def load_catalogue(db: AsyncSession, slug: str, own: UUID | None = None) -> Catalogue | None:
    """All that may be booked at the clinic of this address. `own`: a clinic that asks for itself."""
    practice = await practice_at(db, slug)
    return _known(practice, own) if practice else None


def _known(practice: Practice, own: UUID | None) -> Catalogue:
    return for_staff(practice) if own == practice.clinic.id else for_public(practice)


def _pick(known: Catalogue, service: str, therapist: str) -> Pick | NotThere:
    chosen = known.named(service)
    if chosen is None or (not known.who(chosen) and not therapist):
        return NotThere(known.clinic, {"service": Reason.NOT_OFFERED})
    if not therapist:
        return Pick(known, chosen, None)
    who = read_uuid(therapist)
    card = next((one for one in known.who(chosen) if therapist == one.slug or who == one.staff_id), None)
    return Pick(known, chosen, card) if card else NotThere(known.clinic, {"therapist": Reason.NOT_OFFERED})


async def load_times(
    db: AsyncSession,
    slug: str,
    asked: SlotsAsked,
    now: datetime,
    own: UUID | None = None,
    books: UUID | None = None,
) -> wire.Slots | Reasons | None:
    """The free times that were asked for; or why not, by field. None: no such clinic. `books`: a clinic whose key may
    book `freely`, and so sees what it could book then."""
    pick = await load_pick(db, slug, asked.service, asked.therapist, own, asked.where)
    if pick is None:
        return None
    zone = asked.zone or pick.clinic.zone
    span = read_span(asked.begin, asked.end, zone, now)
    if asked.odd or isinstance(pick, NotThere) or not isinstance(span, Span):
        told = {} if isinstance(span, Span) else span
        return told | (pick.reasons if isinstance(pick, NotThere) else {}) | asked.odd
    if asked.means and asked.means not in pick.service.means:
        return {"means": Reason.NOT_OFFERED}
    freely = asked.freely and books == pick.clinic.id
    able = unbound(reaching(pick.clinic, span.until_at, now)) if freely else pick.clinic
    slots = await _times(db, pick, able, span, now)
    price = wire.price_of(pick.service.price, pick.clinic.paying.currency)
    return wire.Slots(slots=slots, from_=span.from_at, to=span.until_at, tz=zone.key, price=price)


async def _times(db: AsyncSession, pick: Pick, clinic: Clinic, span: Span, now: datetime) -> list[wire.Slot]:
    until = min(span.until_at, now + clinic.policy.horizon)
    if until <= max(now, span.from_at):
        return []
    calendar = await store.calendar(db, clinic, pick.service, pick.hours, until, now, ends=pick.ends)
    slugs = {card.staff_id: card.slug for card in pick.catalogue.therapists}
    service = str(pick.service.id)
    return [
        wire.Slot(service=service, therapist=slugs[who], start=moment(at))
        for at, who in spread(calendar, offers(calendar, now, span.from_at, until))
    ]
