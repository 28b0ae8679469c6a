"""What the end of a session sets in motion: a meeting booked once, or the reason why not, and words on going home."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from server.access import Role
from server.booking import desk
from server.booking.cards import bookings_of
from server.booking.desk import Made, Order
from server.booking.rules import Wish
from server.booking.store import By
from server.clinic.days import store as days
from server.home.demo_clinic.observing import add_observed
from server.notify.sms import NotTaken
from server.outbox import Job
from server.patients import store as patients
from server.programmes import store
from server.programmes.after import store as after
from server.programmes.after.meeting import book_meeting
from server.programmes.after.rules import escort_of, home_until
from server.programmes.after.telling import tell_home
from server.programmes.catalogue import shipped
from server.programmes.course import Entry, Key
from server.programmes.keeping import Hand, record
from server.programmes.results.store import begun_between
from tests.server.booking.linden import booked, hours_of, seed
from tests.server.programmes.conftest import Writer
from tests.server.visit.conftest import add_staff, signed_in

pytestmark = pytest.mark.asyncio
SINCE = timedelta(minutes=130)
HANDED = {"how": "emergency", "words": "Ambulance; Dr Osei was told."}


async def observed(house, linden, patient_id: UUID) -> UUID:
    """A session that can be ended now."""
    return await add_observed(house, linden.clinic, patient_id, linden.mara.staff_id, house.clock(), SINCE)


async def named(house, linden, service_id: UUID | None) -> None:
    now = house.clock()
    await house.db.unit(lambda db: after.choose(db, linden.clinic.id, "esketamine", service_id, None, now))


@pytest_asyncio.fixture
async def course(house, linden, jo, mara) -> Writer:
    course_id = await observed(house, linden, jo.made.card.patient_id)
    return Writer(mara, f"/staff/patients/{jo.made.card.patient_id}/courses/{course_id}", "esketamine")


async def meetings(house, linden, jo) -> list[datetime]:
    cards = await house.db.read(lambda db: bookings_of(db, linden.clinic.id, jo.made.card.patient_id, None))
    return [card.starts_at for card in cards if card.service_id == linden.inner.id]


async def all_due(house) -> None:
    while await house.outbox.run_due():
        pass


async def test_a_session_that_is_signed_off_books_its_meeting_once_and_the_patient_hears_of_it(
    house, linden, jo, course, mailer
) -> None:
    await named(house, linden, linden.inner.id)
    await all_due(house)
    mailer.sent.clear()
    assert (await course.writes("discharge", 3)).headers["location"].endswith("notice=home")
    again = await course.browser.post(f"{course.base}/steps/discharge/3/0", data=course.last)
    assert again.status_code == 303
    await all_due(house)
    (start,) = await meetings(house, linden, jo)
    over = house.clock()
    assert over + timedelta(hours=24) <= start < over + timedelta(hours=72)
    assert any(letter.to == jo_mail(jo) and letter.calendar for letter in mailer.sent)
    page = await course.page()
    assert "Meetings after sessions" in page
    assert "/staff/bookings/" in page.partition("Meetings after sessions")[2]
    assert "no driving, no machines" in (await course.browser.get(f"{course.base}?notice=home")).text


def jo_mail(jo) -> str:
    return "jo.almeida@example.org"


@pytest.mark.parametrize(
    ("service", "says"),
    [("given up", "the service that the clinic names for it is not given any more"), ("first", "no time was free")],
)
async def test_where_nothing_can_be_booked_the_reason_stands_on_the_course_and_the_board(
    house, linden, jo, course, clock, service: str, says: str
) -> None:
    await named(house, linden, linden.first.id if service == "first" else uuid4())
    if service == "first":
        today = house.clock().date()
        for ahead in range(1, 5):
            day = today + timedelta(days=ahead)
            await house.db.unit(lambda db, day=day: days.set_day(db, linden.clinic.id, linden.mara.staff_id, day, ()))
    await course.writes("discharge", 3)
    await all_due(house)
    page = await course.page()
    assert says in page
    assert f"/staff/bookings/new?patient={jo.made.card.patient_id}" in page
    assert "not booked" in (await course.browser.get("/staff/courses")).text
    assert await meetings(house, linden, jo) == []
    if service == "first":
        await by_hand(house, linden, jo)
        assert "no time was free" not in await course.page(), "somebody booked it by hand"
        assert "not booked" not in (await course.browser.get("/staff/courses")).text


async def by_hand(house, linden, jo) -> None:
    """Somebody at the clinic books Jo's meeting in the week after."""
    card, who = jo.made.card, linden.mara.staff_id
    person = (await patients.people(house.db, house.keys, linden.clinic.id, [card.patient_id]))[card.patient_id]
    wish = Wish(card.starts_at + timedelta(days=7), who)
    order = Order(linden.clinic, linden.first, hours_of(who), wish, person, known_patient=True)
    assert isinstance(await desk.book(house, order, By("staff", who)), Made)


async def test_where_no_service_is_named_nothing_is_missing(house, linden, jo, course) -> None:
    await course.writes("discharge", 3)
    await all_due(house)
    assert "Meetings after sessions" not in await course.page()
    assert "not booked" not in (await course.browser.get("/staff/courses")).text
    assert await meetings(house, linden, jo) == []


async def test_a_session_that_ended_early_books_nothing_and_tells_the_way_home(
    house, linden, jo, course, mailer
) -> None:
    await named(house, linden, linden.inner.id)
    await all_due(house)
    mailer.sent.clear()
    assert (await course.writes("handover", 3, 0, **HANDED)).status_code == 303
    await all_due(house)
    assert await meetings(house, linden, jo) == []
    assert "Please do not drive until tomorrow" in [letter.subject for letter in mailer.sent]


async def test_the_escort_is_written_to_where_both_agreed_and_nobody_is_named(
    house, linden, jo, course, mailer
) -> None:
    await all_due(house)
    mailer.sent.clear()
    await course.writes("discharge", 3)
    await all_due(house)
    (own,) = [letter for letter in mailer.sent if letter.subject == "Please do not drive until tomorrow"]
    (theirs,) = [one for one in house.texter.sent if "you take home should" in one.words]
    assert (own.to, theirs.to) == (jo_mail(jo), "+4930555010")
    assert "http" not in theirs.words, "the clinic's own page says what it gives"
    assert all("Almeida" not in text for text in (own.text, own.html, theirs.words))


async def test_what_one_of_the_two_cannot_get_repeats_nothing_of_the_other(
    house, course, mailer, clock, monkeypatch
) -> None:
    async def refused(_message) -> None:
        raise NotTaken("no such number")

    await all_due(house)
    mailer.sent.clear()
    monkeypatch.setattr(house.texter, "send", refused)
    await course.writes("discharge", 3)
    for _ in range(3):
        await all_due(house)
        clock.forward(minutes=30)
    assert [one.subject for one in mailer.sent].count("Please do not drive until tomorrow") == 1


async def test_tomorrow_is_said_on_the_day_of_the_session_alone_and_who_was_not_told_is_known(
    house, linden, course, mailer, clock
) -> None:
    await all_due(house)
    mailer.sent.clear()
    await course.writes("discharge", 3)
    clock.forward(hours=24)
    await all_due(house)
    assert not house.texter.sent
    assert "Please do not drive until tomorrow" not in [letter.subject for letter in mailer.sent]
    course.browser = await signed_in(house, course.browser, linden.mara.staff_id)
    page = await course.page()
    assert page.count("The words for the way home could not be sent on their day") == 1
    assert page.partition("Not told before midnight")[2].partition("</li>")[0].count("session 3") == 1
    board = (await course.browser.get("/staff/courses")).text
    assert "not booked" not in board, "it is no meeting"


async def test_who_was_told_on_the_day_stands_nowhere_as_not_told(house, course) -> None:
    await course.writes("discharge", 3)
    await all_due(house)
    assert "Not told before midnight" not in await course.page()


async def test_an_escort_is_somebody_who_can_be_reached_and_was_asked() -> None:
    step = shipped()["esketamine"].by_id["discharge"]
    said = {"escort_told": "yes", "escort_phone": "+4930555010"}
    assert escort_of(step, said)
    assert escort_of(step, said | {"escort_told": "no"}) is None
    assert escort_of(step, {"escort_told": "yes"}) is None


async def test_the_words_stand_in_the_space_until_noon_of_the_day_after(house, clock, course, phone) -> None:
    words = "do not drive, use machines or sign anything"
    assert words not in (await phone.get("/me")).text
    await course.writes("discharge", 3)
    assert words in (await phone.get("/me")).text
    assert words in (await phone.get(f"/me/courses/{course.base.rpartition('/')[2]}")).text
    day = clock.now.date() + timedelta(days=1)
    clock.now = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    assert f"before the morning of {day:%A} {day.day} {day:%B}" in (await phone.get("/me")).text
    clock.now += timedelta(hours=4)
    assert words not in (await phone.get("/me")).text


async def test_noon_is_that_of_the_clinic(linden) -> None:
    late = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # the clocks go forward in the night after
    assert home_until(late, linden.clinic.zone) == datetime(2026, 3, 29, 10, 0, tzinfo=UTC)


async def test_two_nodes_book_one_meeting(either_house) -> None:
    linden = await seed(either_house)
    patient_id = (await booked(either_house, linden)).card.patient_id
    course_id = await observed(either_house, linden, patient_id)
    await named(either_house, linden, linden.inner.id)
    row = await either_house.db.read(lambda db: store.course_of(db, linden.clinic.id, course_id))
    assert row
    now = either_house.clock()
    hand = Hand(either_house, linden.clinic.zone, row, linden.mara.staff_id, now, uuid4())
    assert await record(hand, Entry(Key("discharge", 3), now, by=hand.by), {}) is None
    about = {"course": course_id.hex, "clinic": linden.clinic.id.hex, "session": 3, "step": "integration"}
    job = Job(uuid4(), after.MEETING, {**about, "over": now.isoformat()}, 0, now)
    await asyncio.gather(*(book_meeting(either_house, job) for _ in range(4)))
    cards = await either_house.db.read(lambda db: bookings_of(db, linden.clinic.id, patient_id, None))
    assert len([card for card in cards if card.service_id == linden.inner.id]) == 1
    said = {**about, "step": "discharge", "over": now.isoformat()}
    for to in (after.PATIENT, after.ESCORT):
        await tell_home(either_house, replace(job, payload={**said, "to": to}))


async def test_the_clinic_names_the_service_on_its_page(house, linden, browsers) -> None:
    admin = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))
    chosen = {"seen": "0", "give-esketamine": "yes", "meeting-esketamine": str(linden.inner.id)}
    assert (await admin.post("/staff/clinic/programmes", data=chosen)).status_code == 303
    found = await house.db.read(lambda db: after.terms(db, linden.clinic.id, "esketamine"))
    assert found.service_id == linden.inner.id
    page = (await admin.get("/staff/clinic/programmes")).text
    assert f'value="{linden.inner.id}" selected' in page


async def test_who_waits_for_an_escort_had_no_adverse_event_and_who_was_sick_had_one(house, linden, jo, course) -> None:
    async def adverse() -> dict[str, list[bool]]:
        now = house.clock()
        between = (now - timedelta(days=60), now + timedelta(days=1), now + timedelta(days=1))
        (one,) = await house.db.read(lambda db: begun_between(db, linden.clinic.id, *between))
        found: dict[str, list[bool]] = {}
        for entry in sorted(one.entries, key=lambda entry: entry.key.round):
            if entry.key.session == 3:
                found.setdefault(entry.key.step, []).append(entry.adverse)
        return found

    assert (await course.writes("discharge", 3, escort="no")).status_code == 303
    assert (await adverse())["discharge"] == [False]
    assert (await course.writes("incident", 3, 1, what="sick")).status_code == 303
    assert (await adverse())["incident"][-1]


async def test_the_course_and_the_settings_say_that_it_is_not_set_up_and_where_that_is_done(
    house, linden, jo, course, browsers
) -> None:
    says, link = "Nothing is booked by itself after a session", "/staff/clinic/programmes#meeting-esketamine"
    page = await course.page()
    assert says in page
    assert "Integration session" in page.partition(says)[2].partition("</section>")[0]
    assert link not in page, "a therapist cannot"
    admin = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))
    chosen = {"seen": "0", "give-esketamine": "yes"}
    assert (await admin.post("/staff/clinic/programmes", data=chosen)).status_code == 303
    unset = "Not set up: nothing is booked by itself"
    settings = (await admin.get("/staff/clinic/programmes")).text
    assert settings.count(unset) == 1, "of what the clinic gives alone"
    assert 'id="meeting-esketamine"' in settings
    named = chosen | {"seen": "1", "meeting-esketamine": str(linden.inner.id)}
    assert (await admin.post("/staff/clinic/programmes", data=named)).status_code == 303
    assert unset not in (await admin.get("/staff/clinic/programmes")).text
    assert says not in await course.page()


async def test_a_meeting_is_booked_by_itself_from_the_moment_that_a_service_is_named(either_house) -> None:
    linden = await seed(either_house)
    patient_id = (await booked(either_house, linden)).card.patient_id

    async def ends() -> list[datetime]:
        """A session ends, and all that it sets in motion is done."""
        course_id = await observed(either_house, linden, patient_id)
        row = await either_house.db.read(lambda db: store.course_of(db, linden.clinic.id, course_id))
        assert row
        now = either_house.clock()
        hand = Hand(either_house, linden.clinic.zone, row, linden.mara.staff_id, now, uuid4())
        assert await record(hand, Entry(Key("discharge", 3), now, by=hand.by), {}) is None
        await all_due(either_house)
        cards = await either_house.db.read(lambda db: bookings_of(db, linden.clinic.id, patient_id, None))
        return [card.starts_at for card in cards if card.service_id == linden.inner.id]

    assert await ends() == []
    await named(either_house, linden, linden.inner.id)
    [start] = await ends()
    assert timedelta(hours=24) <= start - either_house.clock() < timedelta(hours=72)
