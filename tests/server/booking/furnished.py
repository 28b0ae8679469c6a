"""A practice with rooms and devices, and a service that needs some of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.accounts import store as accounts
from server.booking.tables import Claim
from server.clinic import store as clinics
from server.clinic.resources import store as resources
from server.clinic.resources.rules import Kind, Unit
from server.clinic.rules import Service, TherapistCard, usual_week
from server.house import House
from tests.server.booking.linden import Linden


async def furnish(house: House, linden: Linden, **words: Sequence[str]) -> tuple[Linden, Mapping[str, UUID]]:
    """`Room=['Room 1', 'Room 2']`: the practice whose session needs one of each kind, and units by name."""
    kinds = {word: uuid4() for word in words}
    units = {name: uuid4() for names in words.values() for name in names}
    service = replace(linden.session, needs=tuple(kinds.values()))

    async def work(db: AsyncSession) -> None:
        for word, names in words.items():
            await resources.add_kind(db, linden.clinic.id, Kind(kinds[word], word))
            for name in names:
                await resources.add_unit(db, linden.clinic.id, Unit(units[name], kinds[word], name))
        await clinics.change_service(db, linden.clinic.id, service, house.clock())

    await house.db.unit(work)
    return replace(linden, session=service), units


async def hire(house: House, linden: Linden, count: int, service: Service) -> list[UUID]:
    """More therapists with the usual week who offer the service too; their ids, Mara's and Samir's first."""
    ring = await house.keys.clinic(linden.clinic.id)
    cards = [TherapistCard(uuid4(), f"t-{number}", f"Therapist {number}", "") for number in range(count)]

    async def work(db: AsyncSession) -> None:
        for card in cards:
            mail = f"{card.slug}@linden.example"
            sealed = accounts.seal_mail(ring, linden.clinic.id, card.staff_id, mail)
            index = accounts.mail_index(house.keys.secret("staff mail"), mail)
            roles, made = frozenset({Role.THERAPIST}), house.clock()
            new = accounts.NewStaff(card.staff_id, linden.clinic.id, card.name, sealed, index, roles, None, made)
            await accounts.add_staff(db, new)
            await clinics.add_therapist(db, linden.clinic.id, card)
            await clinics.set_hours(db, linden.clinic.id, card.staff_id, usual_week())
        everybody = [linden.mara.staff_id, linden.samir.staff_id, *(card.staff_id for card in cards)]
        await clinics.offer(db, service.id, everybody)

    await house.db.unit(work)
    return [linden.mara.staff_id, linden.samir.staff_id, *(card.staff_id for card in cards)]


async def claimed(house: House, appointment_id: UUID) -> set[UUID]:
    """What an appointment holds."""
    asked = select(Claim.resource_id).where(Claim.appointment_id == appointment_id)
    return set(await house.db.read(lambda db: db.scalars(asked)))
