"""A clinic as these tests need one, made through the store."""

from dataclasses import replace
from uuid import uuid4
from zoneinfo import ZoneInfo

from server.clinic import store
from server.clinic.rules import DEFAULT_POLICY, Clinic
from server.house import House


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
