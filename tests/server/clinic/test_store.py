"""Clinics in rows and back, the same on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from server import schema
from server.accounts.tables import Staff
from server.clinic import store
from server.clinic.rules import Leave, Service, TherapistCard, WeeklyHours, usual_week
from server.db import Database
from tests.server.clinic.made import clinic

pytestmark = pytest.mark.asyncio

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
LINDEN = clinic()
OTHER = clinic(slug="other")
SESSION = Service(uuid4(), "A session", "", timedelta(minutes=50), timedelta(), timedelta(minutes=10))


@pytest_asyncio.fixture
async def db(any_database_url):
    database = Database(any_database_url)
    await database.run_sync(schema.metadata.create_all)
    yield database
    await database.run_sync(schema.metadata.drop_all)
    await database.close()


async def add_two(db) -> None:
    await store.add_clinic(db, LINDEN, {"accent_day": "#25573f"}, NOW)
    await store.add_clinic(db, OTHER, {}, NOW + timedelta(minutes=1))


async def add_person(db, name: str, clinic_id: UUID = LINDEN.id) -> TherapistCard:
    card = TherapistCard(uuid4(), name.lower(), name, "")
    db.add(
        Staff(
            id=card.staff_id,
            clinic_id=clinic_id,
            name=name,
            mail_sealed=b"-",
            mail_index=card.staff_id.bytes,
            roles=["therapist"],
            made_at=NOW,
        )
    )
    await db.flush()
    await store.add_therapist(db, clinic_id, card)
    return card


async def test_a_clinic_comes_back_as_it_went_in(db) -> None:
    await db.unit(add_two)
    found = await db.read(lambda db: store.find_clinic(db, "linden"))
    assert replace(found, accent="") == LINDEN
    assert await db.read(lambda db: store.clinic_of(db, OTHER.id)) == OTHER
    assert (await db.read(store.first_clinic)).slug == "linden"
    assert await db.read(lambda db: store.find_clinic(db, "nowhere")) is None


@pytest.mark.parametrize(("stored", "read"), [(0, 0), (1, 10), (9, 10), (11, 11)])
async def test_a_stored_offer_that_nobody_could_answer_lasts_ten_minutes(db, stored, read) -> None:
    offer = replace(LINDEN.policy, offer=timedelta(minutes=stored))
    await db.unit(lambda db: store.add_clinic(db, replace(LINDEN, policy=offer), {}, NOW))
    assert (await db.read(lambda db: store.clinic_of(db, LINDEN.id))).policy.offer == timedelta(minutes=read)


async def test_a_brand_knows_its_colours_by_an_address_that_changes_with_them(db) -> None:
    await db.unit(add_two)
    before = await db.read(lambda db: store.brand_of(db, LINDEN.id))
    await db.unit(lambda db: store.change_clinic(db, LINDEN, {"accent_day": "#015c93"}))
    after = await db.read(lambda db: store.brand_of(db, LINDEN.id))
    assert before.accent_css.startswith("/c/linden/accent.css?")
    assert before.accent_css != after.accent_css
    assert (await db.read(lambda db: store.brand_of(db, OTHER.id))).accent_css is None
    assert await db.read(lambda db: store.brand_of(db, uuid4())) is None


async def test_a_change_keeps_what_it_does_not_name(db) -> None:
    await db.unit(add_two)
    await db.unit(lambda db: store.change_clinic(db, replace(LINDEN, phone="030 1", consent_version="2")))
    found = await db.read(lambda db: store.clinic_of(db, LINDEN.id))
    assert (found.phone, found.consent_version, found.accent != "") == ("030 1", "2", True)


async def test_every_version_of_the_consent_text_can_still_be_read(db) -> None:
    await db.unit(add_two)
    changed = replace(LINDEN, consent_version="2", consent_text="We keep less.")
    for one in (changed, replace(changed, consent_text="Something else.")):
        await db.unit(lambda db, one=one: store.keep_consent_text(db, one, NOW))
    texts = [await db.read(lambda db, n=n: store.consent_text(db, LINDEN.id, n)) for n in ("1", "2", "3")]
    assert texts == [LINDEN.consent_text, "We keep less.", None]
    assert await db.read(lambda db: store.consent_text(db, OTHER.id, "2")) is None


async def test_services_stand_in_order_and_hidden_ones_are_left_out(db) -> None:
    second = replace(SESSION, id=uuid4(), name="A first conversation")

    async def work(db) -> None:
        await add_two(db)
        await store.add_service(db, LINDEN.id, SESSION)
        await store.add_service(db, LINDEN.id, second)
        assert await store.change_service(db, LINDEN.id, replace(SESSION, hidden=True), NOW)
        assert not await store.change_service(db, OTHER.id, second, NOW)

    await db.unit(work)
    assert await db.read(lambda db: store.services(db, LINDEN.id)) == [second]
    assert [one.hidden for one in await db.read(lambda db: store.services(db, LINDEN.id, hidden=True))] == [True, False]
    assert await db.read(lambda db: store.services(db, OTHER.id)) == []


async def test_who_offers_what_and_in_which_order(db) -> None:
    async def work(db) -> list[TherapistCard]:
        await add_two(db)
        await store.add_service(db, LINDEN.id, SESSION)
        people = [await add_person(db, name) for name in ("Mara", "Samir", "Zoe")]
        await store.offer(db, SESSION.id, [people[0].staff_id, people[1].staff_id, people[1].staff_id])
        await store.order_therapists(db, LINDEN.id, [people[2].staff_id, people[1].staff_id, people[0].staff_id])
        await store.change_therapist(db, LINDEN.id, replace(people[0], about="English, German"), NOW)
        return people

    mara, samir, _zoe = await db.unit(work)
    everybody = await db.read(lambda db: store.therapists(db, LINDEN.id))
    assert [card.slug for card in everybody] == ["zoe", "samir", "mara"]
    assert everybody[2].about == "English, German"
    offering = await db.read(lambda db: store.therapists(db, LINDEN.id, SESSION.id))
    assert [card.slug for card in offering] == ["samir", "mara"]
    offers = await db.read(lambda db: store.offers(db, LINDEN.id))
    assert offers == {SESSION.id: frozenset({mara.staff_id, samir.staff_id})}
    assert await db.read(lambda db: store.offers(db, OTHER.id)) == {}


async def test_hours_are_replaced_as_a_whole(db) -> None:
    async def work(db) -> tuple[TherapistCard, TherapistCard]:
        await add_two(db)
        mara, samir = await add_person(db, "Mara"), await add_person(db, "Samir")
        await store.set_hours(db, LINDEN.id, mara.staff_id, usual_week())
        await store.set_hours(db, LINDEN.id, mara.staff_id, [WeeklyHours(3, 600, 1440)])
        return mara, samir

    mara, samir = await db.unit(work)
    found = await db.read(lambda db: store.hours(db, [mara.staff_id, samir.staff_id]))
    assert found == {mara.staff_id: (WeeklyHours(3, 600, 1440),), samir.staff_id: ()}


async def test_leave_is_found_where_it_touches_and_only_by_its_own_clinic(db) -> None:
    async def work(db) -> list[Leave]:
        await add_two(db)
        mara = await add_person(db, "Mara")
        made = [
            Leave(uuid4(), mara.staff_id, NOW, NOW + timedelta(days=2)),
            Leave(uuid4(), None, NOW + timedelta(days=2), NOW + timedelta(days=3)),
        ]
        for one in made:
            await store.add_leave(db, LINDEN.id, one)
        return made

    own, closure = await db.unit(work)
    span = (NOW + timedelta(days=2), NOW + timedelta(days=9))
    assert await db.read(lambda db: store.leave(db, LINDEN.id, *span)) == [(None, closure.from_at, closure.until_at)]
    assert await db.read(lambda db: store.leave(db, OTHER.id, *span)) == []
    assert not await db.unit(lambda db: store.drop_leave(db, OTHER.id, own.id))
    assert await db.unit(lambda db: store.drop_leave(db, LINDEN.id, own.id))
    assert await db.read(lambda db: store.find_leave(db, LINDEN.id, own.id)) is None
    assert await db.read(lambda db: store.find_leave(db, LINDEN.id, closure.id)) == closure
