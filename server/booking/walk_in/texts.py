"""The link as a text message, to who is here and gave a number alone: a mail carries it to everybody else."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store
from server.booking.links import address_of, token_of
from server.booking.rules import BookingCard
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.notify.sms import Sms
from server.outbox import Job
from server.patients import store as patients
from server.templates import translations
from server.tongues import LANGUAGES


async def link_by_text(house: House, job: Job) -> None:
    """Send it, unless a mail does, the number cannot be dialled, or the booking was cancelled meanwhile."""
    found = await house.db.read(lambda db: _load(db, UUID(job.payload["booking"])))
    if found is None:
        return
    card, clinic, link_id = found
    person = (await patients.people(house.db, house.keys, clinic.id, [card.patient_id])).get(card.patient_id)
    if person is None or person.mail or not person.phone.startswith("+"):
        return
    lang = person.language if person.language in LANGUAGES else "en"
    _ = translations(lang).gettext
    link = address_of(house.settings, token_of(house.keys, link_id))
    words = _("Your place in the line opens here: %(link)s") % {"link": link}
    sms = Sms(
        id=job.id,
        to=person.phone,
        words=f"{clinic.sender}: {words}",
        clinic_id=clinic.id,
        lang=lang,
        link=link,
        names=(person.name, card.therapist_name),
        discreet=clinic.discreet,
    )
    await house.texter.send(sms)


async def _load(db: AsyncSession, booking_id: UUID) -> tuple[BookingCard, Clinic, UUID] | None:
    card = await store.booking_for_visit(db, booking_id)
    clinic = await clinics.clinic_of(db, card.clinic_id) if card else None
    link_id = await store.link_of(db, booking_id)
    return (card, clinic, link_id) if card and clinic and link_id and not card.cancelled_at else None


JOBS = {"booking.came_in": link_by_text}
