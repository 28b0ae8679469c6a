"""The file of a session: its fields from what was recorded, what is missing first, and the days that are left."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import pytest_asyncio

from server.access import Role
from server.home.demo_clinic.observing import add_observed
from server.programmes import store
from server.programmes.catalogue import shipped, shipped_data
from server.programmes.exports import store as files
from server.programmes.exports.rules import cells, countdown, facts_of, plain
from server.programmes.exports.store import Sent
from server.programmes.fields import Fact
from server.programmes.forms import parse
from server.programmes.keeping import opened
from tests.server.booking.linden import booked, seed
from tests.server.programmes.conftest import Writer
from tests.server.programmes.courses import BERLIN, CLINICIAN
from tests.server.visit.conftest import add_staff, signed_in

FORM = shipped()["esketamine"].exports[0]
SINCE = timedelta(minutes=130)


def test_seven_calendar_days_are_those_of_the_clinic() -> None:
    late = datetime(2026, 3, 24, 22, 30, tzinfo=UTC)  # still the 24th in Berlin; the clocks go forward on the way
    for now, left in (
        (late, 7), (datetime(2026, 3, 31, 21, 59, tzinfo=UTC), 0), (datetime(2026, 3, 31, 22, 1, tzinfo=UTC), -1),
    ):  # fmt: skip
        found = countdown(FORM, late, BERLIN, now)
        assert found
        assert (found.by, found.left) == (date(2026, 3, 31), left)
    assert countdown(shipped()["tms"].exports[0], late, BERLIN, late) is None


def test_the_form_has_every_field_that_the_register_asks_for() -> None:
    assert {one.id for one in FORM.fields} >= {
        "patient", "born", "sex", "enrolled", "benzodiazepine", "hypnotic", "stimulant", "maoi", "opioid", "monitor",
        "site", "date", "dose", "dose_other", "lot", "minutes", "ready", "fit", "fit_end", "systolic_before",
        "systolic_40", "systolic_end", "diastolic_before", "diastolic_40", "diastolic_end", "sedation", "sedation_from",
        "sedation_to", "dissociation", "dissociation_from", "dissociation_to", "breathing", "serious", "serious_words",
    }  # fmt: skip
    dose = next(one for one in shipped()["esketamine"].treatment.questions if one.id == "dose")
    assert list(dose.options.values()) == ["56 mg", "84 mg", "Other"]
    assert not dose.conditions


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        ({"from": ["today.nothing"]}, "born", "There is no question ‘today.nothing’."),
        ({"fact": "site"}, "born", "A field is either a fact, or from questions."),
        ({"take": "planned", "minute": 41, "from": ["vitals.pulse"]}, "born", "No reading is planned for this minute."),
        ({"take": "ever"}, "born", "nothing says which answers mean that it was not there"),
    ],
)
def test_a_file_that_does_not_fit_is_told_where(change: dict, place: str, says: str) -> None:
    data = json.loads(json.dumps(shipped_data()["esketamine"]))
    next(one for one in data["exports"][0]["fields"] if one["id"] == place).update(change)
    found = parse(data)
    assert isinstance(found, list)
    assert any(says in one.words and one.place.endswith(place) for one in found), found


@pytest_asyncio.fixture
async def course(house, linden, jo, mara) -> Writer:
    """Jo's third session, two hours and ten minutes after the first spray."""
    patient_id, by = jo.made.card.patient_id, linden.mara.staff_id
    course_id = await add_observed(house, linden.clinic, patient_id, by, house.clock(), SINCE)
    return Writer(mara, f"/staff/patients/{patient_id}/courses/{course_id}", "esketamine")


def id_of(course: Writer) -> UUID:
    return UUID(course.base.rpartition("/")[2])


@pytest.mark.asyncio
async def test_each_field_comes_from_what_was_recorded_and_what_was_not_is_missing(house, linden, course) -> None:
    row = await house.db.read(lambda db: store.course_of(db, linden.clinic.id, id_of(course)))

    async def told(session: int) -> tuple[dict[str, str], set[str]]:
        one = await opened(house, row, linden.clinic.zone, house.clock())
        found = cells(one, FORM, session, facts_of(one, session, {Fact.PATIENT: "Jo", Fact.SITE: "Linden"}))
        said = {cell.line.id: "; ".join(plain(*each) for each in cell.said) for cell in found if cell.said}
        return said, {cell.line.id for cell in found if cell.missing}

    said, missing = await told(3)
    assert {"minutes", "fit_end", "serious", "breathing", "ready"} <= missing, "nobody has signed the end yet"
    assert said.items() >= {
        "dose": "56 mg", "lot": "23K041", "systolic_before": "124", "systolic_40": "164", "sedation": "Yes",
        "sedation_from": "41", "sedation_to": "71", "dissociation": "Yes", "happened": "Sick, or vomits",
        "opioid": "No",
    }.items()  # fmt: skip
    assert "dissociation_to" in missing, "it was there at the last reading"
    assert (await course.writes("discharge", 3, ready="110")).status_code == 303
    said, missing = await told(3)
    assert (said["minutes"], said["ready"], said["fit_end"]) == ("130", "110", "Yes")
    assert (said["dissociation"], said["dissociation_to"]) == ("Yes", "130"), "gone when they went home"
    assert said["born"] == "1988-05-14"
    assert missing == {"monitor", "signed"}, "only the page knows the names"


@pytest.mark.asyncio
async def test_the_page_says_first_what_is_missing_and_that_it_sends_nothing(course) -> None:
    page = (await course.browser.get(f"{course.base}/exports/monitoring/3")).text
    assert "fields are missing" in page
    assert page.index("fields are missing") < page.index("As recorded")
    assert "Parlour sends it nowhere." in page
    assert "days left" in page
    table = await course.browser.get(f"{course.base}/exports/monitoring/3/table.csv")
    assert table.headers["content-type"].startswith("text/csv")
    rows = table.content.decode("utf-8-sig").splitlines()
    assert rows[1].endswith(",missing")
    assert "lot,Lot,23K041,," in rows
    assert "systolic_40,Upper blood pressure at 40 minutes,164,mmHg," in rows
    assert "monitor," + '"Who monitored, by who wrote the beginning",Mara' in table.content.decode("utf-8-sig")
    for wrong in ("monitoring/4", "monitoring/0", "other/3"):
        assert (await course.browser.get(f"{course.base}/exports/{wrong}")).status_code == 404


@pytest.mark.asyncio
async def test_it_stands_on_the_board_until_a_person_notes_once_that_it_was_sent(
    house, linden, course, clock, browsers
) -> None:
    board = (await course.browser.get("/staff/courses")).text
    assert "To be sent by somebody" in board
    assert board.count("/exports/monitoring/") == 3
    assert "until tonight" in board, "the first session was seven days ago"
    here, today = f"{course.base}/exports/monitoring/1", house.clock().date()
    for wrong in ("", (today + timedelta(days=1)).isoformat(), (today - timedelta(days=9)).isoformat()):
        assert (await course.browser.post(f"{here}/sent", data={"on": wrong})).status_code == 422
    on = (today - timedelta(days=1)).isoformat()
    assert (await course.browser.post(f"{here}/sent", data={"on": on})).status_code == 303
    assert (await course.browser.post(f"{here}/sent", data={"on": today.isoformat()})).status_code == 303
    noted = (await house.db.read(lambda db: files.sent(db, id_of(course))))["monitoring", 1]
    assert noted.on.isoformat() == on
    page = (await course.browser.get(here)).text
    assert "Sent by Mara" in page
    assert "I have sent it" not in page
    assert (await course.browser.get("/staff/courses")).text.count("/exports/monitoring/") == 2
    clock.now += timedelta(days=5)
    mara = await signed_in(house, await browsers(), linden.mara.staff_id)
    assert "one day late" in (await mara.get("/staff/courses")).text
    other = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.THERAPIST))
    assert (await other.get(here)).status_code == 404
    assert "/exports/" not in (await other.get("/staff/courses")).text


@pytest.mark.asyncio
async def test_two_nodes_note_one_sending(either_house) -> None:
    linden = await seed(either_house)
    patient_id, now = (await booked(either_house, linden)).card.patient_id, either_house.clock()
    course_id = await add_observed(either_house, linden.clinic, patient_id, linden.mara.staff_id, now, SINCE)
    db = either_house.db
    row = await db.read(lambda db: store.course_of(db, linden.clinic.id, course_id))
    assert len(await db.read(lambda db: files.to_send(db, linden.clinic.id, None))) == 3

    async def note(day: int) -> bool:
        one = Sent(now.date() - timedelta(days=day), CLINICIAN, now)
        return await db.unit(lambda db: files.note_sent(db, row, ("monitoring", 2), one))

    assert sum(await asyncio.gather(*(note(day) for day in range(4)))) == 1
    assert {one.session for one in await db.read(lambda db: files.to_send(db, linden.clinic.id, None))} == {1, 3}
