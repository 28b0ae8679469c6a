"""Two clinics in one house. Of the first there is one of everything that an address can name."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.accounts.store import join as join_team
from server.accounts.tables import Staff
from server.booking.paying import store as money
from server.booking.paying.rules import Charge, Step, Why
from server.booking.paying.rules import Kind as StepKind
from server.booking.store import By as MoneyBy
from server.booking.tables import Booking
from server.booking.waitlist import store as waits
from server.booking.waitlist.forms import Joining
from server.booking.waitlist.joining import join
from server.booking.waitlist.rules import Offered, Part
from server.clinic import store as clinics
from server.clinic.calendars import store as calendars
from server.clinic.calendars.rules import Access, Kind, Known
from server.clinic.intake.rules import Kind as QuestionKind
from server.clinic.paying.rules import Refunds, Way
from server.clinic.resources import store as resources
from server.clinic.rules import DEFAULT_POLICY, Leave, Service, usual_week
from server.clinic.tables import Therapist
from server.crypto import token_hash
from server.embed.store import add_origin, origins
from server.home.demo_clinic.asked import add_asked
from server.home.demo_clinic.course import halfway
from server.home.demo_clinic.letters import Said
from server.home.demo_clinic.letters import write as write_letters
from server.home.demo_clinic.observing import add_observed
from server.house import House
from server.interop.keys import store as keys
from server.interop.webhooks import store as hooks
from server.interop.webhooks.rules import State
from server.interop.webhooks.tables import WebhookMessage
from server.journal.keeping import Journal
from server.journal.mood.rules import KIND as MOOD
from server.journal.rules import Entry, Share, Written
from server.letters.attached import Brought, rows_of
from server.letters.away import store as letters_away
from server.letters.promises import promise
from server.letters.rules import Away, Promise
from server.letters.store import letters_of
from server.measures import store as measures
from server.measures.catalogue import shipped_data
from server.measures.risk.store import open_for, sound
from server.measures.rules import Weight
from server.notify.mail import FileMailer, Letter
from server.patients.consents import store as consents
from server.patients.contacts import Contact
from server.patients.space import knocking
from server.patients.space import store as spaces
from server.patients.space.door import COOKIE
from server.patients.space.rules import By as CameBy
from server.patients.space.tables import Space
from server.programmes.catalogue import shipped_data as programmes
from server.programmes.filed.forms import to_change
from server.programmes.observing.red import KIND
from server.safety.alerts import store as alerts
from server.safety.roster import store as roster
from server.safety.roster.rules import Shift
from server.support import store as support
from server.support.entering import Comer, Entered, enter
from server.support.follow_up import store as follow_ups
from server.support.forms import Entering
from server.support.rules import Rules as SupportRules
from server.support.rules import Said as SupportSaid
from server.visit.away import store as away
from tests.e2e.recorded import open_in_emergency
from tests.e2e.series import fridays
from tests.server.booking.importing.files import ENGLISH, send
from tests.server.booking.linden import Linden, a_service, booked, seed
from tests.server.clinic.intake.test_pages import add as add_question
from tests.server.clinic.intake.test_pages import newest
from tests.server.home.space.device import Device
from tests.server.home.space.ways import with_passkey
from tests.server.measures.asked import spoke_of_danger, use
from tests.server.visit.conftest import START, Browser, Jo, add_staff, signed_in, with_link

THURSDAY_ONE = datetime(2026, 3, 12, 12, tzinfo=START.tzinfo)  # 13:00 in Berlin
POLICY = replace(DEFAULT_POLICY, opens=timedelta(minutes=15), change_until=timedelta(hours=1))

NAMED = frozenset(
    {
        "absence", "alert", "ask", "attached", "away", "booking", "calendar", "clinic", "closure", "consent",
        "course", "day", "document", "entry", "export", "file", "follow", "gate", "glass", "helper", "hook",
        "invoice", "key", "kind", "leave", "letter", "licence", "line", "message", "note", "number", "offer",
        "origin", "patient_id", "prompt", "public_id", "question", "round", "section", "series", "service",
        "session", "shift", "sort", "staff", "step", "summary", "task", "therapist", "thread", "token", "tool",
        "unit", "wait", "way", "writing",
    }
)  # fmt: skip
"""Every parameter that a route which asks who somebody is may have: of each there is one here."""


@dataclass
class Clinic:
    """A clinic with somebody who is everything in it, one patient with a link, and what its addresses name.

    `names`: parameter of a route -> what stands there, by the beginning of the path that it is in ('' for all).
    """

    linden: Linden
    staff: Browser
    patient: Jo
    key: str
    names: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return self.linden.clinic.slug


async def found(house: House, staff: Browser, patient: Browser, slug: str, name: str) -> Clinic:
    """A clinic with a booking this afternoon; its Mara is therapist, front desk and admin."""
    linden = await seed(house, slug=slug, name=name, policy=POLICY, sender_name=slug.title())
    linden = await _renamed(house, linden)
    await signed_in(house, staff, linden.mara.staff_id)
    jo = await with_link(await booked(house, linden, START, name=f"Patient of {slug}"), patient)
    answer = await staff.post("/staff/clinic/keys", data={"name": "site", "scope": ["bookings:read", "bookings:write"]})
    (key,) = re.findall(r'value="(plk_[A-Za-z0-9_-]{43})"', answer.text)
    return Clinic(linden, staff, jo, key)


async def _renamed(house: House, linden: Linden) -> Linden:
    """Its therapists have addresses of their own, so that one of another clinic names nobody here."""
    slug = linden.clinic.slug
    cards = [
        replace(card, slug=f"{card.slug}-{slug}", name=f"{card.name} {slug}") for card in (linden.mara, linden.samir)
    ]

    async def work(db: AsyncSession) -> None:
        for card in cards:
            mine = Therapist.staff_id == card.staff_id
            await db.execute(update(Therapist).where(mine).values(slug=card.slug, name=card.name))
        roles = sorted(Role)
        await db.execute(update(Staff).where(Staff.id == cards[0].staff_id).values(roles=roles))

    await house.db.unit(work)
    return replace(linden, mara=cards[0], samir=cards[1])


async def furnish(house: House, clinic: Clinic) -> None:
    """One of everything."""
    linden, clinic_id = clinic.linden, clinic.linden.clinic.id
    group = await _serves(house, linden, a_service("A group", 90, seats=8))
    asked = await _serves(house, linden, a_service("An asked talk", 30, asks=True))
    many = await booked(house, replace(linden, session=group), THURSDAY_ONE, name="Hugo Lehmann", mail="hugo@a.example")
    request = await booked(
        house, replace(linden, session=asked), THURSDAY_ONE, therapist=linden.samir.staff_id, name="Hanna Vogt",
        mail="hanna@a.example", asks=True,
    )  # fmt: skip
    series = await fridays(house, linden.clinic, linden.session, linden.samir.staff_id, usual_week())
    await with_link(series, clinic.patient.browser)
    weekly = await fridays(house, linden.clinic, group, linden.mara.staff_id, usual_week(), "Yara Stein", 14)
    later = await booked(house, linden, THURSDAY_ONE + timedelta(hours=2), name="Kim Berg", mail="kim@a.example")
    team = await _serves(house, linden, a_service("A talk today", 30, team=True))
    line = await booked(
        house, replace(linden, session=team), START, therapist=linden.samir.staff_id, name="Noor Hassan"
    )
    dana = await add_staff(house, clinic_id, Role.THERAPIST)
    clinic.names = {
        "": {
            "clinic": clinic.slug,
            "therapist": linden.mara.slug,
            "staff": str(linden.samir.staff_id),
            "service": str(linden.session.id),
            "public_id": clinic.patient.made.card.public_id,
            "booking": clinic.patient.made.card.public_id,
            "patient_id": str(clinic.patient.made.card.patient_id),
            "series": str(series.id),
            "section": "about",
            "line": "place",
            "number": "1",
            "step": "calendar",
            "way": "up",
            "day": "2026-03-19",
            "other": str(many.card.patient_id),
            **await _rows(house, linden),
        },
        "/staff/bookings/{public_id}/group": {"public_id": many.card.public_id},
        "/staff/bookings/{public_id}/group/enrol": {"public_id": weekly.cards[0].public_id},
        "/staff/requests": {"public_id": request.card.public_id},
        "/staff/bookings/{public_id}/move": {"public_id": later.card.public_id},
        "/staff/calendar/move": {"public_id": later.card.public_id},
        "/staff/visit/{public_id}/take": {"public_id": line.card.public_id},
        "/staff/clinic/therapists/{staff:uuid}": {"staff": str(dana)},
        "/staff/bookings/{public_id}/series": {"public_id": series.cards[0].public_id},
        "/visit/{public_id}/series": {"public_id": series.cards[0].public_id},
        "/visit/{public_id}/series.ics": {"public_id": series.cards[0].public_id},
        "/embed/visit/{public_id}/series.ics": {"public_id": series.cards[0].public_id},
    }
    await _by_hand(house, clinic)
    clinic.names[""]["invoice"] = await _invoiced(house, clinic)
    clinic.names[""] |= await _needed(house, clinic)
    clinic.names[""] |= await _asks(house, linden)


async def _needed(house: House, clinic: Clinic) -> dict[str, str]:
    """An answer of the clinic's patient speaks of danger; nobody is on call on a day."""
    card, now = clinic.patient.made.card, house.clock()
    data, ring = dict(shipped_data()["phq9"]), await house.keys.patient(card.clinic_id, card.patient_id)

    async def work(db: AsyncSession) -> dict[str, str]:
        version = await measures.keep_version(db, card.clinic_id, data, None, now, own=False)
        row = await measures.ask(db, (card.clinic_id, card.patient_id, card.id), "phq9", version, now)
        await spoke_of_danger(db, ring, card.clinic_id, row.id, now)
        await sound(db, card.clinic_id, row.id, Weight.RISK, now)
        await roster.add_date(db, card.clinic_id, THURSDAY_ONE.date(), None)
        alert = (await open_for(db, [row.id]))[row.id]
        (shift,) = await roster.kept(db, card.clinic_id)
        return {"alert": str(alert.id), "shift": str(shift.id)}

    return await house.db.unit(work)


async def _asks(house: House, linden: Linden) -> dict[str, str]:
    """Somebody asks for help now, while the clinic's Mara is on call; she gets in touch tomorrow."""
    await _on_call(house, linden)
    entering = Entering("Robin Patient of linden", SupportSaid("Rosa 3", "DE", number="+49305550177"), uuid4().hex)
    entered = await enter(house, linden.clinic, entering, Comer(None, "en", "Europe/Berlin"))
    assert isinstance(entered, Entered)
    ask = await house.db.read(lambda db: support.by_token(db, entered.token))
    assert ask
    follow, due_at = uuid4(), house.clock() + timedelta(days=1)
    await house.db.unit(lambda db: follow_ups.add(db, follow, ask, linden.mara.staff_id, due_at, house.clock()))
    return {"ask": str(ask.id), "follow": str(follow)}


async def _on_call(house: House, linden: Linden) -> None:
    async def work(db: AsyncSession) -> None:
        await join_team(db, linden.mara.staff_id, house.clock())
        await support.set_rules(
            db, linden.clinic.id, SupportRules(in_use=True, service=linden.session.id), house.clock()
        )
        await roster.add_week(db, linden.clinic.id, range(7), Shift(0, 1440, linden.mara.staff_id))

    await house.db.unit(work)


async def _invoiced(house: House, clinic: Clinic) -> str:
    """The visit of the clinic's patient had a price, and its invoice is paid."""
    card = clinic.patient.made.card
    charge = Charge(card.id, card.clinic_id, Way.INVOICE, 9000, "EUR", Refunds())
    by = MoneyBy("staff", clinic.linden.mara.staff_id)

    async def work(db: AsyncSession) -> str:
        await db.execute(update(Booking).where(Booking.id == card.id).values(price=9000, currency="EUR"))
        await money.add(db, charge, house.clock())
        invoice = await money.issue(db, charge, 9000, Why.VISIT, house.clock(), by)
        await money.step(db, invoice.id, Step(uuid4(), StepKind.PAID, 9000, house.clock()), "paid", by)
        return str(invoice.id)

    return await house.db.unit(work)


async def _serves(house: House, linden: Linden, service: Service) -> Service:
    async def work(db: AsyncSession) -> None:
        await clinics.add_service(db, linden.clinic.id, service)
        await clinics.offer(db, service.id, [linden.mara.staff_id, linden.samir.staff_id])

    await house.db.unit(work)
    return service


async def _rows(house: House, linden: Linden) -> dict[str, str]:
    """What the store writes: a leave, a calendar elsewhere, a day away, a site, a place in the line, a kept mail."""
    clinic_id, mara, now = linden.clinic.id, linden.mara.staff_id, house.clock()
    ring = await house.keys.clinic(clinic_id)
    leave, calendar, gone, mail = uuid4(), uuid4(), uuid4(), uuid4()
    sealed = calendars.sealed(ring, clinic_id, calendar, Access("https://calendar.example/a.ics"))
    said = Joining("Otis Grant", Contact("otis@a.example", ""), frozenset({2}), frozenset(Part), None, uuid4().hex)
    joined = await join(house, linden.clinic, said, linden.session.id, None, "en", linden.clinic.zone)
    assert joined

    async def work(db: AsyncSession) -> dict[str, str]:
        await clinics.add_leave(db, clinic_id, Leave(leave, mara, now + timedelta(days=30), now + timedelta(days=31)))
        known = Known(calendar, clinic_id, mara, "Private", Kind.LINK, whole_days=True, access_sealed=sealed)
        await calendars.add(db, known, now)
        until = now + timedelta(hours=1)
        await away.add(db, away.Away(gone, clinic_id, mara, leave, until, now, None), mara)
        await add_origin(db, clinic_id, "https://a.example", mara, now)
        wait = await waits.by_token(db, token_hash(joined.token))
        (site,) = await origins(db, clinic_id)
        assert wait
        offer = Offered(uuid4(), wait.id, mara, now + timedelta(days=3), now + timedelta(days=2))
        assert await waits.give(db, clinic_id, offer, now)
        return {"wait": str(wait.id), "offer": str(offer.id), "origin": str(site.id), "token": joined.token}

    found = await house.db.unit(work)
    letter = Letter(mail, "jo@a.example", "A time", "Hello", "<p>Hello</p>", clinic_id=clinic_id)
    await FileMailer(house.settings.data / "mail", "clinic@testserver").carry(letter)
    named = {"leave": leave, "calendar": calendar, "away": gone, "letter": mail}
    return found | {name: str(value) for name, value in named.items()} | {"kind": "patients"}


async def _by_hand(house: House, clinic: Clinic) -> None:
    """What its own admin makes on pages: a key, a webhook with a message that nobody took, a room, a licence, a day."""
    staff, linden, names = clinic.staff, clinic.linden, clinic.names[""]
    clinic_id, mara = linden.clinic.id, linden.mara
    await staff.post("/staff/clinic/webhooks", data={"url": "https://records.example/", "event": "booking.created"})
    await staff.post("/staff/clinic/resources", data={"word": "Room", "name": "Room 1"})
    place = {"country": "DE", "kind": "Approbation", "number": "4411"}
    await staff.post(f"/staff/clinic/licences/{mara.slug}", data=place)
    await staff.post(f"/staff/clinic/hours/{mara.slug}/days", data={"day": names["day"]})
    mother = {"kind": "guardian", "name": "Ana Almeida", "mail": "ana@a.example"}
    await staff.post(f"/staff/patients/{names['patient_id']}/acting", data=mother)
    arrived = await clinic.patient.arrive() if house.clock() >= START - timedelta(minutes=15) else None
    assert arrived is None or arrived.status_code == 303
    names["file"] = (await send(staff, ENGLISH)).rsplit("/", 1)[-1]
    questions = f"/staff/clinic/services/{linden.session.id}/questions"
    for words in ("What brings you?", "What helped before?"):
        await add_question(staff, questions, QuestionKind.SHORT, words)
    form = await newest(house, linden.clinic, linden.session)
    names["question"] = str(form.questions[-1].id)
    (kind,) = await house.db.read(lambda db: resources.kinds(db, clinic_id))
    unit = kind.units[0]
    await staff.post(
        f"/staff/clinic/resources/{unit.id}/close", data={"from_day": "2026-04-01", "until_day": "2026-04-02"}
    )
    (key,) = await house.db.read(lambda db: keys.keys_of(db, clinic_id))
    (hook,) = await house.db.read(lambda db: hooks.hooks_of(db, clinic_id))

    async def work(db: AsyncSession) -> dict[str, Any]:
        await hooks.tell(db, [hook], next(iter(hook.events)), "{}", hook.id, house.clock())
        await db.execute(update(WebhookMessage).values(state=State.DEAD, why="slow", tries=12))
        one = "SELECT id FROM {} LIMIT 1"
        tables = {"message": "webhook_messages", "licence": "licences", "closure": "resource_closures"}
        tables["helper"] = "helpers"
        agreed = await consents.ledger(db, clinic_id, clinic.patient.made.card.patient_id)
        found = {name: await db.scalar(text(one.format(table))) for name, table in tables.items()}
        return {**found, "consent": agreed[0].id}

    rows = await house.db.unit(work)
    names |= {"key": str(key.id), "hook": str(hook.id), "unit": str(unit.id)}
    names |= {name: str(UUID(str(value))) for name, value in rows.items()}
    clinic.names["/staff/clinic/resources/kinds"] = {"kind": str(kind.id)}
    once = str(uuid4())
    note = await staff.post(f"/staff/patients/{names['patient_id']}/notes", data={"once": once, "format": "soap"})
    assert note.headers["location"].endswith(once)
    names["note"] = once
    medicine = {"once": (entry := str(uuid4())), "name": "Sertraline", "dose": "50"}
    assert (await staff.post(f"/staff/patients/{names['patient_id']}/care/medicine", data=medicine)).status_code == 303
    letter = {"file": ("letter.txt", b"Dear colleague", "text/plain")}
    brought = await staff.post(
        f"/staff/patients/{names['patient_id']}/documents", data={"once": (document := str(uuid4()))}, files=letter
    )
    assert brought.status_code == 303
    names |= {"sort": "medicine", "document": document, "entry": entry, "glass": (glass := str(uuid4()))}
    noor = {"who": "Noor Hassan", "reason": "Noor needs somebody at once", "once": glass}
    assert (await staff.post("/staff/emergency", data=noor)).status_code == 303
    treated, samir = UUID(names["patient_id"]), linden.samir.staff_id
    looked = await open_in_emergency(house, linden.clinic.id, treated, samir, house.clock())
    clinic.names["/staff/emergency"] = {"glass": str(looked)}
    for begin in ("/staff/patients/{patient_id}/notes", "/staff/visit/{public_id}/record"):
        clinic.names[begin] = {"section": "plan"}
    plan = f"/staff/patients/{names['patient_id']}/plan"
    assert (await staff.post(f"{plan}/steps/alone", data={"text": "A hot shower", "version": "0"})).status_code == 303
    (names["writing"],) = re.findall(r'href="[^"]*/plan/history/([\w-]+)"', (await staff.get(plan)).text)
    for begin in (plan.replace(names["patient_id"], "{patient_id}"), "/staff/visit/{public_id}/plan"):
        clinic.names[begin] = {"step": "alone"}
    clinic.names["/me/plan"] = {"section": "alone"}
    await use(house, linden.clinic.id, sleep2="visit", worry2="each_week")
    made = await with_passkey(clinic.patient, Device())
    assert made.status_code == 303
    names["space"] = str(await house.db.read(lambda db: db.scalar(select(Space.id))))
    clinic.names["/me/record"] = {"way": "json"}
    clinic.names["/me/mood"] = {"entry": await _entry_of(house, clinic, MOOD, {"mood": 4})}
    clinic.names["/me/tools"] = {
        "tool": "thought",
        "entry": await _entry_of(house, clinic, "thought", {"form": "short"}),
    }
    clinic.names["/me/offline/tools"] = {"tool": "thought"}
    given = {"once": (task := str(uuid4())), "tool": "thought/full", "note": "The pull to cancel"}
    assert (await staff.post(f"/staff/patients/{names['patient_id']}/tools", data=given)).status_code == 303
    names["task"] = task
    names |= await _letters(house, clinic)
    for begin in ("/staff/clinic/measures", "/visit/{public_id}/measures"):
        clinic.names[begin] = {"key": "sleep2"}
    clinic.names["/staff/patients/{patient_id}/measures"] = {"key": "worry2"}
    clinic.names["/staff/visit/{public_id}/measures/entered"] = {"key": "cssrs"}
    names["course"] = str(
        await halfway(house, linden.clinic, UUID(names["patient_id"]), linden.mara.staff_id, house.clock())
    )
    names |= {"session": "17", "round": "0", "gate": "asked"}
    clinic.names["/staff/patients/{patient_id}/courses"] = {"step": "today"}
    patient_id, mara = UUID(names["patient_id"]), linden.mara.staff_id
    observed = await add_observed(house, linden.clinic, patient_id, mara, house.clock())
    clinic.names["/staff/patients/{patient_id}/courses/{course:uuid}/observing"] = {
        "course": str(observed),
        "step": "vitals",
    }
    red = str(uuid4())
    await add_asked(house, linden.clinic.id, patient_id, UUID(names["course"]), "phq9")
    clinic.names["/me/asked"] = {"key": "phq9"}
    given = {"once": red, "q-systolic": "190", "q-diastolic": "80", "q-pulse": "70", "q-oxygen": "98"}
    given |= {"q-sedation": "alert"}
    where = f"/staff/patients/{patient_id}/courses/{observed}/observing/vitals"
    assert (await clinic.staff.post(where, data=given)).status_code == 303
    called = await house.db.read(lambda db: alerts.of_subjects(db, KIND, [UUID(red)]))
    clinic.names["/staff/readings"] = {"alert": str(called[0].id)}
    clinic.names["/staff/patients/{patient_id}/courses/{course:uuid}/exports"] = {
        "course": str(observed),
        "export": "monitoring",
        "session": "3",
    }
    clinic.names["/staff/programmes/read"] = {"key": "tms"}
    clinic.names["/staff/programmes/files"] = {"key": "ours"}
    brought = json.dumps({**to_change(programmes()["tms"]), "id": "ours"})
    form = {"text": brought, "seen": "0"}
    assert (await staff.post("/staff/programmes/files/accept", data=form)).status_code == 303
    clinic.names["/staff/patients/{patient_id}/courses/{course:uuid}/summary"] = {"way": "fhir"}
    names["prompt"] = str(uuid4())
    asked = {"once": names["prompt"], "words": "Talk about TMS", "untried": "tms"}
    assert (await staff.post("/staff/clinic/prompts", data=asked)).status_code == 303
    names["summary"] = await _summary(staff, f"/staff/patients/{patient_id}/courses/{names['course']}/summary")


async def _summary(staff: Browser, base: str) -> str:
    """The patient agreed, and a summary was written."""
    once = str(uuid4())
    assert (await staff.post(f"{base}/agreement", data={"agreed": "yes"})).status_code == 303
    written = await staff.post(base, data={"once": once, "recipient": "Dr. Amato"})
    assert written.headers["location"].endswith(once)
    return once


async def _entry_of(house: House, clinic: Clinic, kind: str, value: dict[str, object]) -> str:
    """The patient wrote an entry, for their therapist too."""
    own, now, card = uuid4(), house.clock(), clinic.patient.made.card
    when = Written(now.date(), now, "Europe/Berlin", backdated=False)
    await Journal(house, card.clinic_id, card.patient_id, kind).keep(Entry(own, kind, when, Share.ALL, 1, value))
    return str(own)


async def _letters(house: House, clinic: Clinic) -> dict[str, str]:
    """The clinic's patient wrote a letter with a file; Mara is away for a day."""
    mara, card, now = clinic.linden.mara.staff_id, clinic.patient.made.card, house.clock()
    said = Said("Hello", now, files=[Brought("plan.txt", b"A plan")])
    gone = Away(uuid4(), mara, now.date(), now.date())

    async def work(db: AsyncSession) -> None:
        await promise(db, card.clinic_id, Promise(is_open=True), mara, now)
        await letters_away.add(db, card.clinic_id, gone, now)

    await house.db.unit(work)
    thread = await write_letters(house, clinic.linden.clinic, card.patient_id, mara, [said])
    (letter,) = await house.db.read(lambda db: letters_of(db, thread.id))
    ((file, *_),) = await house.db.read(lambda db: rows_of(db, [letter.id]))
    return {"thread": str(thread.id), "attached": str(file), "absence": str(gone.id)}


async def open_own_space(house: House, clinic: Clinic) -> None:
    """The clinic's patient signs in to a space that shows all that is theirs."""
    card, now = clinic.patient.made.card, house.clock()
    space_id, token, who = uuid4(), uuid4().hex + "x" * 11, (card.clinic_id, card.patient_id, None)

    async def work(db: AsyncSession) -> None:
        code = token[:9]
        code_id = await knocking.hand_over(db, b"secret", code, who, clinic.linden.mara.staff_id, now)
        await spaces.add_space(db, card.clinic_id, now, space_id)
        await spaces.add_member(db, space_id, card.patient_id, None, code_id, now)
        await spaces.begin_login(db, space_id, token, now, "Firefox", CameBy.CODES, own=True)

    await house.db.unit(work)
    if COOKIE in clinic.patient.browser.cookies:
        clinic.patient.browser.cookies.delete(COOKIE)  # of the space by the link
    clinic.patient.browser.cookies.set(COOKIE, token)


def filled(path: str, names: Mapping[str, Mapping[str, str]]) -> str:
    """A route's path with what is named at its parameters. Raises KeyError for one that nobody thought of."""
    known = dict(names[""])
    for begin, more in names.items():
        if path == begin or path.startswith(f"{begin}/"):
            known |= more
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: known[found[1]], path)
