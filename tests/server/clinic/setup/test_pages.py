"""Set-up in one form: a one-time link, nothing typed is lost, and all or nothing at the end."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.access import Role
from server.accounts import store as accounts
from server.accounts.rules import Purpose
from server.accounts.tables import Login, Staff
from server.audit.tables import AuditEntry
from server.clinic import store as clinics
from server.clinic.days.rules import closures
from server.clinic.rules import usual_week
from server.clinic.setup.forms import PREFILLED
from server.clinic.setup.pages import further_address, lacks, set_up_address
from server.outbox import OutboxRow
from tests.server.clinic.made import make_clinic
from tests.server.conftest import browser_on, settings_for

pytestmark = pytest.mark.asyncio

FORM = PREFILLED | {
    "name": "Linden Practice",
    "zone": "Europe/Berlin",
    "phone": "030 555 0134",
    "admin_name": "Mara Lind",
    "admin_mail": "mara@linden.example",
    "password": "quiet lamp under stairs",
    "service_name": "A session",
}


async def path_of_link(house) -> str:
    return (await set_up_address(house)).removeprefix(house.settings.base_url)


async def everything(house, table):
    async def work(db):
        return list(await db.scalars(select(table)))

    return await house.db.read(work)


async def test_one_form_makes_a_clinic_that_can_be_booked(client, house) -> None:
    answer = await client.post(await path_of_link(house), data=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/c/linden-practice?notice=clinic-is-open")
    clinic = await house.db.read(clinics.first_clinic)
    assert (clinic.slug, clinic.zone.key, clinic.country, clinic.phone) == (
        "linden-practice", "Europe/Berlin", "DE", "030 555 0134",
    )  # fmt: skip
    assert "Linden Practice" in clinic.consent_text
    (service,) = await house.db.read(lambda db: clinics.services(db, clinic.id))
    (card,) = await house.db.read(lambda db: clinics.therapists(db, clinic.id, service.id))
    assert (service.name, service.length.seconds, service.after.seconds, card.slug) == (
        "A session",
        3000,
        600,
        "mara-lind",
    )
    assert await house.db.read(lambda db: clinics.hours(db, [card.staff_id])) == {card.staff_id: usual_week()}


@pytest.mark.parametrize(("changes", "closed"), [({}, True), ({"holidays": ""}, False)])
async def test_public_holidays_close_a_new_clinic_unless_somebody_says_otherwise(
    client, house, changes, closed
) -> None:
    path = await path_of_link(house)
    page = (await client.get(path)).text
    assert re.search(r'name="holidays" value="yes" checked', page)
    assert "Closed on the public holidays of the country" in page
    await client.post(path, data=FORM | changes)
    clinic = await house.db.read(clinics.first_clinic)
    assert clinic.closes_on_holidays is closed
    christmas = datetime(2026, 12, 25, 12, tzinfo=UTC)
    assert bool(closures(clinic, christmas, christmas + timedelta(hours=1))) is closed


async def test_what_was_said_of_holidays_is_not_lost_where_something_else_wants_another_look(client, house) -> None:
    path = await path_of_link(house)
    for said, ticked in (("yes", True), ("", False)):
        page = (await client.post(path, data=FORM | {"name": "", "holidays": said})).text
        assert bool(re.search(r'name="holidays" value="yes" checked', page)) is ticked


async def test_the_first_person_is_admin_and_goes_on_to_the_second_factor(client, house) -> None:
    answer = await client.post(await path_of_link(house), data=FORM)
    (person,) = await everything(house, Staff)
    assert set(person.roles) == {Role.ADMIN, Role.FRONT_DESK, Role.THERAPIST}
    assert person.password_hash.startswith("$argon2id$")
    assert b"mara@" not in person.mail_sealed
    (login,) = await everything(house, Login)
    assert (login.staff_id, login.stage) == (person.id, "password")
    assert "HttpOnly" in answer.headers["set-cookie"]
    after = await client.get("/staff")
    assert (after.status_code, after.headers["location"].split("?")[0]) == (303, "/staff/second-step")


async def test_what_happened_is_noted_without_anybodys_words(client, house) -> None:
    await client.post(await path_of_link(house), data=FORM)
    (entry,) = await everything(house, AuditEntry)
    assert (entry.action, entry.detail) == ("clinic.set_up", {})


async def test_another_therapist_is_invited_by_mail_and_is_the_one_who_can_be_booked(client, house) -> None:
    other = {"therapist": "other", "therapist_name": "Dr. Samir Haddad", "therapist_mail": "samir@linden.example"}
    await client.post(await path_of_link(house), data=FORM | other)
    people = {person.name: person for person in await everything(house, Staff)}
    assert set(people["Mara Lind"].roles) == {Role.ADMIN, Role.FRONT_DESK}
    samir = people["Dr. Samir Haddad"]
    assert (samir.roles, samir.password_hash) == ([Role.THERAPIST], None)
    clinic = await house.db.read(clinics.first_clinic)
    (card,) = await house.db.read(lambda db: clinics.therapists(db, clinic.id))
    assert (card.staff_id, card.slug) == (samir.id, "samir-haddad")
    rows = [(row.topic, row.payload) for row in await everything(house, OutboxRow)]
    assert rows == [("staff.invited", {"staff": str(samir.id)})]


async def test_nothing_typed_is_lost_and_each_field_says_what_would_help(client, house) -> None:
    path = await path_of_link(house)
    wrong = {"zone": "Berlin", "minutes": "three", "d0a_until": "08:00", "password": "password1", "phone": "call us"}
    answer = await client.post(path, data=FORM | wrong)
    assert answer.status_code == 422
    for typed in (
        "Linden Practice",
        "mara@linden.example",
        'value="Berlin"',
        'value="three"',
        'value="08:00"',
        "call us",
    ):
        assert typed in answer.text
    for sentence in (
        "such as Europe/Lisbon",
        "written in digits",
        "ends before it begins",
        "Many people use this one",
        "can be dialled",
    ):
        assert sentence in answer.text
    assert "password1" not in answer.text
    assert "This is still empty." not in answer.text, "the country waits for the zone"
    assert await house.db.read(clinics.first_clinic) is None
    assert (await client.post(path, data=FORM)).status_code == 303


@pytest.mark.parametrize(
    "missing", ["name", "zone", "phone", "admin_name", "admin_mail", "password", "service_name", "minutes"]
)
async def test_every_needed_field_is_named(client, house, missing) -> None:
    answer = await client.post(await path_of_link(house), data=FORM | {missing: ""})
    assert answer.status_code == 422
    assert f'id="{missing}-mend"' in answer.text


async def test_an_empty_form_is_answered_kindly(client, house) -> None:
    assert (await client.post(await path_of_link(house), data={})).status_code == 422


async def test_a_therapist_with_the_admins_own_address_is_refused(client, house) -> None:
    other = {"therapist": "other", "therapist_name": "Samir", "therapist_mail": "MARA@linden.example"}
    answer = await client.post(await path_of_link(house), data=FORM | other)
    assert answer.status_code == 422
    assert "Theirs must be another one" in answer.text


async def test_markup_in_a_name_stays_words(client, house) -> None:
    answer = await client.post(await path_of_link(house), data=FORM | {"name": "<img onerror=x>", "zone": ""})
    assert "<img onerror" not in answer.text
    assert "&lt;img onerror=x&gt;" in answer.text


async def test_the_colour_can_be_seen_without_script_and_nothing_is_kept(client, house) -> None:
    path = await path_of_link(house)
    answer = await client.post(path, data=FORM | {"do": "preview", "colour": "#ffd400", "name": "Half a na"})
    assert answer.status_code == 200
    assert "We made it darker" in answer.text
    assert 'value="Half a na"' in answer.text
    assert await house.db.read(clinics.first_clinic) is None


async def test_the_link_works_once(client, house) -> None:
    path = await path_of_link(house)
    assert (await client.get(path)).status_code == 200
    await client.post(path, data=FORM)
    assert (await client.get(path)).status_code == 410
    assert (await client.post(path, data=FORM | {"name": "Another"})).status_code == 410
    assert len(await everything(house, Staff)) == 1
    assert await set_up_address(house) == ""


async def test_a_restart_ends_the_link_before_it(client, house) -> None:
    before = await path_of_link(house)
    after = await path_of_link(house)
    assert (await client.get(before)).status_code == 410
    assert (await client.get(after)).status_code == 200


async def test_a_link_dies_with_the_first_clinic_and_in_time(client, house, clock) -> None:
    path = await path_of_link(house)
    await make_clinic(house)
    assert (await client.get(path)).status_code == 410


async def test_an_old_link_is_over(client, house, clock) -> None:
    path = await path_of_link(house)
    clock.forward(days=8)
    assert (await client.get(path)).status_code == 410


async def test_a_link_of_another_purpose_or_none_opens_nothing(client, house) -> None:
    assert (await client.get(f"/set-up/{uuid4().hex}")).status_code == 404
    secret, now = house.keys.secret("staff links"), house.clock()
    token = await house.db.unit(lambda db: accounts.make_link(db, secret, Purpose.RESET, now))
    assert (await client.get(f"/set-up/{token}")).status_code == 404


async def test_what_a_real_visit_still_wants_is_said_in_words(client, house, tmp_path) -> None:
    page = (await client.get(await path_of_link(house))).text
    for words in ("No https", "No relay", "No mail server"):
        assert words in page
    complete = {"public_url": "https://linden.example", "turn_urls": "turn:linden.example", "turn_secret": "s" * 32}
    settings = settings_for(tmp_path, smtp_url="smtp://mail.example", **complete)
    assert lacks(replace(house, settings=settings)) == []


async def test_a_further_clinic_is_founded_beside_the_first_with_an_address_of_its_own(client, app, house) -> None:
    await client.post(await path_of_link(house), data=FORM)
    first = await house.db.read(clinics.first_clinic)
    link = (await further_address(house)).removeprefix(house.settings.base_url)
    async with browser_on(app) as other:
        assert (await other.get(link)).status_code == 200
        answer = await other.post(link, data=FORM | {"admin_mail": "ada@linden.example"})
        assert answer.headers["location"] == "/c/linden-practice-2?notice=clinic-is-open"
        assert (await other.post(link, data=FORM | {"admin_mail": "eve@linden.example"})).status_code == 410
    both = await house.db.read(clinics.clinics)
    assert {clinic.slug for clinic in both} == {"linden-practice", "linden-practice-2"}
    assert (await house.db.read(clinics.first_clinic)).id == first.id
    people = {person.clinic_id: person.mail_index for person in await everything(house, Staff)}
    assert set(people) == {clinic.id for clinic in both}


async def test_somebody_who_works_at_one_clinic_does_not_found_another_with_the_same_address(client, house) -> None:
    await client.post(await path_of_link(house), data=FORM)
    link = (await further_address(house)).removeprefix(house.settings.base_url)
    answer = await client.post(link, data=FORM | {"name": "Birkenhaus"})
    assert answer.status_code == 422
    assert "An address belongs to one person at one clinic." in answer.text
    assert len(await house.db.read(clinics.clinics)) == 1
    assert (await client.post(link, data=FORM | {"name": "Birkenhaus", "admin_mail": "b@b.example"})).status_code == 303


async def test_a_newer_link_to_found_a_clinic_ends_the_older(client, house) -> None:
    older = (await further_address(house)).removeprefix(house.settings.base_url)
    newer = (await further_address(house)).removeprefix(house.settings.base_url)
    assert [(await client.get(link)).status_code for link in (older, newer)] == [410, 200]
