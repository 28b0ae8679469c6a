"""Totals over the time of medicines: which belong to which span, as exact as what is written."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from server.measures.catalogue import shipped
from server.measures.chart import PAD, WIDE
from server.measures.results import Result, Taken
from server.measures.scoring import Score, score
from server.record.care.rules import Entry, Kind, Medicine, Spell
from server.record.medicines.response import Response, Span, responses, span_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
TODAY = date(2026, 3, 9)


def phq9(**totals: int) -> list[Result]:
    """Day as `d2026_01_05` -> total."""
    instrument, taken = shipped()["phq9"], []
    for name, total in totals.items():
        answers = {item.id: min(3, max(0, total - 3 * at)) for at, item in enumerate(instrument.scored)}
        result = score(instrument, answers)
        assert isinstance(result, Score)
        at = datetime.strptime(name, "d%Y_%m_%d").replace(hour=9, tzinfo=UTC)
        taken.append(Taken(uuid4(), None, at, True, 0, instrument, answers, result))
    return [Result("phq9", taken, ())] if taken else []


def of(results: list[Result], *medicines: Medicine) -> list[Response]:
    entries = [Entry(uuid4(), Kind.MEDICINE, 1, one, uuid4(), NOW) for one in medicines]
    return responses(results, entries, BERLIN, NOW)


@pytest.mark.parametrize(
    ("spell", "first", "after"),
    [
        (Spell("2024"), date(2024, 1, 1), date(2026, 3, 10)),
        (Spell("2024", "2024"), date(2024, 1, 1), date(2025, 1, 1)),
        (Spell("2024-02", "2024-02"), date(2024, 2, 1), date(2024, 3, 1)),
        (Spell("2024-02-10", "2024-02-10"), date(2024, 2, 10), date(2024, 2, 11)),
        (Spell("2024-02-10", weeks=6), date(2024, 2, 10), date(2024, 3, 23)),
        (Spell("2026-03-01", going=True), date(2026, 3, 1), date(2026, 3, 10)),
        (Spell("2026-03-01", "2027"), date(2026, 3, 1), date(2026, 3, 10)),
    ],
)
def test_a_span_is_as_long_as_what_is_written(spell: Spell, first: date, after: date) -> None:
    found = span_of(spell, TODAY)
    assert found
    assert (found.first, found.after) == (first, after)


def test_without_a_begin_or_before_it_there_is_no_span() -> None:
    assert span_of(Spell(weeks=6), TODAY) is None
    assert span_of(Spell(until="2024"), TODAY) is None
    assert span_of(Spell("2027"), TODAY) is None


def test_each_medicine_has_the_total_from_before_and_those_of_its_time() -> None:
    results = phq9(d2025_11_01=20, d2025_12_01=16, d2026_01_15=12, d2026_03_01=7)
    old, new = (
        Medicine("Citalopram", spell=Spell("2025-11-20", "2026-01-10")),
        Medicine("Sertraline", spell=Spell("2026-01-11", going=True)),
    )
    (one,) = of(results, new, old, Medicine("Unknown"))
    rows = [
        (row.medicine.name, row.before and row.before.total, [point.total for point in row.totals]) for row in one.rows
    ]
    assert rows == [("Sertraline", 16, [12, 7]), ("Citalopram", 20, [16]), ("Unknown", None, [])]
    assert one.taken_at(date(2026, 1, 10)) == ["Citalopram"]
    assert one.rows[2].bar is None
    (first, width), (second, more) = one.rows[1].bar or (0, 0), one.rows[0].bar or (0, 0)
    assert first + width == pytest.approx(second, abs=0.3), "one begins where the other ends"
    assert second + more == pytest.approx(WIDE - PAD, abs=0.3), "until today"


def test_what_was_long_before_the_first_total_has_no_bar_and_nothing_is_drawn_without_totals() -> None:
    (one,) = of(phq9(d2026_01_15=12), Medicine("Long ago", spell=Spell("2010", "2011")))
    assert (one.rows[0].bar, one.rows[0].before, one.rows[0].totals) == (None, None, [])
    assert of([], Medicine("A", spell=Spell("2024"))) == []


DAYS = some.dates(date(2023, 1, 1), date(2026, 3, 9))


@given(
    some.lists(some.tuples(DAYS, some.integers(0, 27)), min_size=1, max_size=8),
    some.lists(some.tuples(DAYS, DAYS), max_size=5),
)
def test_every_bar_lies_in_the_drawing_and_every_total_in_its_span(totals, spans) -> None:
    told = {f"d{day:%Y_%m_%d}": total for day, total in sorted(totals)}
    medicines = [
        Medicine(f"M{at}", spell=Spell(min(pair).isoformat(), max(pair).isoformat())) for at, pair in enumerate(spans)
    ]
    (one,) = of(phq9(**told), *medicines)
    for row in one.rows:
        assert isinstance(row.span, Span)
        assert all(row.span.holds(point.at.date()) for point in row.totals)
        if row.bar:
            assert row.bar[0] >= PAD - 0.2
            assert row.bar[0] + row.bar[1] <= WIDE - PAD + 0.3
        assert not row.totals or row.bar, "what has a total has a bar"
    assert one.chart.last_at - one.chart.first_at >= timedelta(0)
