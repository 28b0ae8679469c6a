"""The calendar entries as another library reads them: what a calendar that follows them holds in the end."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations

import pytest
import vobject

from server.booking import desk
from server.booking.rules import Wish
from server.booking.store import By
from server.house import House
from server.notify.mail import Letter
from tests.server.booking.linden import THURSDAY, Linden, booked
from tests.server.booking.test_changes import card_of

pytestmark = pytest.mark.asyncio
STARTS = (THURSDAY, THURSDAY + timedelta(hours=4), THURSDAY + timedelta(days=1))


@dataclass(frozen=True)
class Read:
    """What the other library made of one entry."""

    uid: str
    sequence: int
    status: str
    method: str
    start: datetime
    end: datetime


def read(letter: Letter) -> Read:
    assert letter.calendar
    calendar = vobject.readOne(letter.calendar.decode())
    event = calendar.vevent
    times = (event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC))
    return Read(event.uid.value, int(event.sequence.value), event.status.value, calendar.method.value, *times)


async def sent(house: House, *, for_staff: bool) -> Letter:
    house.mailer.sent.clear()  # type: ignore[attr-defined]
    await house.outbox.run_due()
    [letter] = [one for one in house.mailer.sent if one.for_staff is for_staff]  # type: ignore[attr-defined]
    return letter


async def through(house: House, linden: Linden, *, for_staff: bool) -> list[Read]:
    """Create, move, move, cancel."""
    made = await booked(house, linden)
    entries = [read(await sent(house, for_staff=for_staff))]
    for start in STARTS[1:]:
        card = await card_of(house, made.card)
        assert await desk.move(house, linden.clinic, card, Wish(start), By("patient")) is None
        entries.append(read(await sent(house, for_staff=for_staff)))
    assert await desk.cancel(house, linden.clinic, await card_of(house, made.card), By("patient"))
    return [*entries, read(await sent(house, for_staff=for_staff))]


def holds(entries: tuple[Read, ...]) -> dict[str, Read]:
    """What a calendar keeps that gets these in this order: RFC 5546 2.1.4, the highest sequence of a UID counts."""
    kept: dict[str, Read] = {}
    for entry in entries:
        if entry.uid not in kept or entry.sequence > kept[entry.uid].sequence:
            kept[entry.uid] = entry
    return {uid: entry for uid, entry in kept.items() if entry.status != "CANCELLED"}


@pytest.mark.parametrize("for_staff", [False, True])
async def test_create_move_move_cancel_is_one_entry_that_follows(house: House, linden: Linden, for_staff: bool) -> None:
    entries = await through(house, linden, for_staff=for_staff)
    assert len({entry.uid for entry in entries}) == 1
    assert all(before.sequence < after.sequence for before, after in pairwise(entries))
    assert [entry.start for entry in entries] == [*STARTS, STARTS[-1]]
    assert {entry.end - entry.start for entry in entries} == {timedelta(minutes=50)}
    assert [entry.method for entry in entries] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    for done in range(1, 4):
        assert [entry.start for entry in holds(tuple(entries[:done])).values()] == [STARTS[done - 1]]
    for order in permutations(entries):
        assert holds(order) == {}, "in whatever order mails arrive, the cancelled time is gone"
