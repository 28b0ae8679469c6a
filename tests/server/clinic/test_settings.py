"""An admin changes what the clinic says; nobody else does, and nothing typed is lost."""

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.booking.cards import booking_for_visit
from server.clinic import store
from server.clinic.tables import Clinic
from tests.server.booking.linden import booked, seed
from tests.server.clinic.made import let_in, make_clinic, make_staff

pytestmark = pytest.mark.asyncio

SECTIONS = ["about", "words", "waiting", "calls", "consent", "policy"]
ABOUT = {"name": "Linden", "sender_name": "Linden", "phone": "030 555 0199", "country": "DE", "colour": "#1f6fa8"}


@pytest_asyncio.fixture
async def clinic(client, house):
    """A clinic, and a browser that its admin is signed in with."""
    made = await make_clinic(house)
    await let_in(client, house, await make_staff(house, made, "Ada", Role.ADMIN))
    return made


async def now_of(house, clinic):
    return await house.db.read(lambda db: store.clinic_of(db, clinic.id))


async def test_the_overview_names_every_page_that_sets_something(client, clinic) -> None:
    page = (await client.get("/staff/clinic")).text
    assert "takes no bookings yet" in page
    for path in (*SECTIONS, "services", "therapists", "hours", "leave"):
        assert f'href="/staff/clinic/{path}"' in page
        answer = await client.get(f"/staff/clinic/{path}")
        assert answer.status_code == 200


async def test_a_new_name_and_colour_hold_at_once(client, house, clinic) -> None:
    answer = await client.post("/staff/clinic/about", data=ABOUT)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/clinic?notice=kept")
    changed = await now_of(house, clinic)
    assert (changed.name, changed.phone, changed.colour, changed.slug) == (
        "Linden",
        "030 555 0199",
        "#1f6fa8",
        "linden",
    )
    css = await client.get("/c/linden/accent.css")
    assert "--accent-day: #015c93;" in css.text
    assert css.headers["content-type"].startswith("text/css")


async def test_a_kept_setting_says_so_and_is_noted(client, house, clinic) -> None:
    await client.post("/staff/clinic/words", data={"waiting_text": "Take your time.", "after_text": ""})
    assert (await now_of(house, clinic)).waiting_text == "Take your time."
    assert "Kept." in (await client.get("/staff/clinic?notice=kept")).text
    entries = await house.db.read(lambda db: db.scalars(select(AuditEntry)))
    (entry,) = entries.all()
    assert (entry.action, entry.detail) == ("clinic.changed", {"section": "words", "consent": "1"})


async def test_a_changed_consent_text_gets_its_own_version(client, house, clinic) -> None:
    await client.post("/staff/clinic/consent", data={"consent_text": "You may stop whenever you like."})
    changed = await now_of(house, clinic)
    assert (changed.consent_version, changed.consent_text) == ("2", "You may stop whenever you like.")
    assert "Version 2 is what people agree to" in (await client.get("/staff/clinic/consent")).text
    kept = [await house.db.read(lambda db, n=n: store.consent_text(db, clinic.id, n)) for n in ("1", "2")]
    assert kept == [clinic.consent_text, changed.consent_text]


@pytest.mark.parametrize(
    ("section", "fields", "sentence"),
    [
        ("about", ABOUT | {"phone": "call us"}, "can be dialled"),
        ("about", {}, "still empty"),
        ("consent", {"consent_text": ""}, "still empty"),
        (
            "policy",
            {
                "notice": "4",
                "horizon": "99",
                "step": "30",
                "change_until": "24",
                "opens": "30",
                "hold": "10",
                "answer": "24",
                "offer": "120",
            },
            "The hint says",
        ),
        ("policy", {}, "still empty"),
        ("words", {"waiting_text": "x" * 2001}, "fewer words"),
    ],
)
async def test_what_cannot_stand_comes_back_with_what_was_typed(
    client, house, clinic, section, fields, sentence
) -> None:
    answer = await client.post(f"/staff/clinic/{section}", data=fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    for value in fields.values():
        assert value in answer.text
    assert await now_of(house, clinic) == clinic


async def test_a_script_in_the_clinics_words_stays_words(client, house, clinic) -> None:
    await client.post(
        "/staff/clinic/words", data={"waiting_text": "<script>alert(1)</script>{{7*7}}", "after_text": ""}
    )
    page = (await client.get("/staff/clinic/words")).text
    assert "<script>alert" not in page
    assert "{{7*7}}" in page


async def test_a_section_nobody_knows_is_not_found(client, clinic) -> None:
    assert (await client.get("/staff/clinic/secrets")).status_code == 404


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.FRONT_DESK])
async def test_only_admins_change_the_clinic(client, house, role) -> None:
    clinic = await make_clinic(house)
    await let_in(client, house, await make_staff(house, clinic, "Samir", role))
    assert (await client.get("/staff/clinic")).status_code == 403
    assert (await client.post("/staff/clinic/about", data=ABOUT)).status_code == 403
    assert await now_of(house, clinic) == clinic


async def test_a_stranger_is_asked_to_sign_in(client, house) -> None:
    await make_clinic(house)
    answer = await client.get("/staff/clinic")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in?next=/staff/clinic")


async def test_colours_are_kept_by_browsers_under_their_own_address(client, house) -> None:
    await make_clinic(house, palette=None)
    assert (await client.get("/c/linden/accent.css")).status_code == 404
    assert (await client.get("/c/nowhere/accent.css")).status_code == 404


@pytest.mark.parametrize(("given", "day"), [("ffd400", "#695608"), ("moss", "#25573f"), ("", "#25573f")])
async def test_a_preview_shows_what_becomes_of_a_colour(client, given, day) -> None:
    css = (await client.get(f"/colour.css?of={given}")).text
    assert f"--accent: {day};" in css
    assert css.count("{") == css.count("}") == 2
    part = (await client.get(f"/colour?of={given}")).text
    assert "/colour.css?of=" in part
    assert "In daylight" in part


async def test_addresses_cannot_be_hidden_without_a_relay(client, house, clinic) -> None:
    answer = await client.post("/staff/clinic/calls", data={"path": "relay"})
    assert answer.status_code == 422
    assert "no relay yet" in answer.text
    assert (await now_of(house, clinic)).relay_only is False


SET_ON = {
    "about": {
        "name", "sender_name", "discreet", "phone", "country", "colour", "palette", "listed", "mark", "mark_wide",
        "address",
    },
    "words": {"welcome_text", "waiting_text", "after_text", "said"},
    "languages": {"language", "languages", "written"},
    "paying": {"paying"},
    "zone": {"zone"},
    "consent": {"consent_version", "consent_text"},
    "waiting": {"position"},
    "licences": {"has_places"},
    "patients/acting": {"acting", "acts_for"},
    "calls": {"relay_only"},
    "time-left": {"time_left", "tells_time_left"},
    "exit": {"exit_to"},
    "holidays": {"region", "closes_on_holidays", "works_on"},
    "policy": {
        "notice_minutes", "horizon_days", "step_minutes", "change_until_minutes", "opens_minutes", "hold_minutes",
        "answer_hours", "offer_minutes", "offer_lapses", "late_cancel", "late_words", "anyone", "asks_place",
        "only_listed",
    },
}  # fmt: skip
NEVER_SET = {"id", "slug", "made_at", "version"}
KEPT_BY_CHECKS = {"silent"}
"""What the page of helplines writes, of which each press is one line."""


async def test_everything_that_a_clinic_keeps_of_itself_has_a_page_of_its_own_clinic(client, clinic) -> None:
    kept = {column.name for column in Clinic.__table__.columns}
    assert kept - NEVER_SET - KEPT_BY_CHECKS == set().union(*SET_ON.values())
    overview = (await client.get("/staff/clinic")).text
    for path in SET_ON:
        assert f'href="/staff/clinic/{path}"' in overview
        assert (await client.get(f"/staff/clinic/{path}")).status_code == 200


async def test_another_clock_leaves_what_is_booked_at_its_moment(client, house) -> None:
    linden = await seed(house)
    await let_in(client, house, await make_staff(house, linden.clinic, "Una", Role.ADMIN))
    made = await booked(house, linden)
    assert (await client.post("/staff/clinic/zone", data={"zone": "Mars/Olympus"})).status_code == 422
    assert (await client.post("/staff/clinic/zone", data={"zone": "Europe/Lisbon"})).status_code == 303
    assert (await now_of(house, linden.clinic)).zone.key == "Europe/Lisbon"
    after = await house.db.read(lambda db: booking_for_visit(db, made.card.id))
    assert after.starts_at == made.card.starts_at
