"""How many times one address and one clinic keep at once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from server.booking.holding.rules import AT_ONCE, IN_AN_HOUR, OF_A_CLINIC, Counts, Kept, may_keep
from server.booking.rules import Wish

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
START = NOW + timedelta(days=3)
MARA, SAMIR, SESSION = (uuid4() for _ in range(3))


@pytest.mark.parametrize(
    ("counts", "may"),
    [
        (Counts(0, 0, 0), True),
        (Counts(AT_ONCE - 1, IN_AN_HOUR - 1, OF_A_CLINIC - 1), True),
        (Counts(AT_ONCE, 3, 3), False),
        (Counts(0, IN_AN_HOUR, 0), False),
        (Counts(0, 0, OF_A_CLINIC), False),
    ],
)
def test_an_address_and_a_clinic_keep_only_so_many(counts: Counts, may: bool) -> None:
    assert may_keep(counts) is may


@pytest.mark.parametrize(
    ("service", "start", "who", "fits"),
    [
        (SESSION, START, MARA, True),
        (SESSION, START, None, True),
        (SESSION, START, SAMIR, False),
        (SESSION, START + timedelta(minutes=30), MARA, False),
        (uuid4(), START, MARA, False),
    ],
)
def test_a_kept_time_is_that_of_one_service_start_and_therapist(
    service: UUID, start: datetime, who: UUID | None, fits: bool
) -> None:
    kept = Kept(uuid4(), SESSION, MARA, START, NOW, NOW + timedelta(minutes=10))
    assert kept.fits(service, Wish(start, who)) is fits
    assert kept.kept(Wish(start)) == Wish(start, MARA)
