"""What would become of each line: examples, and what holds for any table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as some

from server.booking.hours import stretch
from server.booking.importing.rules import Ground, Marks, People, Planned, Row, Trouble, Unread, Verdict, counted, plan
from tests.server.booking.linden import a_service, usual_week

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
MONDAY = datetime(2026, 3, 16, 8, tzinfo=UTC)  # 9:00 in Berlin
MARA, SAMIR = UUID(int=1), UUID(int=2)
SESSION, GROUP, IN_ROOM = a_service(), a_service("A group", seats=3), a_service("Coil", needs=(UUID(int=9),))
ROOM = UUID(int=7)
SERVICES = {one.id: one for one in (SESSION, GROUP, IN_ROOM)}


def ground(**changes) -> Ground:
    hours = {(who, service): usual_week() for who in (MARA, SAMIR) for service in SERVICES}
    plain = Ground(ZoneInfo("Europe/Berlin"), SERVICES, hours, pools={IN_ROOM.id: ((ROOM,),)})
    return replace(plain, **changes)


def row(line: int, name: str = "Rosa", start: datetime | None = MONDAY, service=SESSION, who: UUID = MARA) -> Row:
    end = start + service.length if start else None
    return Row(line, name, f"{name}@example.org", "", start, end, who if start else None, service.id if start else None)


def planned(*lines: Row | Unread, on: Ground | None = None, outside: bool = False) -> list[Planned]:
    marks = {one.line: Marks(one.name.encode(), one.mail.encode()) for one in lines if isinstance(one, Row)}
    ids = {one.line: uuid4() for one in lines}
    return list(plan(lines, marks, ids, on or ground(), NOW, outside=outside))


def verdicts(*lines: Row | Unread, **more) -> list[Verdict]:
    return [one.verdict for one in planned(*lines, **more)]


def test_one_person_in_several_lines_is_one_patient() -> None:
    first, again, later = planned(row(2), row(3), row(4, start=MONDAY + timedelta(days=7)))
    assert (first.verdict, again.verdict, later.verdict) == (Verdict.NEW, Verdict.TWICE, Verdict.NEW)
    assert (first.patient_new, later.patient_new) == (True, False)
    assert first.patient_id == later.patient_id


def test_what_overlaps_an_earlier_line_is_taken() -> None:
    end = MONDAY + SESSION.length
    lines = (row(2), row(3, "Kim", end - timedelta(minutes=1)), row(4, "Leo", end), row(5, "Ada", who=SAMIR))
    assert verdicts(*lines) == [Verdict.NEW, Verdict.TAKEN, Verdict.NEW, Verdict.NEW]


def test_sessions_back_to_back_come_in_and_what_is_kept_free_around_them_gives_way() -> None:
    """A clinic that moves in may never have left a pause between two."""
    length, pause = SESSION.length, SESSION.after
    assert pause > timedelta()
    lines = [row(2 + n, f"P{n}", MONDAY + n * length) for n in range(3)]
    found = planned(*lines)
    assert [one.verdict for one in found] == [Verdict.NEW] * 3
    claims = [one.time.claim for one in found if one.time]
    assert [claim.until_at for claim in claims] == [MONDAY + length, MONDAY + 2 * length, MONDAY + 3 * length + pause]
    before = ground(taken={MARA: [stretch(MONDAY + length, MONDAY + 2 * length)]})
    assert planned(row(2), on=before)[0].verdict is Verdict.TAKEN, "what stands here already keeps its pause"


def test_groups_fill_up_and_rooms_run_out() -> None:
    assert verdicts(*(row(n, f"P{n}", service=GROUP) for n in range(4))) == [Verdict.NEW] * 3 + [Verdict.TAKEN]
    two = planned(row(2, service=IN_ROOM), row(3, "Kim", service=IN_ROOM, who=SAMIR))
    assert [one.time.units for one in two if one.time] == [(ROOM,)]
    assert two[1].unread == Unread(3, Trouble.ROOM, "Kim")


def test_past_outside_and_away() -> None:
    away = ground(away=[(None, stretch(MONDAY, MONDAY + timedelta(hours=1)))])
    assert verdicts(row(2, start=NOW), row(3, start=MONDAY.replace(hour=20))) == [Verdict.PAST, Verdict.OUTSIDE]
    assert verdicts(row(2), on=away) == [Verdict.AWAY]
    (promised,) = planned(row(2), on=away, outside=True)
    assert (promised.verdict, promised.outside) == (Verdict.NEW, Verdict.AWAY)


def test_a_namesake_is_somebody_else_unless_a_contact_is_shared_or_missing() -> None:
    people, rosa, other = People(), uuid4(), uuid4()
    people.add(Marks(b"rosa", b"r@x", b"1"), rosa)
    assert people.find(Marks(b"rosa", b"r@x")) == people.find(Marks(b"rosa", None, b"1")) == rosa
    assert people.find(Marks(b"rosa")) == rosa
    assert people.find(Marks(b"rosa", b"else@x")) is None
    assert people.find(Marks(b"kim", b"r@x")) is None
    people.add(Marks(b"rosa", b"two@x"), other)
    assert people.find(Marks(b"rosa")) is None  # it could be either
    assert people.find(Marks(b"rosa", b"two@x")) == other


starts = some.integers(-20, 400).map(lambda quarter: MONDAY + timedelta(minutes=15 * quarter))
rows = some.lists(some.tuples(some.sampled_from("ABCDE"), starts, some.sampled_from([MARA, SAMIR])), max_size=25)


@given(rows, some.booleans())
def test_nothing_that_comes_in_overlaps_and_every_line_has_one_answer(
    lines: list[tuple[str, datetime, UUID]], outside: bool
) -> None:
    taken = {MARA: [stretch(MONDAY, MONDAY + timedelta(hours=2))]}
    found = planned(
        *(row(n, *one[:2], who=one[2]) for n, one in enumerate(lines)), on=ground(taken=taken), outside=outside
    )
    assert counted(found).total() == len(lines)
    for who in (MARA, SAMIR):
        spans = sorted(stretch(*one.time.claim) for one in found if one.time and one.time.therapist_id == who)
        spans = sorted([*spans, *([stretch(MONDAY, MONDAY + timedelta(hours=2))] if who == MARA else [])])
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
    new = [one.patient_id for one in found if one.patient_new]
    assert len(new) == len(set(new)) <= 5
