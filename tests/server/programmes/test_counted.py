"""What the two hours are counted from: typed back it needs a reason, and never goes before what has to come first."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from server.programmes import store
from server.programmes.answering import Answered, Reason, parse
from server.programmes.catalogue import shipped
from server.programmes.course import Entry, History, Key, Seen, Why
from server.programmes.gates import NONE
from server.programmes.later import WHY_BACK
from server.programmes.questions import Verdict
from server.programmes.recording import No, Refused, enter
from server.programmes.sealed import open_answers
from server.programmes.times.rules import UNASKED
from tests.server.programmes.conftest import Writer, an_answer, begun, give
from tests.server.programmes.courses import BERLIN, MONDAY, Hand, small, step
from tests.server.visit.conftest import signed_in

NO = dict.fromkeys(("awake", "walks", "safe", "escort", "told", "drinks", "next"), "no")
WHY = "The tablet was being charged."


def test_of_each_course_that_is_watched_the_beginning_and_either_end_are_what_is_counted() -> None:
    watched = {key for key in shipped() if key.startswith(("esketamine", "ketamine"))}
    assert {key for key, one in shipped().items() if one.by_the_clock} == watched
    assert all(shipped()[key].by_the_clock == {"treatment", "discharge", "handover"} for key in watched)


@pytest.mark.parametrize(("minutes", "counts", "asked"), [(1, True, False), (2, True, True), (2, False, False)])
def test_the_minute_that_passes_while_it_is_written_nobody_asks(minutes: int, counts: bool, asked: bool) -> None:
    assert timedelta(minutes=1) == UNASKED
    one = shipped()["esketamine"].by_id["treatment"]
    at = f"{(MONDAY - timedelta(minutes=minutes)).astimezone(BERLIN):%H:%M}"
    fields = {f"q-{each.id}": an_answer(each) for each in one.questions} | {"at": at}
    found = parse(one, fields, MONDAY, BERLIN, counts=counts)
    assert (found == {"later": Reason.NO_WHY_BACK}) is asked
    told = parse(one, fields | {"later": WHY}, MONDAY, BERLIN, counts=counts)
    assert isinstance(told, Answered)
    assert told.answers.get(WHY_BACK) == (WHY if asked else None)
    assert asked is not isinstance(parse(one, fields | {"later": "\u200b "}, MONDAY, BERLIN, counts=counts), Answered)


async def ready(house, linden, jo, mara) -> Writer:
    """Jo is before the first spray, and all that comes before it is written or passed."""
    await give(house, linden.clinic.id, "esketamine")
    course = await begun(mara, jo.made.card.patient_id, "esketamine", house, linden.clinic.id)
    for name in ("eligibility", "facts", "scales", "consent"):
        assert (await course.writes(name)).status_code == 303
    await course.is_measured()
    for name in ("today", "since"):
        assert (await course.writes(name, 1)).status_code == 303
    return course


def clock_of(at: datetime) -> dict[str, str]:
    return {"at": f"{at.astimezone(BERLIN):%H:%M}"}


async def kept_why(house, linden, patient_id: UUID) -> str:
    """What the answers of the first spray keep of why."""
    ring = await house.keys.patient(linden.clinic.id, patient_id)

    async def work(db):
        (row,) = await store.courses_of(db, linden.clinic.id, patient_id)
        loaded = await store.loaded(db, row)
        kept = next(one for one in loaded.entries if one.entry.key.step == "treatment")
        return open_answers(ring, linden.clinic.id, kept.id, kept.blob).get(WHY_BACK, "")

    return await house.db.read(work)


@pytest.mark.asyncio
async def test_an_early_end_that_is_typed_back_needs_a_reason_like_going_home(house, linden, jo, mara, clock) -> None:
    course = await ready(house, linden, jo, mara)
    assert (await course.writes("treatment", 1)).status_code == 303
    clock.forward(minutes=40)
    course.browser = await signed_in(house, course.browser, linden.mara.staff_id)
    assert "more than a minute ago" in (await course.browser.get(f"{course.base}/steps/handover/1/0")).text
    ended = clock_of(clock.now - timedelta(minutes=20))
    answer = await course.writes("handover", 1, when=ended)
    assert answer.status_code == 422
    assert "Please write why it is written later than it was done." in answer.text
    assert (await course.writes("handover", 1, when=ended | {"later": WHY})).status_code == 303
    assert WHY in await course.page(), "it stands on the page of the course, beside both times"


@pytest.mark.asyncio
async def test_a_first_spray_that_is_typed_back_needs_a_reason_and_says_so_where_the_time_is_counted(
    house, linden, jo, mara, clock
) -> None:
    course = await ready(house, linden, jo, mara)
    checked = clock.now
    clock.forward(minutes=50)
    course.browser = await signed_in(house, course.browser, linden.mara.staff_id)
    form = (await course.browser.get(f"{course.base}/steps/treatment/1/0")).text
    assert "more than a minute ago" in form
    spray = checked + timedelta(minutes=10)
    answer = await course.writes("treatment", 1, when=clock_of(spray))
    assert answer.status_code == 422
    assert "Please write why it is written later than it was done." in answer.text
    early = clock_of(checked - timedelta(minutes=5)) | {"later": WHY}
    answer = await course.writes("treatment", 1, when=early)
    assert answer.status_code == 409
    assert "It cannot have been before the check" in answer.text
    assert (await course.writes("treatment", 1, when=clock_of(spray) | {"later": WHY})).status_code == 303
    assert await kept_why(house, linden, jo.made.card.patient_id) == WHY
    at, written = (f"{one.astimezone(BERLIN):%-H:%M}" for one in (spray, clock.now))
    for address in ("/staff/observing", course.base, f"{course.base}/steps/discharge/1/0"):
        page = (await course.browser.get(address)).text
        assert f"written at {written} for {at}" in page, address
        assert WHY in page, address


def test_going_home_is_never_before_the_last_reading_whatever_was_passed() -> None:
    definition = small(
        steps=[
            step("check", "check", "before"),
            step("treatment", "session", "session"),
            step("vitals", "clock", "during", minutes=[40], source="a test"),
            step("after", "check", "during", ends=True),
        ],
        gates=[
            {"id": "asked", "before": "treatment", "needs": ["check"], "reason": "First that."},
            {"id": "spaced", "before": "treatment", "spacing": True, "reason": "Not yet."},
            {"id": "long", "before": "after", "since": "treatment", "least": "hour", "reason": "Not yet."},
            {"id": "readings", "before": "after", "needs": ["vitals"], "reason": "One is open."},
        ],
    )
    hand = Hand.of(definition)
    hand.does("check", 1)
    hand.does("treatment", 1)
    began = hand.now
    hand.wait(minutes=70)
    hand.passes("readings", 1, [Seen(Why.MISSING, "vitals", NONE)])
    hand.wait(minutes=30)
    hand.does("vitals", 1, 1, Verdict.STOP)

    def goes_home(minute: int) -> History | Refused:
        entry = Entry(Key("after", 1), began + timedelta(minutes=minute), Verdict.CLEAR)
        return enter(hand.programme, hand.done, entry, hand.now)

    assert goes_home(80) == Refused(No.TOO_SOON)
    assert isinstance(goes_home(100), Refused), "a red reading is looked at first"
    assert goes_home(100) != Refused(No.TOO_SOON)
