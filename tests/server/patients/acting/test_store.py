"""Who acts for whom, on either engine."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from server.house import House
from server.patients.acting import store
from server.patients.acting.rules import ActingRules, Arrangement, Helper, Kind, Told
from server.patients.acting.tables import Arrangement as Row
from tests.server.booking.linden import THURSDAY, Linden, booked, seed

pytestmark = pytest.mark.asyncio
BORN = date(2012, 3, 9)


async def arrange(house: House, linden: Linden, patient_id: UUID, arranged: Arrangement) -> bool:
    key = await house.keys.patient(linden.clinic.id, patient_id)
    rows = store.arrangement_rows(key, linden.clinic.id, patient_id, arranged, None, house.clock())
    return await house.db.unit(lambda db: store.arrange(db, rows))


async def known(house: House, linden: Linden, patient_id: UUID) -> store.Acting:
    return await store.acting_for(house.db, house.keys, linden.clinic.id, patient_id)


async def test_the_newest_arrangement_holds_and_of_two_at_once_one_is_first(either_house: House) -> None:
    linden = await seed(either_house)
    patient_id = (await booked(either_house, linden)).card.patient_id
    assert await arrange(either_house, linden, patient_id, Arrangement(BORN, Told.BOTH))
    assert not await arrange(either_house, linden, patient_id, Arrangement(confidential=True)), "made from nothing"
    first = (await known(either_house, linden, patient_id)).arranged
    assert (first.born, first.told, first.confidential) == (BORN, Told.BOTH, False)
    assert await arrange(either_house, linden, patient_id, replace(first, told=None, confidential=True))
    assert not await arrange(either_house, linden, patient_id, first), "somebody was faster"
    second = (await known(either_house, linden, patient_id)).arranged
    assert (second.born, second.told, second.confidential) == (BORN, None, True)


async def test_what_one_of_two_records_keeps_confidential_stays_so_until_somebody_says_otherwise(
    either_house: House,
) -> None:
    """As a merge leaves it: both arrangements lead to the one that is kept; here both were its own from the start."""
    linden = await seed(either_house)
    one, other = [
        (await booked(either_house, linden, THURSDAY + timedelta(hours=hour), name=f"Jo {hour}")).card.patient_id
        for hour in (0, 1)
    ]
    assert await arrange(either_house, linden, one, Arrangement(confidential=True))
    assert await arrange(either_house, linden, other, Arrangement(told=Told.BOTH))
    there = update(Row).where(Row.patient_id == other).values(patient_id=one)
    await either_house.db.unit(lambda db: db.execute(there))
    both = (await known(either_house, linden, one)).arranged
    assert both.confidential
    assert len(both.over) == 2
    assert await arrange(either_house, linden, one, replace(both, confidential=False))
    assert not (await known(either_house, linden, one)).arranged.confidential


async def test_helpers_come_are_confirmed_and_go(either_house: House) -> None:
    linden = await seed(either_house)
    patient_id = (await booked(either_house, linden)).card.patient_id
    clinic_id, now = linden.clinic.id, either_house.clock()
    key = await either_house.keys.patient(clinic_id, patient_id)
    ana = Helper(UUID(int=7), Kind.GUARDIAN, "Ana", "ana@example.org", "", "en", "mother")
    row = store.helper_row(key, await either_house.keys.clinic(clinic_id), patient_id, ana, None, now)
    await either_house.db.unit(lambda db: store.begin(db, clinic_id, row, ()))
    assert (await known(either_house, linden, patient_id)).helpers == (ana,)
    assert (await known(either_house, linden, patient_id)).seen == frozenset()
    for done in (True, False):
        assert done is await either_house.db.unit(
            lambda db: store.confirm_helper(db, clinic_id, patient_id, ana.id, None, now)
        )
    assert (await known(either_house, linden, patient_id)).seen == {Kind.GUARDIAN}
    for done in (True, False):
        assert done is await either_house.db.unit(
            lambda db: store.end_helper(db, clinic_id, patient_id, ana.id, None, now)
        )
    assert (await known(either_house, linden, patient_id)).helpers == ()


async def test_of_two_who_change_the_rules_at_once_one_is_first(either_house: House) -> None:
    linden = await seed(either_house)
    now = either_house.clock()
    for rules, kept in ((ActingRules(14), True), (ActingRules(16), False), (ActingRules(16, number=1), True)):
        done = await either_house.db.unit(
            lambda db, rules=rules: store.keep_rules(db, linden.clinic.id, rules, None, now)
        )
        assert done is kept
    assert (await either_house.db.read(lambda db: store.rules_of(db, linden.clinic.id))).consent_age == 16
