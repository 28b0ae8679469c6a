"""That the clinic moved or cancelled a time, as a text message to who gave a number alone.

A mail carries it to everybody else, and who changed it themselves knows.
"""

from uuid import UUID

from server.booking.cards import changed_by
from server.booking.mails import KINDS, Facts, Reader, facts_of, letter_id, names_of, patient_readers, subject
from server.booking.reminders.rules import Way
from server.house import House
from server.notify.sms import Sms
from server.outbox import Job

TOPICS = ("booking.moved", "booking.cancelled")


async def change_by_text(house: House, job: Job) -> None:
    """Send it, unless a later change has overtaken it or another message tells of it (`told`)."""
    about = job.payload
    if about["to"] != "patient" or about.get("quiet") or about.get("told") or not house.texter.sends:
        return
    booking_id = UUID(about["booking"])
    facts = await house.db.read(lambda db: facts_of(db, booking_id))
    if facts is None or facts.card.sequence != about["sequence"]:
        return
    card = facts.card
    if await house.db.read(lambda db: changed_by(db, card)) == "patient":
        return
    for reader in await patient_readers(house, facts):
        if by_text(reader):
            said = subject(KINDS[job.topic], reader, card.starts_at)
            await house.texter.send(text_of(job.id, facts, reader, f"{said} ({reader.say.place})"))


def by_text(reader: Reader) -> bool:
    """Whether a text message alone reaches them: no mail does, and the number can be dialled."""
    return not reader.mail and reader.phone.startswith("+")


def text_of(job_id: UUID, facts: Facts, reader: Reader, words: str) -> Sms:
    """Who says it, what it is, and where to read more."""
    return Sms(
        id=letter_id(job_id, reader),
        to=reader.phone,
        words=f"{facts.clinic.sender}: {words}. {reader.link}",
        clinic_id=facts.clinic.id,
        lang=reader.say.language,
        link=reader.link,
        names=names_of(facts, reader),
        discreet=facts.clinic.discreet,
    )


async def ways(house: House, booking_id: UUID) -> frozenset[Way]:
    """How a change of this booking reaches its patient, or who acts for them; empty where nothing does."""
    facts = await house.db.read(lambda db: facts_of(db, booking_id))
    readers = await patient_readers(house, facts) if facts else []
    by_mail = {Way.MAIL for one in readers if one.mail and house.mailer.sends}
    return frozenset(by_mail | {Way.SMS for one in readers if by_text(one) and house.texter.sends})


JOBS = dict.fromkeys(TOPICS, change_by_text)
