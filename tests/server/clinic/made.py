"""A clinic as these tests need one, made through the store."""

from dataclasses import replace
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from server.access import Role
from server.accounts import store as accounts
from server.accounts.rules import Stage
from server.clinic import store
from server.clinic.rules import DEFAULT_POLICY, Clinic, TherapistCard
from server.house import House
from server.middleware.login import COOKIE


def clinic(**changes) -> Clinic:
    """Linden Practice in Berlin, with what is changed."""
    plain = Clinic(
        id=uuid4(),
        slug="linden",
        name="Linden Practice",
        zone=ZoneInfo("Europe/Berlin"),
        language="en",
        country="DE",
        phone="030 555 0134",
        sender_name="Linden Practice",
        policy=DEFAULT_POLICY,
        waiting_text="",
        after_text="",
        consent_version="1",
        consent_text="You may stop at any time.",
        colour="#25573f",
    )
    return replace(plain, **changes)


async def make_clinic(house: House, *, palette=None, **changes) -> Clinic:
    """The same, stored, with its key."""
    made = clinic(**changes)
    await house.keys.make_clinic(made.id, house.clock())
    await house.db.unit(lambda db: store.add_clinic(db, made, palette or {}, house.clock()))
    return made


async def make_staff(house: House, clinic: Clinic, name: str, *roles: Role) -> UUID:
    """Somebody of the clinic with these roles."""
    staff_id, ring = uuid4(), await house.keys.clinic(clinic.id)
    mail = f"{name.lower()}@{clinic.slug}.example"
    new = accounts.NewStaff(
        id=staff_id,
        clinic_id=clinic.id,
        name=name,
        mail_sealed=accounts.seal_mail(ring, clinic.id, staff_id, mail),
        mail_index=accounts.mail_index(house.keys.secret("staff mail"), mail),
        roles=frozenset(roles),
        password_hash="-",
        made_at=house.clock(),
    )
    await house.db.unit(lambda db: accounts.add_staff(db, new))
    return staff_id


async def make_therapist(house: House, clinic: Clinic, name: str, *more: Role) -> TherapistCard:
    """A therapist who can be booked."""
    card = TherapistCard(await make_staff(house, clinic, name, Role.THERAPIST, *more), name.lower(), name, "")
    await house.db.unit(lambda db: store.add_therapist(db, clinic.id, card))
    return card


async def let_in(client, house: House, staff_id: UUID) -> None:
    """Give a browser the full login of somebody."""
    now = house.clock()
    token = await house.db.unit(lambda db: accounts.start_login(db, staff_id, Stage.FULL, now))
    client.cookies.set(COOKIE, token)
