"""A clinic with a week of life in it, for looking around: `parlour demo`.

The people are invented. Times are relative to now, so that somebody always waits, somebody
may start, and the week has a past and a future. The sign-in links work once, in demo mode alone.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import store as accounts
from server.accounts.links import store as staff_links
from server.accounts.rules import Purpose
from server.booking.links import address_of
from server.clinic import store as clinics
from server.clinic.colour import palette
from server.clinic.licences import store as licences
from server.clinic.licences.rules import Licence
from server.clinic.opening.store import set_opening_hours
from server.clinic.rules import DEFAULT_POLICY, Clinic, Position, Service, TherapistCard, usual_week
from server.home.demo_clinic.asked import add_asked
from server.home.demo_clinic.between import add_tools
from server.home.demo_clinic.booking import book
from server.home.demo_clinic.course import add_course, whose
from server.home.demo_clinic.guided import add_guided
from server.home.demo_clinic.journal import add_journal
from server.home.demo_clinic.letters import add_letters
from server.home.demo_clinic.measures import add_measures
from server.home.demo_clinic.observing import ESKETAMINE, add_measured, add_observed
from server.home.demo_clinic.people import DAY, LICENCES, MARA, MAY_START, MINUTE, OBSERVED, TEAM, Member, today, week
from server.home.demo_clinic.plan import add_plan
from server.home.demo_clinic.prompts import add_prompt
from server.home.demo_clinic.space import hand_over
from server.home.demo_clinic.summary import add_summary
from server.home.demo_clinic.support import add_support
from server.home.demo_clinic.wanted import add_wanted
from server.home.demo_clinic.weekly import add_weekly
from server.house import House
from server.programmes.after.store import choose


@dataclass(frozen=True)
class Links:
    """Where to look: what `parlour demo --json` prints."""

    base: str
    admin: str
    therapist: str
    patient: str
    booking: str
    request: str
    group: str
    waiting: str
    space: str
    code: str


class NotEmpty(Exception):
    """There is a clinic already, and a demo does not mix with it."""


async def seed(house: House) -> Links:
    """Fill an empty installation and return where to look. Raises NotEmpty."""
    now = house.clock()
    if await house.db.read(clinics.first_clinic):
        raise NotEmpty("This data folder holds a clinic already; a demo wants an empty one.")
    clinic = _clinic()
    await house.keys.make_clinic(clinic.id, now)
    team = tuple(Member(uuid4(), name, mail, frozenset(roles), slug, about) for name, mail, roles, slug, about in TEAM)
    service = Service(uuid4(), "A session", "when you have met us", 50 * MINUTE, 0 * MINUTE, 10 * MINUTE, said=SESSION)
    await _found(house, clinic, team, service, now)
    slots = (*today(now), *week(clinic.zone, now))
    tokens = {slot.name: await book(house, clinic, team, service, slot, now) for slot in slots}
    token = tokens[MAY_START]
    wanted = await add_wanted(house, clinic, team, service, now)
    await add_measures(house, clinic, now)
    await add_journal(house, token, now)
    await add_tools(house, token, team[MARA].id, now)
    await add_letters(house, clinic, team, token, now)
    await add_support(house, clinic, team, service, now)
    await add_plan(house, token, team[MARA].id, now)
    course = await add_course(house, clinic, token, team[MARA].id, now)
    await add_guided(house, clinic, await house.db.read(lambda db: whose(db, token, now)), team[MARA].id, now)
    await add_asked(house, clinic.id, await house.db.read(lambda db: whose(db, token, now)), course, "gad7")
    await add_summary(house, clinic, course, team[MARA].id)
    await add_prompt(house, clinic.id, team[MARA].id)
    observed = await house.db.read(lambda db: whose(db, tokens[OBSERVED], now))
    esketamine = await add_observed(house, clinic, observed, team[MARA].id, now)
    await add_measured(house, clinic, observed, esketamine, now)
    await add_weekly(house, clinic, tokens, now)
    await house.db.unit(partial(choose, clinic_id=clinic.id, key=ESKETAMINE, service_id=service.id, by=None, now=now))
    return Links(
        base=house.settings.base_url,
        admin=await _sign_in_link(house, clinic, team[0], now),
        therapist=await _sign_in_link(house, clinic, team[MARA], now),
        patient=address_of(house.settings, token),
        booking=f"{house.settings.base_url}/c/{clinic.slug}",
        **asdict(wanted),
        space=f"{house.settings.base_url}/me/sign-in",
        code=await hand_over(house, token, now),
    )


def lines(links: Links) -> Sequence[str]:
    """What a person reads in the terminal."""
    names = {
        "booking": "Book a time",
        "patient": "Be the patient who may come in now",
        "therapist": "Be Mara, who lets her in (works once)",
        "group": "Take a place in a group",
        "request": "Be Hanna, who asked for a time that the clinic confirms first, and is asked a few questions",
        "waiting": "Be Otis, who waits for a time that becomes free",
        "space": "Be the patient at home, with the code below and the digits that lie under Mail",
        "code": "The code that the clinic gave her (works once, within a week)",
        "admin": "Look after the clinic as Ana (works once)",
    }
    return [f"{words}:\n  {asdict(links)[name]}" for name, words in names.items()]


SESSION = {"ar": {"name": "جلسة", "about": "بعد أن تعرفنا"}}
IN_ARABIC = {
    "name": "عيادة الزيزفون",
    "late_words": "هذا الوقت محفوظ لك وحدك. إن كنت مريضًا فأخبرنا، ونجد وقتًا آخر.",
    "waiting_text": "إن شئت فضع كأس ماء بجانبك.",
    "after_text": "خذ بضع دقائق قبل أن تبدأ شيئًا آخر.",
    "consent_text": "نحفظ ما تخبرنا به لنعتني بك، مختومًا، ولا نريه لأحد سوانا.",
}


def _clinic() -> Clinic:
    return Clinic(
        id=uuid4(),
        slug="linden",
        name="Linden Practice",
        zone=ZoneInfo("Europe/Berlin"),
        language="en",
        country="DE",
        phone="555 0134",
        sender_name="Linden",
        policy=replace(DEFAULT_POLICY, notice=timedelta(hours=1), late_cancel=True),
        late_words="We keep this time for you alone. If you are ill, tell us, and we find another one.",
        waiting_text="If you like, have a glass of water beside you.",
        after_text="Take a few minutes before the next thing.",
        consent_version="1",
        consent_text="We keep what you tell us to care for you, sealed, and show it to nobody else.",
        colour="#25573f",
        position=Position.NUMBER,
        asks_place=False,
        said={"ar": IN_ARABIC},
    )


async def _found(house: House, clinic: Clinic, team: Sequence[Member], service: Service, now: datetime) -> None:
    ring = await house.keys.clinic(clinic.id)
    secret = house.keys.secret("staff mail")

    async def work(db: AsyncSession) -> None:
        await clinics.add_clinic(db, clinic, asdict(palette(clinic.colour)), now)
        for member in team:
            sealed = accounts.seal_mail(ring, clinic.id, member.id, member.mail)
            index = accounts.mail_index(secret, member.mail)
            new = accounts.NewStaff(member.id, clinic.id, member.name, sealed, index, member.roles, None, now)
            await accounts.add_staff(db, new)
            await accounts.join(db, member.id, now)
        await db.flush()
        await clinics.add_service(db, clinic.id, service)
        bookable = [member for member in team if member.slug]
        for member in bookable:
            card = TherapistCard(member.id, member.slug, member.name, member.about)
            await clinics.add_therapist(db, clinic.id, card)
            await clinics.set_hours(db, clinic.id, member.id, usual_week())
        await set_opening_hours(db, clinic.id, usual_week())
        await clinics.offer(db, service.id, [member.id for member in bookable])
        for who, place, kind, number, days in LICENCES:
            ends = (now + days * DAY).date() if days else None
            one = Licence(uuid4(), place, kind, number, ends)
            await licences.add_licence(db, clinic.id, team[who].id, one, team[0].id, now)

    await house.db.unit(work)


async def _sign_in_link(house: House, clinic: Clinic, member: Member, now: datetime) -> str:
    secret = house.keys.secret("staff links")

    async def work(db: AsyncSession) -> str:
        return await staff_links.make_link(db, secret, Purpose.DEMO, now, staff_id=member.id, clinic_id=clinic.id)

    return f"{house.settings.base_url}/staff/demo/{await house.db.unit(work)}"
