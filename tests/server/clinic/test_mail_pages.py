"""Mails kept as files: each role sees its own, as plain words, and never another clinic's."""

import os
from dataclasses import replace
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.clinic.kept_mail import pieces
from server.notify.mail import FileMailer, Letter
from tests.server.clinic.made import let_in, make_clinic, make_staff

pytestmark = pytest.mark.asyncio

TEXT = "Your link: http://testserver/l/abc123.\nNot ours: http://evil.example/l/abc and javascript:alert(1)\n"


def letter(clinic, **changes) -> Letter:
    plain = Letter(
        id=uuid4(),
        to="jo@home.example",
        subject="Thursday 12 March, 9:30",
        text=TEXT,
        html="<p>secret html part</p><script>alert(1)</script>",
        clinic_id=clinic.id,
    )
    return replace(plain, **changes)


@pytest_asyncio.fixture
async def clinic(house):
    return await make_clinic(house)


async def keep(house, *letters) -> None:
    mailer = FileMailer(house.settings.data / "mail", "clinic@testserver")
    for one in letters:
        await mailer.send(one)


async def see_as(client, house, clinic, *roles) -> None:
    await let_in(client, house, await make_staff(house, clinic, "Ada", *roles))


async def test_the_front_desk_sees_mails_to_patients_alone(client, house, clinic) -> None:
    ours = letter(clinic)
    staff = letter(clinic, subject="Join Linden", for_staff=True)
    await keep(house, ours, staff)
    await see_as(client, house, clinic, Role.FRONT_DESK)
    page = (await client.get("/staff/mail")).text
    assert "Thursday 12 March, 9:30" in page
    assert "jo@home.example" in page
    assert "Join Linden" not in page
    assert (await client.get(f"/staff/mail/patients/{ours.id}")).status_code == 200
    assert (await client.get(f"/staff/mail/staff/{staff.id}")).status_code == 404


async def test_an_admin_sees_mails_to_staff_alone(client, house, clinic) -> None:
    patient = letter(clinic)
    await keep(house, patient, letter(clinic, subject="Join Linden", for_staff=True))
    await see_as(client, house, clinic, Role.ADMIN)
    page = (await client.get("/staff/mail")).text
    assert "Join Linden" in page
    assert "Thursday" not in page
    assert (await client.get(f"/staff/mail/patients/{patient.id}")).status_code == 404


async def test_who_is_both_sees_both_newest_first(client, house, clinic) -> None:
    old, new = letter(clinic, subject="Older"), letter(clinic, subject="Newer", for_staff=True)
    await keep(house, old, new)
    os.utime(house.settings.data / "mail" / clinic.id.hex / "patients" / f"{old.id}.eml", (1, 1))
    await see_as(client, house, clinic, Role.ADMIN, Role.FRONT_DESK)
    page = (await client.get("/staff/mail")).text
    assert page.index("Newer") < page.index("Older")


async def test_a_therapist_sees_none(client, house, clinic) -> None:
    await see_as(client, house, clinic, Role.THERAPIST)
    assert (await client.get("/staff/mail")).status_code == 403


async def test_a_mail_is_shown_as_words_with_our_own_links(client, house, clinic) -> None:
    kept = letter(clinic, calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    await keep(house, kept)
    await see_as(client, house, clinic, Role.FRONT_DESK)
    page = (await client.get(f"/staff/mail/patients/{kept.id}")).text
    assert '<a href="http://testserver/l/abc123">' in page
    assert 'href="http://evil.example' not in page
    assert "http://evil.example/l/abc" in page
    assert 'href="javascript' not in page
    assert "secret html part" not in page
    assert "appointment.ics" in page


async def test_another_clinics_mail_is_not_there(client, house, clinic) -> None:
    other = await make_clinic(house, slug="other")
    theirs = letter(other)
    await keep(house, theirs)
    await see_as(client, house, clinic, Role.FRONT_DESK)
    assert "There is none yet." in (await client.get("/staff/mail")).text
    assert (await client.get(f"/staff/mail/patients/{theirs.id}")).status_code == 404
    assert (await client.get(f"/staff/mail/patients/{uuid4()}")).status_code == 404
    assert (await client.get("/staff/mail/..%2F..%2Fstaff/1")).status_code == 404


async def test_each_look_is_noted_once(client, house, clinic) -> None:
    kept = letter(clinic)
    await keep(house, kept)
    await see_as(client, house, clinic, Role.FRONT_DESK)
    await client.get("/staff/mail")
    await client.get(f"/staff/mail/patients/{kept.id}")
    entries = (await house.db.read(lambda db: db.scalars(select(AuditEntry).order_by(AuditEntry.action)))).all()
    assert [(entry.action, entry.subject_id) for entry in entries] == [("mail.listed", None), ("mail.read", kept.id)]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("http://a.example/x", ["http://a.example/x"]),
        ("(http://a.example/x).", ["http://a.example/x"]),
        ("http://a.example.evil/x", []),
        ("http://a.example/x?y=1&z=2, then", ["http://a.example/x?y=1&z=2"]),
        ("nothing", []),
    ],
)
async def test_only_our_own_addresses_become_links(text, links) -> None:
    found = pieces(text, "http://a.example")
    assert [piece.href for piece in found if piece.href] == links
    assert "".join(piece.text for piece in found) == text
