"""A C-SSRS result that a clinician enters: kept once with who and when, scored as its source says, and as loud."""

import asyncio

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.house import House
from server.measures import store
from server.measures.catalogue import shipped, shipped_data
from server.measures.danger import RISK
from server.measures.entering import Kept, Wrong, enter, half_entered, may_enter, read_answers
from server.measures.results import results_of
from server.measures.risk.history import history_of
from server.measures.scoring import Score, score
from server.measures.sheets import sheets_of
from server.measures.tables import Measure, MeasureFlag
from server.outbox import OutboxRow
from server.safety.alerts.tables import Alert
from tests.server.measures.test_sheets import a_booking

CSSRS = shipped()["cssrs"]
NONE = {"cssrs_q1": 0, "cssrs_q2": 0, "cssrs_q6": 0}


def fields(**yes: int) -> dict[str, str]:
    return {f"a-cssrs_{name}": str(value) for name, value in yes.items()}


def test_every_question_that_is_put_is_answered_and_no_other_counts() -> None:
    assert read_answers(CSSRS, fields(q1=0, q2=0, q6=0)) == NONE
    assert read_answers(CSSRS, fields(q1=0, q2=0, q3=1, q6=0, q6b=1)) == NONE
    assert read_answers(CSSRS, fields(q1=0, q2=0)) == {"cssrs_q1": 0, "cssrs_q2": 0}, "as far as it is"
    assert read_answers(CSSRS, fields(q1=2, q2=0, q6=0)) is Wrong.NOT_AN_OPTION
    assert read_answers(CSSRS, {}) is Wrong.OPEN


def test_what_is_open_may_make_it_weightier_and_is_never_taken_for_a_no() -> None:
    def level(**yes: int) -> tuple[str, bool, tuple[str, ...]]:
        found = score(CSSRS, {f"cssrs_{name}": value for name, value in yes.items()})
        assert isinstance(found, Score)
        return found.level.id if found.level else "", found.so_far, found.missing

    assert level(q1=1, q6=0) == ("low", True, ("cssrs_q2", "cssrs_q3", "cssrs_q4", "cssrs_q5"))
    assert level(q1=0, q2=1, q3=1, q4=0, q6=0) == ("moderate", True, ("cssrs_q5",))
    assert level(q1=0, q2=0)[:2] == ("", False)
    assert level(q1=0, q2=1, q4=1)[:2] == ("high", False), "nothing is weightier"
    assert level(q1=1, q2=0, q6=0)[:2] == ("low", False)


async def entered(house: House, card, seen: int = 0, **yes: int):
    answers = read_answers(CSSRS, fields(**yes))
    assert isinstance(answers, dict)
    return await enter(house, card, "cssrs", answers, seen, card.therapist_id)


async def rows(house: House, *asked):
    return [list(await house.db.read(lambda db, one=one: db.scalars(one))) for one in asked]


@pytest.mark.asyncio
async def test_a_positive_result_flags_and_calls_like_any_answer_and_is_kept_with_who_and_when(
    either_house: House,
) -> None:
    house, card = either_house, await a_booking(either_house)
    assert await entered(house, card, q1=1, q2=1, q3=0, q4=1, q5=0, q6=0) is Kept.KEPT
    measures, flags, alerts, jobs, notes = await rows(
        house,
        select(Measure),
        select(MeasureFlag.item).order_by(MeasureFlag.item),
        select(Alert.kind).where(Alert.closed_at.is_(None)),
        select(OutboxRow).where(OutboxRow.topic == RISK),
        select(AuditEntry).where(AuditEntry.action == "measure.entered"),
    )
    assert [(one.entered_by, one.finished_at) for one in measures] == [(card.therapist_id, house.clock())]
    assert flags == ["cssrs_q1", "cssrs_q2", "cssrs_q4"]
    assert (alerts, len(jobs)) == (["urgent"], 3)
    assert [(one.actor_kind, one.actor_id, one.detail) for one in notes] == [
        ("staff", card.therapist_id, {"measure": "cssrs"})
    ]
    (found,) = await results_of(house, card.clinic_id, card.patient_id)
    assert (found.latest.result.level.id, found.latest.entered_by) == ("high", "Mara Lind")
    assert [one.key for one in await sheets_of(house, card, house.clock())] == ["phq9"], "never put to the patient"


@pytest.mark.asyncio
async def test_a_negative_one_calls_nobody_and_a_second_one_counts_whole_and_takes_nothing_back(
    either_house: House,
) -> None:
    house, card = either_house, await a_booking(either_house)
    both = await asyncio.gather(*(entered(house, card, q1=1, q2=1, q3=1, q4=0, q5=0, q6=0) for _ in range(2)))
    assert sorted(both) == [Kept.KEPT, Kept.SAME]
    assert await entered(house, card, q1=1, q2=0, q6=0) is Wrong.OVERTAKEN
    assert await house.db.read(lambda db: may_enter(db, card)) == {"cssrs": 1}
    assert await entered(house, card, 1, q1=0, q2=0, q6=0) is Kept.KEPT
    (found,) = await results_of(house, card.clinic_id, card.patient_id)
    assert found.latest.result.level.id == "none", "what was answered before does not count among it"
    flags, alerts = await rows(house, select(MeasureFlag.seen_at), select(Alert.closed_at))
    assert flags == [None] * 3
    assert alerts == [None]


@pytest.mark.asyncio
async def test_of_two_results_at_once_the_one_that_does_not_count_calls_for_its_danger_all_the_same(
    either_house: House,
) -> None:
    house, card = either_house, await a_booking(either_house)
    assert await entered(house, card, q1=0, q2=0, q6=0) is Kept.KEPT
    for _ in range(2):
        assert await entered(house, card, q1=1, q2=1, q3=0, q4=1, q5=0, q6=0) is Wrong.OVERTAKEN
    flags, alerts = await rows(house, select(MeasureFlag.item), select(Alert.kind).where(Alert.closed_at.is_(None)))
    assert sorted(flags) == ["cssrs_q1", "cssrs_q2", "cssrs_q4"]
    assert alerts == ["urgent"]
    (found,) = await results_of(house, card.clinic_id, card.patient_id)
    assert found.latest.result.level.id == "none"
    both = await asyncio.gather(
        entered(house, card, 1, q1=0, q2=0, q6=1, q6b=1), entered(house, card, 1, q1=1, q2=0, q6=0)
    )
    assert sorted(both) == [Kept.KEPT, Wrong.OVERTAKEN]
    (flags,) = await rows(house, select(MeasureFlag.item))
    assert {"cssrs_q6", "cssrs_q6b"} <= set(flags)


@pytest.mark.asyncio
async def test_as_far_as_it_is_it_is_kept_calls_at_once_and_names_what_is_open(either_house: House) -> None:
    house, card = either_house, await a_booking(either_house)
    assert await entered(house, card, q1=0, q2=1, q4=1) is Kept.KEPT
    (alerts,) = await rows(house, select(Alert.kind).where(Alert.closed_at.is_(None)))
    assert alerts == ["urgent"]
    (found,) = await results_of(house, card.clinic_id, card.patient_id)
    assert (found.latest.finished, found.latest.open) == (False, [3, 5, 6])
    half = {"cssrs_q1": 0, "cssrs_q2": 1, "cssrs_q4": 1}
    assert await half_entered(house, card) == {"cssrs": half}
    assert await entered(house, card, 1, q1=0, q2=1, q3=0, q4=1, q5=0, q6=0) is Kept.KEPT
    (found,) = await results_of(house, card.clinic_id, card.patient_id)
    assert (found.latest.finished, found.latest.open, found.latest.result.level.id) == (True, [], "high")
    assert await half_entered(house, card) == {}


@pytest.mark.asyncio
async def test_over_another_version_that_the_patient_is_asked_it_is_not_kept_and_calls_all_the_same(
    either_house: House,
) -> None:
    house, card = either_house, await a_booking(either_house)
    other = dict(shipped_data()["cssrs"], name="C-SSRS of before")

    async def ask(db):
        version = await store.keep_version(db, card.clinic_id, other, None, house.clock(), own=False)
        return await store.ask(db, (card.clinic_id, card.patient_id, card.id), "cssrs", version, house.clock())

    row = await house.db.unit(ask)
    for _ in range(2):
        assert await entered(house, card, q1=1, q2=1, q3=0, q4=1, q5=0, q6=0) is Wrong.OVERTAKEN
    flags, alerts = await rows(house, select(MeasureFlag.item), select(Alert.kind).where(Alert.closed_at.is_(None)))
    assert (sorted(flags), alerts) == (["cssrs_q1", "cssrs_q2", "cssrs_q4"], ["urgent"])
    said = await history_of(house, card.clinic_id, card.patient_id, row.id)
    assert {(one.measure, one.overtaken) for one in said} == {(CSSRS.name, True)}, "read as it was put"
    assert await house.db.read(lambda db: may_enter(db, card)) == {}
