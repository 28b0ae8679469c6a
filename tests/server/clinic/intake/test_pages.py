"""The builder of questions: added, put in order by buttons, previewed, published, changed without touching what was
asked."""

import re

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.clinic import store as clinics
from server.clinic.intake import store
from server.clinic.intake.rules import Kind
from tests.server.booking.linden import a_service
from tests.server.clinic.made import let_in, make_clinic, make_staff

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def clinic(client, house):
    made = await make_clinic(house)
    await let_in(client, house, await make_staff(house, made, "Ada", Role.ADMIN))
    return made


@pytest_asyncio.fixture
async def service(house, clinic):
    made = a_service()
    await house.db.unit(lambda db: clinics.add_service(db, clinic.id, made))
    return made


@pytest.fixture
def base(service):
    return f"/staff/clinic/services/{service.id}/questions"


async def newest(house, clinic, service):
    return await house.db.read(lambda db: store.newest(db, clinic.id, service.id))


async def in_use(house, clinic, service):
    return await house.db.read(lambda db: store.in_use(db, clinic.id, service.id))


async def seen(client, base) -> str:
    return re.search(r'name="seen" value="(\d+)"', (await client.get(base)).text)[1]


async def press(client, base, path="", **fields):
    return await client.post(f"{base}{path}", data={"seen": await seen(client, base), **fields})


async def add(client, base, kind: Kind, ask: str, **fields):
    answer = await press(client, base, "/new", kind=kind, ask=ask, **fields)
    assert answer.status_code == 303, answer.text
    return answer


async def test_nobody_is_asked_a_draft_and_everybody_what_is_published(client, house, clinic, service, base) -> None:
    assert "Nothing is asked before" in (await client.get(base)).text
    await add(client, base, Kind.SHORT, "What shall we call you?", needed="yes")
    await add(client, base, Kind.ONE, "How do you sleep?", choices="Well\nBadly")
    page = (await client.get(base)).text
    assert "This is a draft." in page
    assert await in_use(house, clinic, service) is None
    assert (await press(client, base, "/publish")).headers["location"] == f"{base}?notice=questions-asked"
    asked = await in_use(house, clinic, service)
    assert [(one.kind, one.needed) for one in asked.questions] == [(Kind.SHORT, True), (Kind.ONE, False)]
    assert "2 questions are asked before" in (await client.get(base)).text
    found = await house.db.read(lambda db: clinics.services(db, clinic.id))
    assert found[0].intake == asked.id


async def test_a_published_version_stays_as_it_is_when_the_draft_changes(client, house, clinic, service, base) -> None:
    await add(client, base, Kind.SHORT, "First?")
    await press(client, base, "/publish")
    first = await in_use(house, clinic, service)
    await press(client, base, f"/{first.questions[0].id}", ask="Changed?", kind=Kind.SHORT)
    assert await in_use(house, clinic, service) == first
    assert "Your changes wait." in (await client.get(base)).text
    await press(client, base, "/publish")
    second = await in_use(house, clinic, service)
    assert (second.number, second.questions[0].ask, second.questions[0].id) == (2, "Changed?", first.questions[0].id)
    assert (await house.db.read(lambda db: store.forms(db, [first.id])))[first.id] == first


async def test_buttons_put_questions_in_order_and_keep_the_focus(client, house, clinic, service, base) -> None:
    for ask in ("One?", "Two?", "Three?"):
        await add(client, base, Kind.LONG, ask)
    last = (await newest(house, clinic, service)).questions[2].id
    moved = await press(client, base, f"/{last}/up")
    assert moved.headers["location"] == f"{base}?moved={last}&way=up#q-{last}"
    assert [one.ask for one in (await newest(house, clinic, service)).questions] == ["One?", "Three?", "Two?"]
    page = (await client.get(moved.headers["location"])).text
    assert page.count("autofocus") == 1
    assert "Move up: Three?" in page
    assert (await press(client, base, f"/{last}/sideways")).status_code == 404
    await press(client, base, f"/{last}/drop")
    assert [one.ask for one in (await newest(house, clinic, service)).questions] == ["One?", "Two?"]


async def test_whoever_was_slower_changes_nothing_and_hears_so(client, house, clinic, service, base) -> None:
    await add(client, base, Kind.SHORT, "One?")
    late = await client.post(f"{base}/new", data={"seen": "0", "kind": "short", "ask": "Two?"})
    assert late.headers["location"] == f"{base}?notice=questions-changed"
    assert len((await newest(house, clinic, service)).questions) == 1
    assert "Somebody else changed these questions" in (await client.get(late.headers["location"])).text
    for path in ("/publish", "/discard"):
        assert "changed" in (await client.post(f"{base}{path}", data={"seen": "0"})).headers["location"]
    assert await in_use(house, clinic, service) is None


async def test_a_draft_is_thrown_away_and_what_is_asked_is_taken_back(client, house, clinic, service, base) -> None:
    await add(client, base, Kind.SHORT, "One?")
    await press(client, base, "/publish")
    await add(client, base, Kind.SHORT, "Two?")
    await press(client, base, "/discard")
    assert (await newest(house, clinic, service)).number == 1
    await press(client, base, "/withdraw")
    assert await in_use(house, clinic, service) is None
    assert "Publish" in (await client.get(base)).text
    await press(client, base, "/publish")
    assert (await in_use(house, clinic, service)).number == 1


async def test_the_preview_shows_every_field_as_the_patient_sees_it(client, house, clinic, service, base) -> None:
    await press(client, base, intro="We ask so that we can prepare.", each_time="yes", at_booking="yes")
    await add(client, base, Kind.SEVERAL, "What have you tried?", choices="Talking\nRunning")
    await add(client, base, Kind.CONSENT, "I agree to meet by video.", needed="yes")
    page = (await client.get(f"{base}/preview")).text
    for words in ("We ask so that we can prepare.", "Talking", "I agree to meet by video.", "Nothing that you type"):
        assert words in page
    draft = await newest(house, clinic, service)
    assert (draft.each_time, draft.at_booking) == (True, True)


async def test_what_cannot_stand_is_asked_again_with_what_was_typed(client, base) -> None:
    answer = await client.post(f"{base}/new", data={"seen": "0", "kind": "one", "ask": "Sleep?", "choices": "Well"})
    assert answer.status_code == 422
    assert "Write at least two, each on a line of its own." in answer.text
    assert 'value="Sleep?"' in answer.text


async def test_another_clinics_service_and_an_unknown_kind_are_not_found(client, house, base) -> None:
    assert (await client.get(f"{base}/new?kind=drawing")).status_code == 404
    assert (await client.get(f"{base}/qgone")).status_code == 404
    other = await make_clinic(house, slug="other")
    theirs = a_service()
    await house.db.unit(lambda db: clinics.add_service(db, other.id, theirs))
    assert (await client.get(f"/staff/clinic/services/{theirs.id}/questions")).status_code == 404


async def test_the_trail_says_that_questions_changed(client, house, base) -> None:
    await add(client, base, Kind.SHORT, "One?")
    await press(client, base, "/publish")
    actions = list(await house.db.read(lambda db: _actions(db)))
    assert actions == ["questions.changed", "questions.published"]


async def _actions(db):
    asked = select(AuditEntry.action).where(AuditEntry.action.like("questions.%")).order_by(AuditEntry.at)
    return (await db.scalars(asked)).all()
