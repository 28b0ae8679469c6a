"""The calendar entries of a series as another library reads them: what a calendar that follows the mails holds."""

from datetime import UTC, timedelta
from itertools import pairwise

import pytest
import vobject

from server.booking import desk as single
from server.booking.rules import BookingCard, Wish
from server.booking.series import desk, store
from server.booking.series.rules import Scope, shifted
from server.booking.store import By
from server.house import House
from server.notify.mail import Letter, message
from tests.server.booking.linden import Linden
from tests.server.booking.series.test_desk import BERLIN, made, weekly
from tests.server.booking.test_elsewhere import Read, holds

pytestmark = pytest.mark.asyncio
HOUR = timedelta(hours=1)


def entries(text: bytes) -> list[Read]:
    """What the other library made of a text with one object or several: one entry for each event."""
    return [
        Read(
            event.uid.value,
            int(event.sequence.value),
            event.status.value,
            calendar.method.value,
            event.dtstart.value.astimezone(UTC),
            event.dtend.value.astimezone(UTC),
        )
        for calendar in vobject.readComponents(text.decode())
        for event in calendar.vevent_list
    ]


async def sent(house: House, *, for_staff: bool) -> list[Letter]:
    house.mailer.sent.clear()  # type: ignore[attr-defined]
    while await house.outbox.run_due():
        pass
    return [one for one in house.mailer.sent if one.for_staff is for_staff]  # type: ignore[attr-defined]


async def cards(house: House, series_id) -> list[BookingCard]:  # type: ignore[no-untyped-def]
    return await house.db.read(lambda db: store.bookings_of_series(db, series_id))


@pytest.mark.parametrize("for_staff", [False, True])
async def test_booked_one_moved_the_following_moved_all_cancelled_is_one_entry_for_each_date_that_follows(
    house: House, linden: Linden, for_staff: bool
) -> None:
    series = await made(house, linden, weekly(linden, 4))
    letters = await sent(house, for_staff=for_staff)
    second = (await cards(house, series.id))[1]
    wish = Wish(second.starts_at + HOUR, second.therapist_id)
    assert await single.move(house, linden.clinic, second, wish, By("patient")) is None
    letters += await sent(house, for_staff=for_staff)
    third, fourth = (await cards(house, series.id))[2:]
    wanted = shifted([third, fourth], third, third.starts_at + timedelta(days=1), BERLIN)
    assert await desk.move(house, linden.clinic, [third, fourth], wanted, By("patient")) is None
    letters += await sent(house, for_staff=for_staff)
    assert await desk.cancel(house, linden.clinic, second, Scope.ALL, By("patient")) == 4
    letters += await sent(house, for_staff=for_staff)
    assert [letter.method for letter in letters] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    heard = [entries(letter.calendar) for letter in letters]
    assert [len(those) for those in heard] == [4, 1, 2, 4]
    for letter, those in zip(letters, heard, strict=True):
        assert {one.method for one in those} == {letter.method}
        assert [one.method for one in entries(letter.file or b"")] == (["PUBLISH"] * len(those) if letter.file else [])
    all_of_them = [one for those in heard for one in those]
    for uid in {str(card.id) for card in series.cards}:
        own = [one.sequence for one in all_of_them if one.uid == uid]
        assert all(before < after for before, after in pairwise(own)), "strictly rising"
    assert {one.uid for one in all_of_them} == {str(card.id) for card in series.cards}
    kept = holds(tuple(one for those in heard[:3] for one in those))
    assert sorted(one.start for one in kept.values()) == [card.starts_at for card in await cards(house, series.id)]
    assert holds(tuple(all_of_them)) == {}, "nothing stays behind"
    assert holds(tuple(reversed(all_of_them))) == {}, "in whatever order mails arrive"


async def test_each_object_asks_about_one_time_and_the_file_to_take_over_holds_all(
    house: House, linden: Linden
) -> None:
    """RFC 5546 3.2.2: a request names one UID; so each date is an object of its own in what programs act on."""
    series = await made(house, linden, weekly(linden, 3))
    [letter] = await sent(house, for_staff=False)
    objects = list(vobject.readComponents(letter.calendar.decode()))
    assert [len(one.vevent_list) for one in objects] == [1, 1, 1]
    mail = message(letter, "clinic@testserver", house.clock())
    [spoken] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert spoken.get_param("method") == "REQUEST"
    [file] = [part for part in mail.walk() if part.get_filename() == "appointment.ics"]
    [whole] = vobject.readComponents(file.get_payload(decode=True).decode())
    assert [one.uid.value for one in whole.vevent_list] == [str(card.id) for card in series.cards]
