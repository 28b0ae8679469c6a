"""What the owner of a space is sent: the digits that open it, and word of a device that is new. Nothing of why."""

from dataclasses import dataclass, field
from functools import partial
from uuid import UUID, uuid5

from server.booking.acting.told import readers
from server.booking.cards import bookings_named
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.home.space.by_codes import SEND
from server.home.space.entering import NEW_DEVICE
from server.home.space.reach import reached
from server.house import House
from server.moments import Speaker, known_zone
from server.notify.sms import Sms
from server.outbox import Job
from server.patients import store as patients
from server.patients.reaching import reached_by
from server.patients.rules import Person
from server.patients.space import knocking, store
from server.patients.space.rules import Way, sent_code
from server.patients.telling import lang_of, letter_of
from server.patients.telling import text_of as told_text
from server.templates import translations
from server.tongues import LANGUAGES


@dataclass(frozen=True)
class SpaceMail:
    """mail/space.html and mail/space.txt; `digits` of the code that was asked for, else a device is told of"""

    lang: str
    dir: str
    clinic: str
    phone: str
    subject: str
    digits: str = field(default="", repr=False)
    device: str = ""
    when: str = ""
    link: str = field(default="", repr=False)


async def send_code(house: House, job: Job) -> None:
    """The digits, to whom the clinic's code was for; nothing once they came in or it took too long."""
    knock_id, now = UUID(job.payload["knock"]), house.clock()
    knock = await house.db.read(partial(knocking.knock, knock_id=knock_id, now=now))
    if knock is None or knock.code is None or knock.way is None:
        return
    code = knock.code
    person = await reached(house, code.clinic_id, code.patient_id, code.helper_id)
    clinic = await house.db.read(lambda db: clinics.clinic_of(db, code.clinic_id))
    if person is None or clinic is None:
        return
    digits = sent_code(house.keys.secret("space codes"), knock.id)
    await _send(house, job.id, clinic, person, knock.way, digits_mail(house, clinic, person, digits))


async def tell_device(house: House, job: Job) -> None:
    """That a device came in which was not known, to whoever the space is of."""
    clinic_id, space_id = UUID(job.payload["clinic"]), UUID(job.payload["space"])
    space = await house.db.read(partial(store.space, space_id=space_id))
    clinic = await house.db.read(lambda db: clinics.clinic_of(db, clinic_id))
    if space is None or clinic is None:
        return
    for number, person in enumerate(await _owners(house, clinic, space)):
        way = reached_by(house, person)
        if way:
            mail = device_mail(house, clinic, person, job)
            await _send(house, uuid5(job.id, str(number)), clinic, person, way, mail)


async def _owners(house: House, clinic: Clinic, space: store.Found) -> list[Person]:
    """Whose it is; of one that a booking's link made, whoever is told of that booking."""
    who = dict.fromkeys((one.patient_id, one.helper_id) for one in space.members)
    found = [await reached(house, clinic.id, *one) for one in who]
    if not who:
        cards = await house.db.read(lambda db: bookings_named(db, space.bookings))
        booked = await patients.people(house.db, house.keys, clinic.id, [card.patient_id for card in cards.values()])
        found = [reader for person in booked.values() for _, reader in await readers(house, clinic, person)]
    return [person for person in found if person]


def digits_mail(house: House, clinic: Clinic, person: Person, digits: str) -> SpaceMail:
    lang = lang_of(person)
    subject = translations(lang).gettext("Your code is %(digits)s") % {"digits": digits}
    link = f"{house.settings.base_url}/me/code"
    return SpaceMail(lang, LANGUAGES[lang], clinic.sender, clinic.phone, subject, digits=digits, link=link)


def device_mail(house: House, clinic: Clinic, person: Person, job: Job) -> SpaceMail:
    lang = lang_of(person)
    say = Speaker(known_zone(person.zone) or clinic.zone, lang)
    subject = translations(lang).gettext("A new device opened your space")
    link = f"{house.settings.base_url}/me/devices"
    when, device = say.full(house.clock()), job.payload["device"]
    head = (lang, LANGUAGES[lang], clinic.sender, clinic.phone, subject)
    return SpaceMail(*head, device=device, when=when, link=link)


def text_of(id_: UUID, clinic: Clinic, person: Person, mail: SpaceMail) -> Sms:
    """Who says it, and what it is; digits need no link."""
    return told_text(id_, clinic, person, mail, f"{mail.subject}." if mail.digits else "")


async def _send(house: House, id_: UUID, clinic: Clinic, person: Person, way: Way, mail: SpaceMail) -> None:
    if way is Way.SMS:
        await house.texter.send(text_of(id_, clinic, person, mail))
    else:
        await house.mailer.send(letter_of(id_, clinic, person, "space", mail))


JOBS = {SEND: send_code, NEW_DEVICE: tell_device}
