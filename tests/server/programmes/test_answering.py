"""What a form of a step says: numbers in every manner of writing, pressures that cannot be, times around midnight."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from server.programmes.answering import Answered, Reason, parse
from server.programmes.catalogue import shipped
from server.programmes.numbers import Odd, read_number
from server.programmes.pressures import turned, upper_of
from tests.server.programmes.courses import BERLIN

ESKETAMINE = shipped()["esketamine"]
INCIDENT, CONSENT = ESKETAMINE.by_id["incident"], ESKETAMINE.by_id["consent"]
NEW_YORK = ZoneInfo("America/New_York")
WEIGHT, PULSES = (20, 400), (0, 5000)


@pytest.mark.parametrize(
    ("typed", "span", "whole", "found"),
    [
        ("36.6", (30, 45), False, "36.6"),
        ("36,6", (30, 45), False, "36.6"),
        ("٣٦٫٦", (30, 45), False, "36.6"),
        ("３６．６", (30, 45), False, "36.6"),
        ("۱۲۰", (50, 300), False, "120"),
        ("१२०", (50, 300), False, "120"),
        ("72.500", WEIGHT, False, "72.5"),
        ("0.500", (0, 5000), False, "0.5"),
        ("3000", PULSES, True, "3000"),
        ("3 000", PULSES, True, "3000"),
        ("3\u202f000", PULSES, True, "3000"),
        ("3'000", PULSES, True, "3000"),
        ("٣٬٠٠٠", PULSES, True, "3000"),
        ("-2", None, False, "-2"),
        ("3.000", PULSES, True, Odd.TWO_NUMBERS),
        ("3,000", PULSES, True, Odd.TWO_NUMBERS),
        ("1.500", PULSES, True, Odd.TWO_NUMBERS),
        ("٣٫٠٠٠", PULSES, True, Odd.TWO_NUMBERS),
        ("3.000", (0, 1000), False, Odd.TWO_NUMBERS),
        ("1.500", None, False, Odd.TWO_NUMBERS),
        ("1.500", (0, 2000), False, Odd.TWO_NUMBERS),
        ("12.5", PULSES, True, Odd.NOT_WHOLE),
        ("12,0", PULSES, True, Odd.NOT_WHOLE),
        ("5001", PULSES, True, Odd.SPAN),
        ("12.3456", WEIGHT, False, Odd.NO_NUMBER),
        ("1,234.5", None, False, Odd.NO_NUMBER),
        ("3 00", PULSES, True, Odd.NO_NUMBER),
        ("12 kg", WEIGHT, False, Odd.NO_NUMBER),
    ],
)  # fmt: skip
def test_a_number_is_read_in_every_manner_and_asked_about_where_it_could_be_two(typed, span, whole, found) -> None:
    read = read_number(typed, span, whole)
    assert (read if isinstance(read, Odd) else f"{read.normalize():f}") == found


def test_thousands_of_pulses_are_never_kept_as_three() -> None:
    step = shipped()["tms"].by_id["after"]
    now = datetime(2026, 3, 12, 9, tzinfo=UTC)
    for typed, reason in (("3.000", Reason.TWO_NUMBERS), ("3,000", Reason.TWO_NUMBERS), ("2999.5", Reason.NOT_WHOLE)):
        found = parse(step, {"q-pulses": typed}, now, BERLIN)
        assert not isinstance(found, Answered)
        assert found["q-pulses"] is reason
    found = parse(step, {"q-pulses": "٣٠٠٠"}, now, BERLIN)
    assert not isinstance(found, Answered)
    assert "q-pulses" not in found


def both(step: str, upper: str, lower: str, rest: str = "") -> dict[str, Reason]:
    fields = {f"q-systolic{rest}": upper, f"q-diastolic{rest}": lower}
    found = parse(ESKETAMINE.by_id[step], fields, datetime(2026, 3, 12, 9, tzinfo=UTC), BERLIN)
    assert not isinstance(found, Answered), "the rest is missing"
    return {name: why for name, why in found.items() if name in fields}


@pytest.mark.parametrize(("step", "rest"), [("vitals", ""), ("today", ""), ("facts", "_first"), ("facts", "_again")])
def test_a_lower_pressure_that_is_not_the_lower_one_is_asked_about(step: str, rest: str) -> None:
    wrong = {f"q-systolic{rest}": Reason.TURNED, f"q-diastolic{rest}": Reason.TURNED}
    assert both(step, "80", "120", rest) == wrong
    assert both(step, "120", "120", rest) == wrong
    assert both(step, "120", "119.5", rest) == {}
    assert both(step, "120", "", rest) == {f"q-diastolic{rest}": Reason.MISSING}
    assert both(step, "40", "80", rest) == {f"q-systolic{rest}": Reason.SPAN}


def test_every_programme_that_asks_for_two_pressures_knows_which_belong_together() -> None:
    found = {
        (key, step.id, upper_of(one, step.questions), one.id)
        for key, definition in shipped().items()
        for step in definition.steps
        for one in step.questions
        if one.id.startswith("diastolic")
    }
    assert len(found) >= 20
    assert all(upper.replace("systolic", "diastolic") == lower for _, _, upper, lower in found)
    alone = [one for one in ESKETAMINE.by_id["vitals"].questions if one.id == "diastolic"]
    assert upper_of(alone[0], alone) == ""
    assert not list(turned(alone, {"diastolic": "80"}))


def moment(typed: str, now: datetime, step=INCIDENT, zone: ZoneInfo = BERLIN) -> datetime | Reason:
    answers = {"q-what": "fall"} | {f"q-{one.id}": "yes" for one in CONSENT.questions} | {"q-signature": "Jo Almeida"}
    found = parse(step, {**answers, "at": typed}, now.astimezone(UTC), zone)
    return found.at if isinstance(found, Answered) else found["at"]


def at(*parts: int, zone: ZoneInfo = BERLIN, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=zone, fold=fold)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Pacific/Kiritimati")])
def test_shortly_after_midnight_a_time_of_the_evening_is_yesterdays(zone: ZoneInfo) -> None:
    now = at(2026, 3, 12, 0, 42, zone=zone)
    assert moment("23:55", now, zone=zone) == at(2026, 3, 11, 23, 55, zone=zone)
    assert moment("18:42", now, zone=zone) == at(2026, 3, 11, 18, 42, zone=zone)
    assert moment("٢٣:٥٥", now, zone=zone) == at(2026, 3, 11, 23, 55, zone=zone)
    assert moment("18:41", now, zone=zone) is Reason.FUTURE, "longer ago: that takes a day and a reason"
    assert moment("0:43", now, zone=zone) is Reason.FUTURE
    assert moment("0:42", now, zone=zone) == now
    assert moment("0:05", now, zone=zone) == at(2026, 3, 12, 0, 5, zone=zone)
    assert moment("23:55", at(2026, 3, 11, 23, 54, zone=zone), zone=zone) is Reason.FUTURE


def test_nobody_signs_for_the_evening_before() -> None:
    assert moment("23:55", at(2026, 3, 12, 0, 42), CONSENT) is Reason.FUTURE


def test_in_a_night_of_a_clock_change_the_hours_that_went_by_count() -> None:
    spring, autumn = at(2026, 3, 29, 5, 30), at(2026, 10, 25, 4, 30)
    assert moment("23:31", spring) == at(2026, 3, 28, 23, 31), "six hours on the wall, five went by"
    assert moment("22:31", spring) == at(2026, 3, 28, 22, 31)
    assert moment("22:29", spring) is Reason.FUTURE
    assert moment("23:31", autumn) == at(2026, 10, 24, 23, 31), "five on the wall, six went by"
    assert moment("23:29", autumn) is Reason.FUTURE
    assert moment("23:55", at(2026, 10, 25, 2, 10, fold=1)) == at(2026, 10, 24, 23, 55)


@pytest.mark.parametrize("key", ["esketamine", "esketamine-maintenance"])
def test_a_date_of_birth_is_a_day_that_has_been_and_no_name(key: str) -> None:
    facts, now = shipped()[key].by_id["facts"], datetime(2026, 3, 12, 9, tzinfo=UTC)

    def born(typed: str) -> Reason | None:
        found = parse(facts, {"q-born": typed}, now, BERLIN)
        assert not isinstance(found, Answered)
        return found.get("q-born")

    for typed in ("Jo Almeida", "14 May 1988", "14.5.1988", "1988-02-30", "19880514", "2026-03-13", "1888-05-14"):
        assert born(typed) is Reason.NO_DATE
    assert born("") is Reason.MISSING
    for typed in ("1988-05-14", "2026-03-12", "2000-02-29", "١٩٨٨-٠٥-١٤"):
        assert born(typed) is None
