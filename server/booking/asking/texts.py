"""The clinic's answer as a text message, to who gave a number alone: a mail carries it to everybody else."""

from uuid import UUID

from server.booking.mails import Facts, Reader, facts_of, names_of, patient_reader
from server.house import House
from server.notify.sms import Sms
from server.outbox import Job
from server.templates import translations

TOPICS = ("booking.booked", "booking.declined", "booking.released")


async def answer_by_text(house: House, job: Job) -> None:
    """Send it, unless nobody was asked, a later change has overtaken it, or a mail does; to numbers that can be
    dialled, where messages leave this machine."""
    if job.payload["to"] != "patient" or not house.texter.sends:
        return
    facts = await house.db.read(lambda db: facts_of(db, UUID(job.payload["booking"])))
    if facts is None or facts.card.answer is None or facts.card.sequence != job.payload["sequence"]:
        return
    reader = await patient_reader(house, facts)
    if reader is None or reader.mail or not reader.phone.startswith("+"):
        return
    sms = Sms(
        id=job.id,
        to=reader.phone,
        words=words_of(facts, reader, job.topic),
        clinic_id=facts.clinic.id,
        lang=reader.say.language,
        link=reader.link,
        names=names_of(facts, reader),
        discreet=facts.clinic.discreet,
    )
    await house.texter.send(sms)


def words_of(facts: Facts, reader: Reader, topic: str) -> str:
    """Who says it, what it is, and where to read more."""
    say, _, at = reader.say, translations(reader.say.language).gettext, facts.card.starts_at
    said = {
        "booking.booked": _("Confirmed: %(day)s, %(time)s (in %(place)s)"),
        "booking.declined": _("Not possible: %(day)s, %(time)s (in %(place)s). Your page says more"),
        "booking.released": _("Nobody confirmed: %(day)s, %(time)s (in %(place)s). You can choose another time"),
    }
    words = said[topic] % {"day": say.day(at), "time": say.time(at), "place": say.place}
    return f"{facts.clinic.sender}: {words}. {reader.link}"


JOBS = dict.fromkeys(TOPICS, answer_by_text)
