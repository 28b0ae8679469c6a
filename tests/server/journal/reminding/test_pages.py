"""Reminders over a clock that is moved: chosen, sent once on any node, put off, answered, stopped kindly."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from server.journal.reminding.tables import MoodPrompt, MoodReminder
from server.notify.discreet import findings
from server.outbox import OutboxRow
from server.patients.merging.merge import merge
from server.patients.merging.rules import Choice
from tests.server.booking.linden import THURSDAY, booked
from tests.server.journal.said import said

pytestmark = pytest.mark.asyncio
HERE, BERLIN = "/me/mood/reminders", ZoneInfo("Europe/Berlin")
EVENING = {"on": "yes", "at": "20:00", "random": "0", "quiet_from": "22:00", "quiet_until": "08:00", "way": "mail"}


async def run(house) -> None:
    while await house.outbox.run_due():
        pass


async def until(house, clock, moment: str) -> None:
    """Berlin time; the loop looks every ten minutes."""
    end = datetime.fromisoformat(moment)
    while clock.now < end:
        clock.now = min(clock.now + timedelta(minutes=10), end.astimezone(clock.now.tzinfo))
        await run(house)


def nudges(mailer) -> list:
    return [one for one in mailer.sent if one.subject == "A small reminder"]


async def fates(house) -> list[str]:
    return list(await house.db.read(lambda db: db.scalars(select(MoodPrompt.fate).order_by(MoodPrompt.at))))


async def stopped(house) -> bool:
    return await house.db.read(lambda db: db.scalar(select(MoodReminder.stopped_at))) is not None


async def test_once_a_day_at_their_time_discreetly_and_not_where_they_wrote(house, clock, mailer, phone) -> None:
    assert "Would a reminder help?" in (await phone.get(HERE)).text
    for _ in range(2):
        assert (await phone.post(HERE, data=EVENING)).headers["location"] == f"{HERE}?notice=on"
    await until(house, clock, "2026-03-09T19:50+01:00")
    assert nudges(mailer) == []
    await until(house, clock, "2026-03-09T21:00+01:00")
    (letter,) = nudges(mailer)
    assert findings(letter.subject + letter.text + letter.html) == []
    assert "mood" not in letter.text
    assert "How is today?" in (await phone.get(urlsplit(letter.link).path)).text
    await until(house, clock, "2026-03-10T19:00+01:00")
    await phone.post("/me/mood", data=said())
    await until(house, clock, "2026-03-10T23:00+01:00")
    assert (len(nudges(mailer)), await fates(house)) == (1, ["sent", "written"])
    await phone.post(HERE, data=EVENING | {"on": ""})
    await until(house, clock, "2026-03-12T23:00+01:00")
    assert len(nudges(mailer)) == 1


async def test_an_entry_within_the_hour_answers_it_and_they_alone_see_how_often(house, clock, mailer, phone, mara, jo):
    await phone.post(HERE, data=EVENING)
    await until(house, clock, "2026-03-09T20:30+01:00")
    await phone.post("/me/mood", data=said())
    await until(house, clock, "2026-03-10T22:00+01:00")
    assert len(nudges(mailer)) == 2
    assert "Reminders in the last 30 days: 2. Followed by an entry: 1." in (await phone.get(HERE)).text
    record = (await mara.get(f"/staff/patients/{jo.made.card.patient_id}/journal")).text
    assert "reminder" not in record.lower()
    await phone.post("/me/mood/delete")
    assert await fates(house) == [], "deleting is deleting"


async def test_after_five_without_an_entry_it_stops_says_so_kindly_and_begins_again(house, clock, mailer, phone):
    await phone.post(HERE, data=EVENING)
    await until(house, clock, "2026-03-14T12:00+01:00")
    assert (len(nudges(mailer)), await stopped(house)) == (5, False)
    await until(house, clock, "2026-03-20T12:00+01:00")
    assert (len(nudges(mailer)), await stopped(house)) == (5, True)
    assert "Reminders stopped by themselves, which is all right." in (await phone.get("/me")).text
    assert "They stopped by themselves." in (await phone.get(HERE)).text
    await phone.post(HERE, data=EVENING)
    await until(house, clock, "2026-03-21T12:00+01:00")
    assert (len(nudges(mailer)), await stopped(house)) == (6, False)


async def test_a_clinic_that_sends_no_mail_promises_none(mailer, phone) -> None:
    unsent = "until it does, no reminder comes by mail."
    assert unsent not in (await phone.get(HERE)).text
    mailer.sends = False
    assert unsent in (await phone.get(HERE)).text
    kept = await phone.post(HERE, data=EVENING, follow_redirects=True)
    assert ("You are reminded" in kept.text, unsent in kept.text) == (True, True)
    assert "The next one comes at its time." not in kept.text


async def test_put_off_it_comes_once_more_in_ten_minutes_and_not_into_the_night(house, clock, mailer, phone) -> None:
    await phone.post(HERE, data=EVENING | {"at": "21:40"})
    await until(house, clock, "2026-03-09T21:45+01:00")
    assert "ask me again in ten minutes" in (await phone.get("/me/mood")).text
    for _ in range(2):
        assert (await phone.post(f"{HERE}/later")).headers["location"] == "/me/mood?notice=later"
    await until(house, clock, "2026-03-09T21:58+01:00")
    assert len(nudges(mailer)) == 2
    assert (await phone.post(f"{HERE}/later")).headers["location"] == "/me/mood?notice=enough"
    await until(house, clock, "2026-03-10T07:00+01:00")
    assert len(nudges(mailer)) == 2


async def test_an_outage_sends_nothing_late_and_a_repeated_job_nothing_twice(house, clock, mailer, phone) -> None:
    await phone.post(HERE, data=EVENING)
    clock.now = datetime.fromisoformat("2026-03-10T03:00+01:00")
    await run(house)
    assert await fates(house) == ["late"]
    await until(house, clock, "2026-03-10T20:10+01:00")

    async def again(db) -> None:  # as when a node dies between the work and its mark
        await db.execute(text("UPDATE outbox SET finished_at = NULL, outcome = NULL WHERE topic = 'journal.prompt'"))

    await house.db.unit(again)
    await run(house)
    assert len(nudges(mailer)) == 1
    waiting = select(OutboxRow.id).where(OutboxRow.topic == "journal.prompt", OutboxRow.finished_at.is_(None))
    assert len((await house.db.read(lambda db: db.scalars(waiting))).all()) == 1


async def test_the_spring_night_and_random_times_stay_within_the_day(house, clock, mailer, phone) -> None:
    clock.now = datetime.fromisoformat("2026-03-28T22:00+01:00")  # no time of that evening is left, chosen or drawn
    await phone.post(HERE, data=EVENING | {"random": "3"})
    await until(house, clock, "2026-03-29T23:00+02:00")
    rows = await house.db.read(lambda db: db.scalars(select(MoodPrompt).where(MoodPrompt.times > 0)))
    walls = [row.at.astimezone(BERLIN) for row in rows]
    assert 3 <= len(walls) <= 4
    assert {one.date().isoformat() for one in walls} == {"2026-03-29"}
    assert all(8 <= one.hour < 22 for one in walls)
    assert datetime(2026, 3, 29, 20, tzinfo=BERLIN) in walls
    assert len(nudges(mailer)) == len(walls)


async def test_what_does_not_fit_is_said_and_others_do_not_get_there(phone, mara, jo, browsers) -> None:
    answer = await phone.post(HERE, data=EVENING | {"at": "23:30"})
    assert (answer.status_code, "in the hours in which you want none" in answer.text) == (422, True)
    assert 'value="23:30"' in answer.text
    for who in (await browsers(), jo.browser, mara):
        for path in (HERE, f"{HERE}/later"):
            assert (await who.post(path, data=EVENING)).status_code in {303, 401, 403}
            assert "notice" not in (await who.post(path, data=EVENING)).headers.get("location", "")


async def test_of_two_records_that_become_one_the_newest_choice_reminds(
    house, clock, mailer, phone, jo, linden
) -> None:
    other = (await booked(house, linden, THURSDAY, name="J. Almeida")).card
    await phone.post(HERE, data=EVENING)
    clock.forward(minutes=5)

    async def older(db) -> None:
        row = MoodReminder(
            id=other.id, clinic_id=linden.clinic.id, patient_id=other.patient_id, number=1, wanted=True, at_minute=600,
            random=0, quiet_from=0, quiet_until=0, zone="Europe/Berlin", way="mail",
            since=clock.now - timedelta(days=2), stopped_at=None,
        )  # fmt: skip
        db.add(row)

    await house.db.unit(older)
    ids = (linden.clinic.id, jo.made.card.patient_id, other.patient_id)
    assert await merge(house, *ids, Choice(), linden.mara.staff_id) is None
    await until(house, clock, "2026-03-10T12:00+01:00")
    assert len(nudges(mailer)) == 1
