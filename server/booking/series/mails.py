"""The one mail about several bookings that were made, moved or cancelled together, with one calendar file for all."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.cards import changed_by
from server.booking.ics import Invitation, written_apart, written_together
from server.booking.mails import (
    Facts,
    Reader,
    again,
    facts_of,
    how_of,
    invitation,
    letter_id,
    names_of,
    patient_reader,
    patient_readers,
    therapist_reader,
    when,
)
from server.booking.series.desk import MAIL
from server.booking.texts import by_text, text_of
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.house import House
from server.moments import Speaker
from server.notify.mail import Letter
from server.outbox import Job
from server.templates import render_text, translations
from server.tongues import LANGUAGES

METHODS = {"booked": "REQUEST", "moved": "REQUEST", "cancelled": "CANCEL"}


@dataclass(frozen=True)
class Line:
    """One time in the reader's words; `there`: the clinic's clock where it differs, `before`: where it was."""

    day: str
    time: str
    there: str
    before: str


@dataclass(frozen=True)
class SeriesMail:
    """The context of mail/series.html and mail/series.txt."""

    lang: str
    dir: str
    clinic: str
    phone: str
    kind: str
    for_staff: bool
    subject: str
    lines: Sequence[Line]
    where: str
    place: str
    minutes: int
    how: str
    link: str = field(repr=False)
    again: str


async def series_mail(house: House, job: Job) -> None:
    """Send one letter to each reader about those of the bookings that nothing has overtaken since."""
    known = dict(job.payload["bookings"])
    facts = await house.db.read(lambda db: _load(db, [UUID(booking_id) for booking_id in known]))
    facts = [one for one in facts if one.card.sequence == known[str(one.card.id)]]
    staff = job.payload["to"] == "therapist"
    for who in dict.fromkeys(one.card.therapist_id if staff else one.card.patient_id for one in facts):
        theirs = [one for one in facts if who in (one.card.therapist_id, one.card.patient_id)]
        readers = [await therapist_reader(house, theirs[0])] if staff else await patient_readers(house, theirs[0])
        for reader in readers:
            one = uuid5(job.id, who.hex)
            if reader and reader.mail:
                letter = await _letter(house, letter_id(one, reader), theirs, reader, job.payload["what"])
                await house.mailer.send(letter)
            elif reader and by_text(reader) and not staff and await _by_others(house, theirs[0], job.payload["what"]):
                words = subject(job.payload["what"], theirs, reader)
                await house.texter.send(text_of(one, theirs[0], reader, words))


async def _by_others(house: House, facts: Facts, what: str) -> bool:
    """Whether somebody else than the patient changed it, where text messages leave this machine."""
    if what == "booked" or not house.texter.sends:
        return False
    return await house.db.read(lambda db: changed_by(db, facts.card)) != "patient"


async def _load(db: AsyncSession, booking_ids: Iterable[UUID]) -> list[Facts]:
    found = [await facts_of(db, booking_id) for booking_id in booking_ids]
    return sorted((one for one in found if one), key=lambda one: one.card.starts_at)


async def calendar_of(house: House, booking_ids: Iterable[UUID]) -> bytes:
    """The patient's calendar entries of these bookings as one file. Raises NotFound."""
    facts = await house.db.read(lambda db: _load(db, booking_ids))
    return written_together([await _entry(house, one, await patient_reader(house, one)) for one in facts])


async def _entry(house: House, one: Facts, reader: Reader | None, kind: str = "") -> Invitation:
    if reader is None:
        raise NotFound()
    return invitation(one, reader, house.settings.sender, house.clock(), kind)


async def _with_link(house: House, one: Facts, reader: Reader) -> Reader | None:
    """The patient, or who acts for them, with the link of this booking: each entry leads to its own."""
    theirs = await patient_reader(house, one)
    return replace(reader, link=theirs.link) if theirs else None


async def _letter(house: House, letter_id: UUID, facts: Sequence[Facts], reader: Reader, kind: str) -> Letter:
    context = context_of(house, facts, reader, kind)
    entries = []
    for one in facts:
        entries.append(await _entry(house, one, reader if reader.staff else await _with_link(house, one, reader), kind))
    return Letter(
        id=letter_id,
        to=reader.mail,
        subject=context.subject,
        text=render_text("mail/series.txt", context, context.lang),
        html=render_text("mail/series.html", context, context.lang),
        sender_name=facts[0].clinic.sender,
        clinic_id=facts[0].clinic.id,
        for_staff=reader.staff,
        lang=context.lang,
        link=reader.link,
        names=names_of(facts[0], reader),
        discreet=facts[0].clinic.discreet,
        calendar=written_apart(entries),
        method=METHODS[kind],
        file=written_together([replace(one, method="PUBLISH") for one in entries]) if len(entries) > 1 else None,
    )


def context_of(house: House, facts: Sequence[Facts], reader: Reader, kind: str) -> SeriesMail:
    """What the mail says to this reader."""
    clinic, say = facts[0].clinic, reader.say
    return SeriesMail(
        lang=say.language,
        dir=LANGUAGES[say.language],
        clinic=clinic.sender,
        phone=clinic.phone,
        kind=kind,
        for_staff=reader.staff,
        subject=subject(kind, facts, reader),
        lines=[_line(one, clinic, say, moved=kind == "moved") for one in facts],
        where=say.place,
        place=Speaker(clinic.zone, say.language).place,
        minutes=facts[0].card.minutes,
        how=how_of(facts[0], reader),
        link=reader.link,
        again=again(house, facts[0], reader),
    )


def _line(one: Facts, clinic: Clinic, say: Speaker, *, moved: bool) -> Line:
    at, before = one.card.starts_at, one.card.moved_from if moved else None
    said = when(say, clinic.zone, at)
    return Line(said["day"], said["time"], said["there"], say.at(before) if before else "")


def subject(kind: str, facts: Sequence[Facts], reader: Reader) -> str:
    """The line that everybody who glances at a phone may read."""
    say, ngettext = reader.say, translations(reader.say.language).ngettext
    number = len(facts)
    words = {
        "booked": ngettext("%(num)s time from %(day)s on", "%(num)s times from %(day)s on", number),
        "moved": ngettext("%(num)s time moved, from %(day)s on", "%(num)s times moved, from %(day)s on", number),
        "cancelled": ngettext(
            "%(num)s time cancelled, from %(day)s on", "%(num)s times cancelled, from %(day)s on", number
        ),
    }
    return words[kind] % {"num": number, "day": say.day(facts[0].card.starts_at)}


Handle = Callable[[House, Job], Awaitable[None]]
JOBS: dict[str, Handle] = {MAIL: series_mail}
