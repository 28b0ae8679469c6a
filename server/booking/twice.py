"""Back and 'Book' once more: a second booking from the same browser a moment later is asked about first."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from server.booking.door import card_of_token
from server.booking.links import held_tokens
from server.booking.rules import BookingCard
from server.house import House

A_MOMENT = timedelta(minutes=30)


async def just_booked(
    house: House, cookies: Mapping[str, str], clinic_id: UUID, *, but: UUID | None = None
) -> BookingCard | None:
    """The booking at this clinic that was made a moment ago and whose link this browser holds; `but` does not count."""
    since = house.clock() - A_MOMENT
    for token in held_tokens(house.settings, cookies):
        card = await card_of_token(house, token)
        if card is None or card.clinic_id != clinic_id or card.id == but:
            continue
        if card.cancelled_at is None and card.made_at >= since and card.starts_at > house.clock():
            return card
    return None
