"""Every message that the program can make, in every language: none says why, who, or who treats.

A template of a mail that is not made here, or a sentence of a text message that is not said here, fails a test.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from server.accounts.mails import SUBJECTS, StaffLetter
from server.assets import web_folder
from server.booking import mails as booking
from server.booking.ics import written
from server.booking.mails import Facts, Reader
from server.booking.planner.mails import PassedOnMail
from server.booking.reminders import mails as reminders
from server.booking.rules import BookingCard
from server.booking.series import mails as series
from server.booking.waitlist.mails import WaitMail
from server.clinic.rules import Clinic
from server.home.space.mails import SpaceMail
from server.house import House
from server.journal.reminding.telling import nudge_of
from server.letters.telling import PATIENTS, STAFF
from server.letters.telling import mail_of as letter_mail
from server.measures.alone.telling import mail_of as asked_mail
from server.moments import Speaker
from server.notify.discreet import Kind, findings
from server.notify.mail import Letter, NeutralMail
from server.patients.rules import Person
from server.patients.telling import LinkMail
from server.programmes.after.telling import home_of
from server.record.emergency.mails import GlassMail
from server.record.emergency.rules import Stands
from server.support.ladder.telling import SupportMail
from server.templates import render_text, translations, usual_words
from server.tongues import LANGUAGES
from server.visit.away.telling import AwayMail
from server.visit.handover.telling import NewsMail
from server.visit.ladder.mails import WaitingMail
from server.visit.late.mails import LateMail
from server.visit.recall.mails import RecallMail
from server.visit.risk.mails import RiskMail
from tests.server.booking.linden import a_clinic

START = datetime(2026, 3, 12, 8, 30, tzinfo=UTC)
NAMES = ("Amara Quist", "Dr. Noor Haddad, PhD")
SOMEBODY_ELSE = "Your time at %(time)s: somebody else meets you"
LINK = "https://linden.example/l/" + "a" * 43
CLINIC = a_clinic(name="Linden Psychotherapy", sender_name="Linden Psychotherapy", slug="linden-psychotherapy")
MAILS = web_folder() / "templates/mail"
BOOKING_KINDS = sorted({*booking.KINDS.values(), "confirmed", "again"})


def card(**changes: Any) -> BookingCard:
    plain = BookingCard(
        id=UUID(int=7),
        public_id="a" * 20,
        clinic_id=CLINIC.id,
        appointment_id=UUID(int=8),
        service_id=UUID(int=9),
        service_name="Psychotherapy session",
        minutes=50,
        therapist_id=UUID(int=10),
        therapist_name=NAMES[1],
        starts_at=START,
        ends_at=START + timedelta(minutes=50),
        patient_id=UUID(int=11),
        sequence=2,
        cancelled_at=None,
        moved_from=START - timedelta(days=1),
        for_whom="me",
        made_at=START - timedelta(days=9),
        answer_by=START - timedelta(days=1),
    )
    return replace(plain, **changes)


class Base:
    """What letters ask of the house: where it is, and what time it is."""

    class settings:
        base_url = "https://linden.example"

    @staticmethod
    def clock() -> datetime:
        return START - timedelta(days=3)


HOUSE: House = Base()  # type: ignore[assignment]


def facts(clinic: Clinic = CLINIC, **changes: Any) -> Facts:
    return Facts(card(**changes), clinic, UUID(int=12), None)  # type: ignore[arg-type]


def reader(lang: str, *, staff: bool) -> Reader:
    zone = ZoneInfo("America/St_Johns" if not staff else "Europe/Berlin")
    return Reader(NAMES[0], "amara.quist@example.org", Speaker(zone, lang), LINK, staff=staff)


def head(lang: str) -> dict[str, Any]:
    return {"lang": lang, "dir": LANGUAGES[lang], "clinic": CLINIC.sender, "phone": "555 0134"}


def booking_mails(lang: str) -> Iterator[tuple[str, Any]]:
    asked = ("again", True)  # staff lose no link
    for kind, staff in set(product(BOOKING_KINDS, (False, True))) - {asked}:
        yield "booking", booking.context_of(HOUSE, facts(), reader(lang, staff=staff), kind)


def series_mails(lang: str) -> Iterator[tuple[str, Any]]:
    both = [facts(), facts(starts_at=START + timedelta(days=7))]
    for kind, staff in product(("booked", "moved", "cancelled"), (False, True)):
        yield "series", series.context_of(HOUSE, both, reader(lang, staff=staff), kind)


def reminder_mails(lang: str) -> Iterator[tuple[str, Any]]:
    for confirmed, away in product((False, True), (timedelta(), timedelta(days=-2, hours=-23))):
        about = facts(starts_at=START + away)
        yield "reminder", reminders.context_of(HOUSE, about, reader(lang, staff=False), confirmed)


def visit_mails(lang: str) -> Iterator[tuple[str, Any]]:
    subjects = translations(lang).gettext
    for kind in ("late", "on_time"):
        times = {"booked": "9:30", "begins": "9:40", "minutes": 10, "subject": subjects("Your time today")}
        yield "late", LateMail(**head(lang), kind=kind, link=LINK, **times)
    yield "recall", RecallMail(**head(lang), subject=subjects("Please come back"), until="9:40", link=LINK)
    yield (
        "recall",
        RecallMail(
            **head(lang), subject=subjects("Please come back to your page now"), until="", link=LINK, waits=False
        ),
    )
    for news, subject in (("declined", "Your time at %(time)s cannot be today"), ("handed", SOMEBODY_ELSE)):
        yield "news", NewsMail(**head(lang), news=news, subject=subjects(subject), link=LINK)
    at = {"day": "Thursday 12 March", "time": "9:30", "link": LINK}
    for there in ("", "18:30"):
        zone = {"where": "Lisbon", "there": there, "place": "Los Angeles"}
        yield "away", AwayMail(**head(lang), **at, **zone, subject=subjects("Your time today"))
    yield "passed_on", PassedOnMail(**head(lang), **at, where="Lisbon", subject="12")
    for dropped in ("silent", "over"):
        off = subjects("You are not on the list any more")
        yield "wait", WaitMail(**head(lang), **at, subject=off, where="Lisbon", until="", dropped=dropped)
    for until in ("", "Thursday 12 March, 9:30"):
        yield "wait", WaitMail(**head(lang), **at, subject=subjects("You are on the list"), where="Lisbon", until=until)
    for rung in ("therapist", "colleague"):
        yield "waiting", WaitingMail(**head(lang), rung=rung, subject="9:30", since="9:30", link=LINK)
    for needs in SAID["server/visit/risk/mails.py"]:
        yield "risk", RiskMail(**head(lang), subject=subjects(needs) % {"since": "9:30"}, since="9:30", link=LINK)
    touch = subjects("We are in touch with you today")
    yield "touch", LinkMail(**head(lang), subject=touch, link=LINK)
    for step, since in product(("on_call", "lead", "handed_on", "follow_up"), SAID["server/support/ladder/telling.py"]):
        said = subjects(since) % {"since": "9:30"}
        yield "support", SupportMail(**head(lang), subject=said, since="9:30", link=LINK, step=step)
    for stands in Stands:
        glass = subjects("A record was opened in an emergency")
        yield "glass", GlassMail(**head(lang), subject=glass, who="Mara Lind", stands=stands, link=LINK)


def space_mails(lang: str) -> Iterator[tuple[str, Any]]:
    subjects = translations(lang).gettext
    digits = subjects("Your code is %(digits)s") % {"digits": "123456"}
    yield "space", SpaceMail(**head(lang), subject=digits, digits="123456", link=LINK)
    told = {"device": "Firefox, Windows", "when": "Thursday 12 March, 9:30", "link": LINK}
    yield "space", SpaceMail(**head(lang), subject=subjects("A new device opened your space"), **told)


def letter_mails(lang: str) -> Iterator[tuple[str, Any]]:
    for path, kind in product((PATIENTS, STAFF), ("new", "late")):
        yield "letter", letter_mail(HOUSE, CLINIC, lang, path, kind)
    for escort in (False, True):
        yield "home", home_of(HOUSE, CLINIC, Person(UUID(int=1), NAMES[0], language=lang), escort=escort)
    yield "asked", asked_mail(HOUSE, CLINIC, Person(UUID(int=1), NAMES[0], language=lang))
    yield "nudge", nudge_of(HOUSE, CLINIC, Person(UUID(int=1), NAMES[0], language=lang))


def staff_mails(lang: str) -> Iterator[tuple[str, Any]]:
    for kind, subject in SUBJECTS.items():
        words = {"subject": translations(lang).gettext(subject), "link": LINK, "minutes": 10, "name": "Mara Lind"}
        yield "staff", StaffLetter(**head(lang), kind=kind, **words)
    yield "neutral", NeutralMail(**head(lang), subject="Something new for you", link=LINK)


def every_mail(lang: str) -> list[tuple[str, Any]]:
    makers = (booking_mails, series_mails, reminder_mails, visit_mails, space_mails, letter_mails, staff_mails)
    return [mail for make in makers for mail in make(lang)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_mail_says_why_or_names_anybody(lang: str) -> None:
    for name, context in every_mail(lang):
        for kind in ("txt", "html"):
            text = render_text(f"mail/{name}.{kind}", context, lang)
            found = findings(f"{context.subject}\n{text}", NAMES, usual_words(lang))
            assert found == [], (name, kind, context, [one.word for one in found])


def test_every_template_of_a_mail_is_made_here() -> None:
    known = {path.stem for path in MAILS.iterdir()} - {"base"}
    assert known == {name for name, _ in every_mail("en")}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["", *BOOKING_KINDS])
@pytest.mark.parametrize("staff", [False, True])
def test_no_calendar_entry_says_why_or_names_anybody(lang: str, kind: str, staff: bool) -> None:
    cancelled = START if kind in booking.ENDS else None
    one = booking.invitation(
        facts(cancelled_at=cancelled), reader(lang, staff=staff), "no-reply@x.example", START, kind
    )
    entry = written(one).decode()
    assert findings(entry, NAMES, usual_words(lang)) == []
    assert "Linden" in entry


# Where text messages and notices of a browser take their words from: file -> its sentences, one of which is all of it.
SAID = {
    "server/booking/reminders/mails.py": ("%(clinic)s: your time is",),
    "server/booking/texts.py": (
        "Your time is now %(day)s, %(time)s",
        "Your time on %(day)s, %(time)s is cancelled",
    ),
    "server/booking/walk_in/texts.py": ("Your place in the line opens here: %(link)s",),
    "server/booking/asking/texts.py": (
        "Confirmed: %(day)s, %(time)s (in %(place)s)",
        "Not possible: %(day)s, %(time)s (in %(place)s). Your page says more",
        "Nobody confirmed: %(day)s, %(time)s (in %(place)s). You can choose another time",
    ),
    "server/notify/sms.py": ("Something new for you: %(link)s",),
    "server/booking/waitlist/mails.py": (
        "You are on the list",
        "You are not on the list any more",
        "A time is free: %(day)s, %(time)s",
    ),
    "server/visit/away/telling.py": (
        "Your time on %(day)s, %(time)s stays; somebody else will be there for you",
        "Your time on %(day)s, %(time)s cannot be kept. Choose another on your page",
    ),
    "server/visit/ladder/mails.py": (
        "Somebody is in the waiting room since %(since)s",
        "Somebody waits since %(since)s and nobody has answered",
    ),
    "server/visit/late/mails.py": ("Your time today begins about %(time)s", "Your time today is %(time)s, as booked"),
    "server/journal/reminding/telling.py": ("A small reminder",),
    "server/letters/telling.py": ("There is something new at the clinic", "Something at the clinic waits for you"),
    "server/visit/push/pages.py": ("Something is new", "Open the page to see what it is."),
    "server/visit/handover/telling.py": ("Your time at %(time)s cannot be today", SOMEBODY_ELSE),
    "server/home/space/mails.py": ("Your code is %(digits)s", "A new device opened your space"),
    "server/visit/risk/mails.py": (
        "Please look at once: somebody needs you since %(since)s",
        "Somebody needs you since %(since)s",
    ),
    "server/visit/readings/mails.py": ("Please look at once: somebody needs you since %(since)s",),
    "server/support/ladder/telling.py": (
        "Somebody waits for a person on call since %(since)s",
        "Somebody still waits for a person on call, since %(since)s",
        "Nobody on call has answered since %(since)s",
        "A colleague hands somebody to you, at %(since)s",
    ),
    "server/support/follow_up/telling.py": (
        "We are in touch with you today",
        "Please get in touch with somebody today",
    ),
    "server/programmes/after/telling.py": (
        "Please do not drive until tomorrow",
        "Nobody you take home should drive until tomorrow",
    ),
    "server/measures/alone/telling.py": ("There are a few questions for you",),
    "server/visit/recall/mails.py": (
        "Please come back to your page by %(until)s",
        "Please come back to your page now",
    ),
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_message_and_no_notice_says_why_or_names_anybody(lang: str) -> None:
    for sentence in (words for file in SAID.values() for words in file):
        assert findings(translations(lang).gettext(sentence), NAMES, usual_words(lang)) == []
    about = reminders.words_of(facts(), reader(lang, staff=False))
    assert findings(about, NAMES, usual_words(lang)) == []
    assert len(about) <= 300


WAYS = ("Sms(", "send_text(", "send_call(", "patients.telling import")
ASKS_ALONE = "from server.patients.telling import lang_of\n"
"""Which language somebody reads is asked where nothing is sent, too."""


def test_every_place_that_sends_a_text_message_is_known_here() -> None:
    root = web_folder().parent
    files = {path.relative_to(root).as_posix(): path.read_text() for path in (root / "server").rglob("*.py")}
    read = {name: text.replace(ASKS_ALONE, "") for name, text in files.items()}
    sends = {name for name, text in read.items() if any(way in text for way in WAYS)}
    assert {"server/visit/ladder/mails.py", "server/visit/risk/mails.py"} <= sends
    assert sends - {
        "server/notify/sms.py",
        "server/patients/telling.py",
        "server/visit/addressee.py",
        "server/visit/calling.py",
    } <= set(SAID)


def test_where_a_clinic_wants_it_a_mail_says_what_it_is_about() -> None:
    open_words = replace(CLINIC, discreet=False)
    context = booking.context_of(HOUSE, facts(open_words), reader("en", staff=False), "booked")
    assert "Psychotherapy session, Dr. Noor Haddad, PhD" in render_text("mail/booking.txt", context, "en")
    one = booking.invitation(facts(open_words), reader("en", staff=False), "x@x.example", START, "booked")
    assert one.summary == "Psychotherapy session, Dr. Noor Haddad, PhD"
    assert one.organizer[0] == "Linden Psychotherapy"
    assert {kind.kind for kind in findings(one.summary, NAMES)} == set(Kind)
    assert "discreet" in {field.name for field in fields(Letter)}
