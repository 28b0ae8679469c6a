"""Who is named for each time of a list that anyone may give."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from server.booking.hours import floor
from server.booking.rules import Booked, Calendar, Wish, choose, decide, offers
from server.booking.spread import spread
from server.clinic.rules import DEFAULT_POLICY, Anyone
from tests.server.booking.linden import THURSDAY, a_clinic, a_service, hours_of

ANN, BEA, CLEO = (UUID(int=number) for number in (1, 2, 3))
NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 11, 23, 0, tzinfo=UTC)  # of Thursday in Berlin
DAY = timedelta(days=1)


def calendar(busy: dict[UUID, list[tuple[datetime, int]]] | None = None) -> Calendar:
    """Three who all work the usual week; taken: from when, and for how many minutes."""
    taken = {
        who: [(floor(start), floor(start) + minutes * 60) for start, minutes in spans]
        for who, spans in (busy or {}).items()
    }
    return Calendar(a_clinic().zone, DEFAULT_POLICY, a_service(), hours_of(ANN, BEA, CLEO), taken)


def listed(known: Calendar, until: datetime = MIDNIGHT + DAY) -> list[tuple[int, UUID]]:
    return spread(known, offers(known, NOW, MIDNIGHT, until))


def test_every_free_start_is_listed_once_and_rises() -> None:
    known = calendar()
    found = [at for at, _ in listed(known, MIDNIGHT + 7 * DAY)]
    assert found == sorted({offer.at for offer in offers(known, NOW, MIDNIGHT, MIDNIGHT + 7 * DAY)})
    assert len(found) > 50


def test_a_day_is_shared_evenly() -> None:
    given = [who for _, who in listed(calendar())]
    counts = [given.count(who) for who in (ANN, BEA, CLEO)]
    assert max(counts) - min(counts) <= 1


def test_who_has_more_that_day_is_listed_less() -> None:
    busy = {ANN: [(THURSDAY + timedelta(hours=hour), 60) for hour in (0, 1, 3)]}
    given = [who for _, who in listed(calendar(busy))]
    assert given.count(ANN) + 3 <= given.count(BEA) + 1


def test_what_somebody_has_on_another_day_does_not_count() -> None:
    busy = {ANN: [(THURSDAY + 2 * DAY + timedelta(hours=hour), 60) for hour in range(3)]}  # Saturday
    assert [who for _, who in listed(calendar(busy))] == [who for _, who in listed(calendar())]


def fair(known: Calendar) -> Calendar:
    return replace(known, policy=replace(known.policy, anyone=Anyone.FAIR))


def test_by_fair_share_all_that_is_booked_counts_whatever_its_day() -> None:
    """Ann has three times on another day: two colleagues take turns before she is named."""
    busy = {ANN: [(THURSDAY + 6 * DAY + timedelta(hours=hour), 60) for hour in range(3)]}
    named = [who for _, who in listed(fair(calendar(busy)))]
    assert ANN not in named[:6]
    assert named[:6].count(BEA) == named[:6].count(CLEO) == 3
    assert ANN in [who for _, who in listed(calendar(busy))[:3]], "by the day alone she is as free as they are"


def test_of_equal_shares_the_one_who_is_idle_longest_takes_it() -> None:
    busy = {ANN: [(THURSDAY - DAY, 30)], BEA: [(THURSDAY - 2 * DAY, 30)], CLEO: [(THURSDAY + DAY, 30)]}
    known = fair(calendar(busy))
    wish = Wish(THURSDAY)
    found = decide(known, wish, NOW)
    assert isinstance(found, Booked)
    assert found.therapist_id == CLEO, "whose one time lies after it: idle since before all that is known"
    busy[CLEO] = [(THURSDAY - timedelta(hours=1), 30)]
    found = decide(fair(calendar(busy)), wish, NOW)
    assert isinstance(found, Booked)
    assert found.therapist_id == BEA


def test_the_first_of_a_day_is_whom_a_booking_for_anyone_gets() -> None:
    busy = {ANN: [(THURSDAY - timedelta(minutes=30), 30)], BEA: [(THURSDAY - DAY, 30)]}
    known = calendar(busy)
    at, who = listed(known)[0]
    start = datetime.fromtimestamp(at, UTC)
    assert who == choose(known, offers(known, NOW, start, start + timedelta(seconds=1))[0])
    assert decide(known, Wish(start), NOW).therapist_id == who  # type: ignore[union-attr]


def test_nobody_is_listed_while_taken() -> None:
    busy = {ANN: [(MIDNIGHT, 24 * 60)], BEA: [(MIDNIGHT, 24 * 60)]}
    assert {who for _, who in listed(calendar(busy))} == {CLEO}
    assert listed(calendar({who: [(MIDNIGHT, 24 * 60)] for who in (ANN, BEA, CLEO)})) == []


def test_the_last_day_of_a_list_is_there_when_it_has_25_hours() -> None:
    known = calendar()
    friday = datetime(2026, 10, 23, 0, 0, tzinfo=UTC)  # clocks go back on the Sunday that follows
    found = spread(known, offers(known, friday - DAY, friday, friday + 4 * DAY))
    days = {datetime.fromtimestamp(at, UTC).date().day for at, _ in found}
    assert days == {23, 26}
