"""Who is meant by an address or a number, and their links to where the clinic writes to them anyway."""

from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid5

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.booking.cards import next_of
from server.booking.mails import Facts, Reader, facts_of, patient_readers, send_to, subject
from server.booking.texts import text_of
from server.house import House
from server.outbox import Job
from server.patients.acting.store import acted_for
from server.patients.contacts import Contact
from server.patients.store import contact_index, ids_by_index

TOPIC = "booking.link_again"
TO_ALL = "booking.links_renewed"
MOST = 3
"""Times of one person that are written of, the next ones."""
MOST_NEW = 12
ONCE_IN = timedelta(hours=2)
"""How often the same address or number is written to, whoever asks: at most twelve times a day."""


async def ask(house: House, clinic_id: UUID, contact: Contact) -> None:
    """Write down that somebody asked for the links of this contact, in the same way whether anybody has it."""
    column, value = ("mail", contact.mail) if contact.mail else ("phone", contact.phone)
    index = contact_index(await house.keys.clinic(clinic_id), column, value)
    assert index, "a contact is never empty"
    now = house.clock()
    window = now.timestamp() // ONCE_IN.total_seconds()
    about, row_id = {"clinic": str(clinic_id), column: index.hex()}, uuid5(clinic_id, f"{index.hex()} {window}")

    async def work(db: AsyncSession) -> None:
        outbox.add(db, TOPIC, about, now, row_id=row_id)

    with suppress(IntegrityError):  # somebody asked for it not long ago, or the form came twice
        await house.db.unit(work)
    house.outbox.nudge()


async def links_again(house: House, job: Job) -> None:
    """One message for each time that lies ahead, by the way that was asked for."""
    column = "mail" if "mail" in job.payload else "phone"
    clinic_id, index = UUID(job.payload["clinic"]), bytes.fromhex(job.payload[column])

    async def who(db: AsyncSession) -> list[UUID]:
        return [*await ids_by_index(db, clinic_id, column, index), *await acted_for(db, clinic_id, column, index)]

    await _send_all(house, job, await house.db.read(who), MOST, by_mail=column == "mail")


async def links_renewed(house: House, job: Job) -> None:
    """The new links of who has others than before, for every time that lies ahead up to a few."""
    await _send_all(house, job, [UUID(job.payload["patient"])], MOST_NEW, by_mail=True)


async def _send_all(house: House, job: Job, patient_ids: Collection[UUID], most: int, *, by_mail: bool) -> None:
    async def work(db: AsyncSession) -> list[Facts]:
        cards = await next_of(db, UUID(job.payload["clinic"]), patient_ids, house.clock(), most)
        return [facts for card in cards if (facts := await facts_of(db, card.id))]

    for facts in await house.db.read(work):
        for reader in await patient_readers(house, facts):
            await _send(house, facts, reader, uuid5(job.id, facts.card.id.hex), by_mail=by_mail)


async def _send(house: House, facts: Facts, reader: Reader, job_id: UUID, *, by_mail: bool) -> None:
    can_text = house.texter.sends and reader.phone.startswith("+")
    if reader.mail and (by_mail or not can_text):
        await send_to(house, facts, reader, "again", job_id)
    elif can_text:
        said = subject("again", reader, facts.card.starts_at)
        await house.texter.send(text_of(job_id, facts, reader, f"{said} ({reader.say.place})"))


JOBS = {TOPIC: links_again, TO_ALL: links_renewed}
