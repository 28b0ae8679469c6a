"""The clinic's answer as a text message, to who gave a number alone: a mail carries it to everybody else."""

from uuid import UUID

from server.booking.mails import Facts, Reader, facts_of, patient_readers
from server.booking.texts import by_text, text_of
from server.house import House
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
    for reader in await patient_readers(house, facts):
        if by_text(reader):
            await house.texter.send(text_of(job.id, facts, reader, words_of(facts, reader, job.topic)))


def words_of(facts: Facts, reader: Reader, topic: str) -> str:
    """What it is."""
    say, _, at = reader.say, translations(reader.say.language).gettext, facts.card.starts_at
    said = {
        "booking.booked": _("Confirmed: %(day)s, %(time)s (in %(place)s)"),
        "booking.declined": _("Not possible: %(day)s, %(time)s (in %(place)s). Your page says more"),
        "booking.released": _("Nobody confirmed: %(day)s, %(time)s (in %(place)s). You can choose another time"),
    }
    return said[topic] % {"day": say.day(at), "time": say.time(at), "place": say.place}


JOBS = dict.fromkeys(TOPICS, answer_by_text)
