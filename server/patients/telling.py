"""One message to a patient, or to who acts for them: as a mail or as a text message, with the same few words."""

from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from server.clinic.rules import Clinic
from server.house import House
from server.notify.mail import Letter
from server.notify.sms import Sms
from server.patients.rules import Person
from server.patients.space.rules import Way
from server.templates import render_text
from server.tongues import LANGUAGES


class Words(Protocol):
    """What a message says; besides, whatever its template draws."""

    @property
    def lang(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def link(self) -> str: ...


@dataclass(frozen=True)
class LinkMail:
    """A few words that name nothing, and a link: mail/asked, mail/nudge and mail/touch, each as html and txt"""

    lang: str
    dir: str
    clinic: str
    phone: str
    subject: str
    link: str = field(repr=False)


def lang_of(person: Person) -> str:
    """The language that somebody is written to in."""
    return person.language if person.language in LANGUAGES else "en"


def link_mail(clinic: Clinic, person: Person, subject: str, link: str) -> LinkMail:
    """To this person; `subject` is in their language already."""
    lang = lang_of(person)
    return LinkMail(lang, LANGUAGES[lang], clinic.sender, clinic.phone, subject, link)


async def send(
    house: House, id_: UUID, clinic: Clinic, person: Person, way: Way, template: str, words: Words
) -> None:  # fmt: skip
    """Hand it over. `template`: of mail/, drawn as text and as HTML. A repeat carries the same `id_`."""
    if way is Way.SMS:
        await house.texter.send(text_of(id_, clinic, person, words))
    else:
        await house.mailer.send(letter_of(id_, clinic, person, template, words))


def text_of(id_: UUID, clinic: Clinic, person: Person, words: Words, said: str = "") -> Sms:
    """Who says it, what it is and where it stands; `said` in place of the last two."""
    told = said or f"{words.subject}. {words.link}".rstrip()
    return Sms(
        id=id_,
        to=person.phone,
        words=f"{clinic.sender}: {told}",
        clinic_id=clinic.id,
        lang=words.lang,
        link=words.link,
        names=(person.name,),
        discreet=clinic.discreet,
    )


def letter_of(id_: UUID, clinic: Clinic, person: Person, template: str, words: Words) -> Letter:
    """The same as a mail."""
    text, html = (render_text(f"mail/{template}.{kind}", words, words.lang) for kind in ("txt", "html"))
    return Letter(
        id=id_,
        to=person.mail,
        subject=words.subject,
        text=text,
        html=html,
        sender_name=clinic.sender,
        clinic_id=clinic.id,
        lang=words.lang,
        link=words.link,
        names=(person.name,),
        discreet=clinic.discreet,
    )
