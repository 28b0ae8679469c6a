"""A series made, moved and cancelled on the pages: every date is shown first, and nothing is half done."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from icalendar import Calendar
from sqlalchemy import func, select

from server.access import Role
from server.booking import desk as single
from server.booking.deadlines import link_ends
from server.booking.hours import floor
from server.booking.rules import Wish
from server.booking.series import desk, store
from server.booking.series.rules import Scope
from server.booking.tables import Booking, BookingLink, Claim
from server.booking.week import value_of
from server.clinic import store as clinics
from server.clinic.rules import Leave
from server.house import House
from server.moments import sent as sent_at
from server.patients.tables import Patient
from tests.server.booking.linden import THURSDAY, Linden, booked
from tests.server.booking.series.test_desk import made, weekly
from tests.server.booking.test_by_staff import actions, form, sign_in_as

pytestmark = pytest.mark.asyncio
PREVIEW, BOOK = "/staff/bookings/series", "/staff/bookings/series/book"
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


def asked(linden: Linden, **changes: str) -> dict[str, str]:
    return form(linden, mail="kim@example.org", every="week", count="3") | changes


def sent_back(page: str, **picks: str) -> dict[str, str]:
    """What the preview's form sends as it stands."""
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select [^>]*name="(pick-\d+)"[^>]*>(.*?)</select>', page, re.S):
        fields[name] = re.findall(r'<option value="([^"]*)" selected', options)[0]
    return fields | picks


async def count(house: House, table: type) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).select_from(table))) or 0


def options(page: str, number: int) -> list[str]:
    found = re.search(rf'<select [^>]*name="pick-{number}"[^>]*>(.*?)</select>', page, re.S)
    assert found
    return re.findall(r'<option value="([^"]*)"', found[1])


async def test_every_date_is_shown_and_then_all_are_booked(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    preview = await client.post(PREVIEW, data=asked(linden))
    assert preview.status_code == 200
    assert "3 dates are ready to be booked" in preview.text
    for day in ("Thursday 12 March", "Thursday 19 March", "Thursday 26 March"):
        assert day in preview.text
    assert await count(house, Booking) == 0
    answer = await client.post(BOOK, data=sent_back(preview.text))
    assert answer.status_code == 303
    page = await client.get(answer.headers["location"])
    assert "Kim Berg: 3 sessions lie ahead" in page.text
    assert "All of them are booked." in page.text
    assert await count(house, Patient) == 1
    assert {"series.made", "booking.made", "series.seen"} <= set(await actions(house))


async def test_dates_past_new_year_name_their_year(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    house.clock.now = THURSDAY.replace(month=12, day=14)  # type: ignore[attr-defined]
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    start = sent_at(THURSDAY.replace(month=12, day=24, hour=9))
    preview = (await client.post(PREVIEW, data=asked(linden, start=start))).text
    assert "Thursday 31 December<" in preview
    assert "Thursday 7 January 2027<" in preview


async def test_what_stands_in_the_way_is_said_date_by_date_and_nothing_is_booked_before_it_is_settled(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await booked(house, linden, THURSDAY + WEEK)
    closed = Leave(linden.mara.staff_id, None, THURSDAY + 2 * WEEK - 9 * HOUR, THURSDAY + 2 * WEEK + 9 * HOUR)
    await house.db.unit(lambda db: clinics.add_leave(db, linden.clinic.id, closed))
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    preview = (await client.post(PREVIEW, data=asked(linden))).text
    assert "1 of 3 dates are free" in preview
    assert "9:30 is taken." in preview
    assert "The clinic is closed." in preview
    assert "Nothing else is free that day." in preview
    refused = await client.post(BOOK, data=sent_back(preview))
    assert refused.status_code == 422
    assert "2 dates are still open." in refused.text
    assert await count(house, Booking) == 1
    picks = {"pick-2": options(preview, 2)[1], "pick-3": "skip"}
    answer = await client.post(BOOK, data=sent_back(refused.text, **picks))
    assert answer.status_code == 303
    assert await count(house, Booking) == 3


@pytest.mark.parametrize("closes", [True, False])
async def test_public_holidays_among_the_dates_are_named(
    client: httpx2.AsyncClient, house: House, linden: Linden, closes: bool
) -> None:
    clinic = replace(linden.clinic, country="DE", closes_on_holidays=closes)
    await house.db.unit(lambda db: clinics.change_clinic(db, clinic, None))
    house.clock.now = THURSDAY.replace(month=5, day=1)  # type: ignore[attr-defined]
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    start = sent_at(THURSDAY.replace(month=5, day=7))
    preview = (await client.post(PREVIEW, data=asked(linden, start=start))).text
    said = "It is a public holiday: " if closes else "It is a public holiday, on which you are open: "
    assert re.findall(rf"{said}([^.]+)\.", preview) == ["Ascension Day"]
    assert preview.count("It is a public holiday") == 1
    assert ("2 of 3 dates are free" in preview) is closes


async def test_open_dates_are_left_out_with_one_button(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await booked(house, linden, THURSDAY + WEEK)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    preview = (await client.post(PREVIEW, data=asked(linden))).text
    assert "Leave the open one out and book 2" in preview
    assert (await client.post(BOOK, data=sent_back(preview, do="rest"))).status_code == 303
    assert await count(house, Booking) == 3


async def test_who_was_faster_brings_back_the_dates_with_that_one_marked(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    preview = (await client.post(PREVIEW, data=asked(linden))).text
    await booked(house, linden, THURSDAY + WEEK, name="Somebody Faster")
    answer = await client.post(BOOK, data=sent_back(preview))
    assert answer.status_code == 409
    assert "One date was taken a moment ago." in answer.text
    assert "9:30 was taken a moment ago." in answer.text
    assert await count(house, Booking) == 1
    assert options(answer.text, 2)[0] == ""
    mended = sent_back(answer.text, **{"pick-2": options(answer.text, 2)[1]})
    assert mended["name"] == "Kim Berg"
    assert (await client.post(BOOK, data=mended)).status_code == 303
    assert await count(house, Booking) == 4


async def test_thirty_sessions_of_tms_with_closed_days_made_up_for(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    closed = Leave(linden.mara.staff_id, None, THURSDAY + WEEK - 9 * HOUR, THURSDAY + WEEK + 9 * HOUR)
    await house.db.unit(lambda db: clinics.add_leave(db, linden.clinic.id, closed))
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    course = asked(linden, every="workday", count="")
    assert "29 of 30 dates are free" in (await client.post(PREVIEW, data=course)).text
    preview = (await client.post(PREVIEW, data=course | {"append": "yes"})).text
    assert "30 dates are ready to be booked" in preview
    assert "Thursday 23 April" in preview
    assert (await client.post(BOOK, data=sent_back(preview))).status_code == 303
    assert await count(house, Claim) == 30


async def test_a_form_that_misses_something_comes_back_with_what_was_typed(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    answer = await client.post(PREVIEW, data=asked(linden, name="", count="9"))
    assert answer.status_code == 422
    assert "Write the name we should call you by." in answer.text
    assert 'value="9"' in answer.text
    assert (await client.post(PREVIEW, data=asked(linden, every="sometimes"))).status_code == 422


@pytest.mark.parametrize("typed", ["100", "61", "1", "0", "-3", "abc", "٣"])
async def test_a_number_of_sessions_that_cannot_be_is_said_and_becomes_no_other(
    client: httpx2.AsyncClient, house: House, linden: Linden, typed: str
) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    answer = await client.post(PREVIEW, data=asked(linden, count=typed))
    assert answer.status_code == 422
    assert "A whole number from 2 to 60." in answer.text
    assert f'value="{typed}"' in answer.text
    for least_and_most in ("2", "60"):
        assert (await client.post(PREVIEW, data=asked(linden, count=least_and_most))).status_code == 200


async def test_one_mail_to_each_side_and_one_file_with_all_of_it(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    series = await made(house, linden, weekly(linden, 3))
    await house.outbox.run_due()
    assert sorted(letter.to for letter in house.mailer.sent) == ["Jo@example.org", "mara-lind@linden.example"]
    letter = next(one for one in house.mailer.sent if one.to.startswith("Jo"))
    assert letter.subject == "3 times from Monday 16 March on"
    assert letter.text.count("8:00 (9:00 in Berlin)") == 3
    assert not re.search("session|therap|Mara", letter.text + letter.subject, re.I)
    calendar = Calendar.from_ical(letter.file)
    assert calendar["method"] == "PUBLISH"
    events = calendar.walk("VEVENT")
    assert [str(event["uid"]) for event in events] == [str(card.id) for card in series.cards]
    assert [event.decoded("dtstart") for event in events] == [card.starts_at for card in series.cards]
    links = {str(event["url"]) for event in events}
    assert len(links) == 3
    (link,) = set(re.findall(r"http://testserver(/l/\S+)", letter.text))
    opened = await client.get(link)
    assert opened.headers["location"] == f"/visit/{series.cards[0].public_id}"


async def test_a_patient_sees_all_times_opens_another_and_cancels_those_after_it(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    series = await made(house, linden, weekly(linden, 4))
    own = f"/visit/{series.cards[0].public_id}"
    await client.get(f"/l/{series.token}")
    assert f"{own}/series" in (await client.get(own)).text
    page = await client.get(f"{own}/series")
    assert "4 more times are kept for you" in page.text
    third = await client.get(f"{own}/series/3")
    assert third.headers["location"] == f"/visit/{series.cards[2].public_id}"
    assert (await client.get(third.headers["location"])).status_code == 200
    assert (await client.get(f"{own}/series/9")).status_code == 404
    asks = await client.get(f"{third.headers['location']}/cancel")
    assert "This one and those after it" in asks.text
    sent = {"was": "0", "which": "following"}
    assert (await client.post(f"{third.headers['location']}/cancel", data=sent)).status_code == 303
    assert await count(house, Claim) == 2
    await house.outbox.run_due()
    last = [letter for letter in house.mailer.sent if letter.to.startswith("Jo")][-1]
    assert last.subject == "2 times cancelled, from Monday 30 March on"
    events = Calendar.from_ical(last.file).walk("VEVENT")
    assert [(str(event["status"]), event["sequence"]) for event in events] == [("CANCELLED", 1)] * 2


async def test_a_patient_takes_all_that_is_kept_into_the_calendar(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    series = await made(house, linden, weekly(linden, 3))
    await client.get(f"/l/{series.token}")
    own = f"/visit/{series.cards[0].public_id}"
    assert await single.cancel(house, linden.clinic, series.cards[1], desk.By())
    assert f"{own}/series.ics" in (await client.get(f"{own}/series")).text
    calendar = Calendar.from_ical((await client.get(f"{own}/series.ics")).content)
    assert [str(event["uid"]) for event in calendar.walk("VEVENT")] == [str(series.cards[n].id) for n in (0, 2)]


async def test_the_link_of_one_that_moves_alone_still_leads_to_the_last(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    first, *_, last = (await made(house, linden, weekly(linden, 6))).cards
    wish = Wish(first.starts_at + timedelta(days=1), first.therapist_id)
    assert await single.move(house, linden.clinic, first, wish, desk.By()) is None
    ends = await house.db.read(
        lambda db: db.scalar(select(BookingLink.expires_at).where(BookingLink.booking_id == first.id))
    )
    assert ends == link_ends(last.ends_at)


async def test_a_patient_moves_this_and_those_after_it_and_sees_first_where_to(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    series = await made(house, linden, weekly(linden, 3))
    await client.get(f"/l/{series.token}")
    own = f"/visit/{series.cards[0].public_id}"
    to = series.cards[0].starts_at + timedelta(days=1, hours=4)
    stands = await booked(house, linden, to + WEEK, name="Somebody Else")
    asks = await client.post(f"{own}/move", data={"start": value_of(floor(to)), "which": "all"})
    preview = await client.get(asks.headers["location"])
    assert "2 of 3 new times are free" in preview.text
    assert "Now it is Monday 16 March" in preview.text
    assert (await client.post(f"{own}/series/move", data={"which": "all"})).status_code == 422, "no dates at all"
    held = await client.post(f"{own}/series/move", data=sent_back(preview.text))
    assert held.status_code == 422
    kept = sent_back(preview.text, **{"pick-2": "skip"})
    assert (await client.post(f"{own}/series/move", data=kept)).status_code == 303
    cards = await house.db.read(lambda db: store.bookings_of_series(db, series.id))
    assert [card.starts_at for card in cards] == [to, series.cards[1].starts_at, to + 2 * WEEK - HOUR]
    assert stands.card.starts_at == to + WEEK
    await house.outbox.run_due()
    last = [letter for letter in house.mailer.sent if letter.to.startswith("Jo")][-1]
    assert last.subject == "2 times moved, from Tuesday 17 March on"
    events = Calendar.from_ical(last.file).walk("VEVENT")
    assert [(str(event["uid"]), event["sequence"]) for event in events] == [
        (str(card.id), 1) for card in (cards[0], cards[2])
    ]


async def test_a_patient_changes_nothing_that_is_too_near(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    series = await made(house, linden, weekly(linden, 3))
    house.clock.now = series.cards[0].starts_at - HOUR  # type: ignore[attr-defined]
    of, policy = series.cards[1], linden.clinic.policy
    assert await desk.cancel(house, linden.clinic, of, Scope.ALL, desk.By(), policy) == 2
    assert await count(house, Claim) == 1


async def test_a_patient_reads_which_of_all_is_too_near_to_be_cancelled_with_them(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    series = await made(house, linden, weekly(linden, 3))
    await client.get(f"/l/{series.token}")
    second = (await client.get(f"/visit/{series.cards[0].public_id}/series/2")).headers["location"]
    assert "it stays." not in (await client.get(f"{second}/cancel")).text
    house.clock.now = series.cards[0].starts_at - HOUR  # type: ignore[attr-defined]
    page = (await client.get(f"{second}/cancel")).text
    assert "Monday 16 March, 9:00 is too near to go with the others: it stays." in page
    assert page.count("it stays.") == 1


async def test_staff_move_and_cancel_from_one_booking(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    series = await made(house, linden, weekly(linden, 4))
    await sign_in_as(client, house, linden)
    own = f"/staff/bookings/{series.cards[1].public_id}"
    page = (await client.get(own)).text
    assert "Number 2; see all its dates" in page
    to = series.cards[1].starts_at + timedelta(days=1)
    asks = await client.post(f"{own}/move", data={"start": value_of(floor(to)), "which": "following"})
    preview = await client.get(asks.headers["location"])
    assert "All new times are free" in preview.text
    assert (await client.post(f"{own}/series/move", data=sent_back(preview.text))).status_code == 303
    cards = await house.db.read(lambda db: store.bookings_of_series(db, series.id))
    assert [card.starts_at.weekday() for card in cards] == [0, 1, 1, 1]
    assert (await client.post(f"{own}/cancel", data={"which": "all"})).status_code == 303
    assert await count(house, Claim) == 0
    page = (await client.get(f"/staff/bookings/series/{series.id}")).text
    assert page.count("cancelled") >= 4


async def test_a_session_far_ahead_moves_alone_beyond_the_clinics_horizon(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    last = (await made(house, linden, weekly(linden, 12))).cards[-1]
    await sign_in_as(client, house, linden)
    own, to = f"/staff/bookings/{last.public_id}", last.starts_at + timedelta(days=1)
    assert value_of(floor(to)) in (await client.get(f"{own}/move")).text
    assert (await client.post(f"{own}/move", data={"start": value_of(floor(to))})).status_code == 303
    cards = await house.db.read(lambda db: store.bookings_of_series(db, last.series_id))
    assert cards[-1].starts_at == to


async def test_the_next_time_of_the_same_patient_is_a_series_too(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    stands = await booked(house, linden)
    await sign_in_as(client, house, linden)
    page = (await client.get(f"/staff/bookings/{stands.card.public_id}")).text
    path = html.unescape(re.findall(r'href="(/staff/bookings/new[^"]+)"', page)[0])
    shown = await client.get(path)
    assert "Jo Almeida" in shown.text
    assert 'value="2026-03-19T08:30Z" checked' in shown.text
    sent = {"service": str(linden.session.id), "therapist": linden.mara.slug, "start": "2026-03-19T08:30Z"}
    sent |= {"patient": str(stands.card.patient_id), "every": "fortnight", "count": "2"}
    preview = await client.post(PREVIEW, data=sent)
    assert "for Jo Almeida" in preview.text
    assert (await client.post(BOOK, data=sent_back(preview.text))).status_code == 303
    assert (await count(house, Booking), await count(house, Patient)) == (3, 1)


async def test_a_colleague_sees_and_cancels_no_series_of_another(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    series = await made(house, linden, weekly(linden, 2))
    await sign_in_as(client, house, linden, Role.THERAPIST)
    assert (await client.get(f"/staff/bookings/series/{series.id}")).status_code == 404
    assert (await client.post(f"/staff/bookings/series/{series.id}/cancel")).status_code == 404
    assert await count(house, Claim) == 2
