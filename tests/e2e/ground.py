"""A clinic to look at, on a clock that stands still: one visit in every state, somebody of every role.

Beside it stands an installation that nobody has set up. Both are real servers in this process.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import uvicorn
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server import errors, migrating
from server.accounts import store as accounts
from server.accounts.factors.store import set_totp, totp_place
from server.accounts.rules import Purpose, Stage
from server.accounts.sign_on import store as sign_ons
from server.accounts.sign_on.rules import SignOn
from server.app import SOCKETS, build_app, build_house, drain, job_table
from server.booking import desk
from server.booking import store as booking
from server.booking.desk import Made, Order
from server.booking.passes import pass_of
from server.booking.rules import Wish
from server.booking.store import By
from server.clinic import store as clinics
from server.clinic.licences import store as licences
from server.clinic.licences.rules import Licence, Place
from server.clinic.opening import store as opening
from server.clinic.resources import store as resources
from server.clinic.resources.rules import Kind, Unit
from server.clinic.rules import DEFAULT_POLICY, Clinic, Leave, Position, TherapistCard, WeeklyHours
from server.clinic.setup.pages import set_up_address
from server.clinic.tables import Clinic as ClinicRow
from server.clinic.tables import ConsentText
from server.crypto import seal
from server.embed import pages as embed
from server.embed.store import add_origin
from server.home.demo_clinic.course import halfway
from server.home.demo_clinic.guided import add_guided
from server.home.demo_clinic.observing import add_observed
from server.home.demo_clinic.prompts import add_prompt
from server.home.demo_clinic.summary import add_summary
from server.house import House
from server.middleware.login import COOKIE, cookie_name
from server.outbox import Handler
from server.patience import PatientHttp
from server.patients.rules import Needs, Person
from server.programmes.observing.red import KIND as RED
from server.programmes.tables import CourseEntry
from server.safety.alerts import store as alerts
from server.visit import store as visits
from server.visit.forms import Arrival
from server.visit.ladder.rules import KIND, USUAL, Offer, WaitingRules
from server.visit.ladder.store import set_waiting_rules, wish
from server.visit.medium.rules import Medium
from server.visit.medium.store import add_turn, turn_of
from server.visit.medium.tables import VisitMedium
from server.visit.rules import State
from server.visit.sealed import seal_arrival
from server.visit.tables import Visit
from tests.e2e.asked import add_unbooked
from tests.e2e.elsewhere import keep_calendars
from tests.e2e.homes import add_home, writing_of
from tests.e2e.letters import add_letters
from tests.e2e.line import add_words
from tests.e2e.locked import booked_ahead, going, locked, stays
from tests.e2e.measures import add_measures
from tests.e2e.paid import PAYING, add_money
from tests.e2e.people import MINUTE, NOW, TEAM, WEEK, Coming, Member
from tests.e2e.recorded import add_record, open_in_emergency
from tests.e2e.series import fridays
from tests.e2e.supported import add_support
from tests.e2e.wanted import ADDRESS, Wanted, add_group
from tests.server.booking.linden import a_clinic, a_service
from tests.server.conftest import Clock, StillOutbox, settings_for

ANSWERS = Arrival("At home, Rua da Rosa 12, Lisbon", "555 0142", "Ana Almeida, sister, 555 0199", "PT")
ELSEWHERE = {"unseen": Arrival("At my sister's, 5 Elm Street, Austin", "555 0187", "", "US", "US-TX")}
"""What was said at the door, by whom no licence of their therapist covers."""
HOURS = tuple(WeeklyHours(day, *span) for day in range(5) for span in ((8 * 60, 12 * 60), (13 * 60, 17 * 60)))
LICENCES = (
    ("mara", Place("PT"), "Psychotherapist", date(2026, 3, 31)),
    ("mara", Place("US", "US-NY"), "Psychologist licence", date(2026, 2, 28)),
    ("mara", Place("DE"), "Approbation", None),
    ("samir", Place("PT"), "Psychologist", None),
)
TREATMENT, CHAIRS = uuid4(), uuid4()
ROOMS = (
    Kind(TREATMENT, "Treatment room", (Unit(uuid4(), TREATMENT, "Room 1"), Unit(uuid4(), TREATMENT, "Room 2"))),
    Kind(CHAIRS, "TMS chair", (Unit(uuid4(), CHAIRS, "Chair by the window"),)),
)
AFTERNOONS = tuple(WeeklyHours(day, 13 * 60, 17 * 60) for day in range(5))
SECRET = "JBSWY3DPEHPK3PXP"
SESSION = a_service(about="when you have met us")
TALK = a_service("A talk today", 30, about="with whoever has time", team=True)
FIRST = a_service("A first conversation", 30, about="free of charge")
CLINIC = a_clinic(
    policy=replace(DEFAULT_POLICY, notice=timedelta(hours=1), late_cancel=True),
    late_words="We keep this time for you alone. If you are ill, tell us, and we find another one.",
    waiting_text="If you like, have a glass of water beside you.",
    after_text="Take a few minutes before the next thing.",
    colour="#25573f",
    position=Position.NUMBER,
    address=ADDRESS,
    asks_place=False,
    paying=PAYING,
)
OTHERS = {"oak": "Oak Street Therapy", "birke": "Praxis Birke am Park"}
DOOR = "visit"
SITE = "https://linden.example"


@dataclass
class Ground:
    """Where the pages are. `paths` names what an address needs, `cookies` what each person's browser holds."""

    house: House
    fresh: House
    paths: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, list[Any]] = field(default_factory=dict)
    staff: dict[str, UUID] = field(default_factory=dict)
    rows: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    lent: set[str] = field(default_factory=set)  # keys in `paths` of visits at which somebody acts right now
    keys: dict[UUID, str] = field(default_factory=dict)
    small: bool = False  # calls send a picture that is cheap and that nobody looks at

    @property
    def base(self) -> str:
        return self.house.settings.base_url

    async def as_before(self) -> None:
        """Every visit as it was: looking at a page marks somebody as seen, and a call leaves its traces.

        One that is lent stays as it is: whoever acts there would find their step undone.
        """

        async def work(db: AsyncSession) -> None:
            kept = [row for row in self.rows if self.keys[row] not in self.lent]
            for visit in await db.scalars(select(Visit).where(Visit.id.in_(kept))):
                for name, value in self.rows[visit.id].items():
                    setattr(visit, name, value)  # written only where it is another
            for visit_id in await db.scalars(select(VisitMedium.visit_id).distinct()):
                turn = await turn_of(db, visit_id)
                if turn.medium is not Medium.VIDEO:  # a later turn: a room that is still open knows the last one
                    await add_turn(db, visit_id, turn, Medium.VIDEO, visits.By("staff", self.staff["mara"]), NOW)

        await self.house.db.unit(work)

    async def let_in(self, key: str) -> None:
        """Their therapist lets this person in, from another place."""

        async def work(db: AsyncSession) -> None:
            card = await booking.booking_for_visit(db, self.paths[key])
            assert card
            let = {"state": State.IN_SESSION, "admitted_at": NOW}
            await db.execute(update(Visit).where(Visit.booking_id == card.id).values(**let))

        await self.house.db.unit(work)

    @asynccontextmanager
    async def asks_where(self) -> AsyncIterator[None]:
        """For a while whoever books is asked where they will be."""
        for asks in (True, False):
            await self.house.db.unit(lambda db, asks=asks: clinics.change_clinic(db, replace(CLINIC, asks_place=asks)))
            if asks:
                yield

    @asynccontextmanager
    async def writes(self) -> AsyncIterator[None]:
        """For a while mail leaves the house."""
        for sends in (True, False):
            self.house.mailer._mailer.sends = sends  # type: ignore[attr-defined]
            if sends:
                yield

    @asynccontextmanager
    async def several(self) -> AsyncIterator[None]:
        """For a while two other clinics live here too."""
        others = [a_clinic(slug=slug, name=name) for slug, name in OTHERS.items()]
        for one in others:
            await self.house.db.unit(lambda db, one=one: clinics.add_clinic(db, one, {}, NOW))
        yield
        ids = [one.id for one in others]

        async def go(db: AsyncSession) -> None:
            await db.execute(delete(ConsentText).where(ConsentText.clinic_id.in_(ids)))
            await db.execute(delete(ClinicRow).where(ClinicRow.id.in_(ids)))

        await self.house.db.unit(go)

    @asynccontextmanager
    async def by_provider(self) -> AsyncIterator[None]:
        """For a while staff may sign in by the provider of their organisation."""
        known = SignOn(CLINIC.id, "https://login.linden.example", "parlour", "Linden Health", False)
        await self.house.db.unit(lambda db: sign_ons.set_sign_on(db, known, self.staff["admin"], NOW))
        yield
        await self.house.db.unit(lambda db: sign_ons.drop_sign_on(db, CLINIC.id))

    async def open_door(self) -> None:
        """The clinic is open this morning too, from now on."""
        await self.house.db.unit(lambda db: opening.set_opening_hours(db, CLINIC.id, HOURS))

    async def take(self, start: str) -> None:
        """Everybody's time at this moment goes to somebody faster."""
        starts_at = datetime.fromisoformat(start)
        for key in ("mara", "samir", "ines"):
            wish = Wish(starts_at, self.staff[key])
            who = Person(desk.NOBODY, "Somebody Faster", f"{key}@faster.example")
            await desk.book(self.house, Order(CLINIC, SESSION, {self.staff[key]: HOURS}, wish, who), By())


@asynccontextmanager
async def grounds(folder: Path) -> AsyncIterator[Ground]:
    """Both installations, running."""
    async with running(folder / "linden") as house, running(folder / "fresh") as fresh:
        ground = Ground(house, fresh)
        ground.paths["set_up"] = await set_up_address(fresh)
        ground.paths["fresh"] = fresh.settings.base_url
        await found(ground)
        for coming in WEEK:
            await add_visit(ground, coming)
        await add_series(ground)
        await add_words(ground)
        await keep_calendars(house, CLINIC.id, ground.staff["mara"])
        await add_wanted(ground)
        await add_money(house, ground.paths, By("staff", ground.staff["desk"]), NOW)
        asked = [ground.paths["waiting"]]
        ground.paths["alert"] = await add_measures(house, CLINIC.id, ground.paths["live"], asked, ground.staff["vera"])
        about = UUID(ground.paths["person_after"])
        ground.paths |= await add_record(house, CLINIC.id, about, ground.staff["mara"], NOW)
        offer = (CLINIC, SESSION, HOURS)
        ground.cookies |= await add_home(house, offer, ground.staff["mara"], ground.paths["booked"])
        ground.paths["writing"] = await writing_of(house, ground.paths["booked"])
        booked_by = UUID(ground.paths["person_booked"])
        ground.paths |= await add_letters(house, CLINIC, booked_by, about, ground.staff["mara"])
        await add_record(house, CLINIC.id, booked_by, ground.staff["mara"], NOW)
        ground.paths |= await add_support(house, CLINIC, SESSION, ground.staff)
        ground.paths["course"] = str(await halfway(house, CLINIC, booked_by, ground.staff["mara"], NOW))
        ground.paths["guided"] = str(await add_guided(house, CLINIC, booked_by, ground.staff["mara"], NOW))
        summary = await add_summary(house, CLINIC, UUID(ground.paths["course"]), ground.staff["mara"])
        ground.paths["summary"] = str(summary)
        ground.paths["prompt"] = str(await add_prompt(house, CLINIC.id, ground.staff["mara"]))
        unbooked, ground.cookies["unbooked"] = await add_unbooked(house, CLINIC, ground.staff["ines"])
        ground.paths["person_unbooked"] = str(unbooked)
        for key, minutes in (("early", 52), ("noon", 38)):
            person, since = UUID(ground.paths[f"person_{key}"]), minutes * MINUTE
            ground.paths[f"observed_{key}"] = str(
                await add_observed(house, CLINIC, person, ground.staff["mara"], NOW, since)
            )
        second = UUID(ground.paths["person_second"])
        ground.paths["locked"] = str(await locked(house, CLINIC, second, ground.staff["mara"]))
        called = UUID(ground.paths["person_called"])
        ground.paths["carded"] = str(await going(house, CLINIC, called, ground.staff["mara"]))
        ended = UUID(ground.paths["person_ended"])
        ground.paths["observed_stays"] = str(await stays(house, CLINIC, ended, ground.staff["ines"]))
        away = UUID(ground.paths["person_away"])
        ground.paths["ending"] = str(await booked_ahead(house, CLINIC, away, ground.staff["mara"]))
        ground.paths["red"] = await red_reading(house, UUID(ground.paths["observed_noon"]))
        await open_in_emergency(house, CLINIC.id, about, ground.staff["samir"], NOW)
        await house.outbox.run_due()
        await keep_mail(ground)
        await climb(ground)
        await sign_in(ground)
        await ground.as_before()
        yield ground


@asynccontextmanager
async def running(data: Path) -> AsyncIterator[House]:
    """A server on a port of its own; its clock stands still and it sends mail when told."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    port = listening.getsockname()[1]
    settings = settings_for(data, PARLOUR_DEMO=True, port=port, public_url=f"http://127.0.0.1:{port}")
    jobs: dict[str, Handler] = {}
    house = build_house(settings, Clock(NOW))
    house = replace(house, outbox=StillOutbox(house.db, house.clock, jobs))
    jobs.update(job_table(house))
    await migrating.upgrade(house.db)
    app = build_app(house)
    app.router.routes.append(Route("/mishap/{status:int}", mishap))
    app.router.routes.append(Route("/embed/c/{clinic}/mishap/429", mishap_in_a_frame))
    dated = [("date", format_datetime(NOW, usegmt=True))]  # by which a call sets its clock
    config = uvicorn.Config(
        app,
        http=PatientHttp,
        log_config=None,
        timeout_graceful_shutdown=2,
        date_header=False,
        server_header=False,
        headers=dated,
        **SOCKETS,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.01)
    try:
        yield house
    finally:
        await drain(app)
        server.should_exit = True
        await task


async def mishap(request: Request) -> Response:
    """Goes wrong with the status that was asked for."""
    status = request.path_params["status"]
    if status == 429:
        raise errors.TooMany(30)
    known = {kind.status: kind for kind in errors.ParlourError.__subclasses__()}
    raise known.get(status, ZeroDivisionError)()


async def mishap_in_a_frame(request: Request) -> Response:
    """What the limit answers, without reaching it for everybody who looks at pages."""
    return await embed.answer_around(request, errors.TooMany(30))


async def add_wanted(ground: Ground) -> None:
    """Who asks for a time, comes in a group, or waits for one."""
    await add_group(ground.house, CLINIC, ground.staff["ines"])
    wanted = Wanted(ground.house, CLINIC, dict(ground.staff), HOURS)
    await wanted.all()
    ground.paths |= wanted.paths
    ground.cookies["patient"] += wanted.cookies


async def found(ground: Ground) -> None:
    """The clinic, its staff, what it offers, and a closed Monday."""
    house = ground.house
    ring = await house.keys.make_clinic(CLINIC.id, NOW)
    cards: list[TherapistCard] = []

    async def work(db: AsyncSession) -> None:
        await clinics.add_clinic(db, CLINIC, {}, NOW)
        for member in TEAM:
            staff_id = ground.staff[member.key] = uuid4()
            await accounts.add_staff(db, _staff(house, ring, staff_id, member))
            if member.joined and member.key != "half":
                await set_totp(db, staff_id, seal(ring, SECRET, totp_place(CLINIC.id, staff_id)), 0, NOW)
            if member.about:
                slug = member.name.lower().replace(" ", "-")
                card = TherapistCard(staff_id, slug, member.name, member.about)
                if member.offers:
                    cards.append(card)
                await clinics.add_therapist(db, CLINIC.id, card)
                await clinics.set_hours(db, CLINIC.id, staff_id, HOURS)
        for service in (FIRST, SESSION, TALK):
            await clinics.add_service(db, CLINIC.id, service)
            await clinics.offer(db, service.id, [card.staff_id for card in cards])
        for key, place, kind, expires in LICENCES:
            one = Licence(uuid4(), place, kind, "4411", expires)
            await licences.add_licence(db, CLINIC.id, ground.staff[key], one, ground.staff["admin"], NOW)
        for kind in ROOMS:
            await resources.add_kind(db, CLINIC.id, kind)
            for unit in kind.units:
                await resources.add_unit(db, CLINIC.id, unit)
        await opening.set_opening_hours(db, CLINIC.id, AFTERNOONS)
        await add_origin(db, CLINIC.id, SITE, ground.staff["admin"], NOW)
        await set_waiting_rules(db, CLINIC.id, WaitingRules(push=True), USUAL)
        closed = datetime(2026, 3, 16, tzinfo=CLINIC.zone)
        await clinics.add_leave(db, CLINIC.id, Leave(uuid4(), None, closed, closed + timedelta(days=1)))

    await house.db.unit(work)
    ground.paths |= {"kind": str(ROOMS[0].id), "unit": str(ROOMS[0].units[1].id)}
    ground.paths |= {"service": str(SESSION.id), "therapist": "mara-lind", "clinic": CLINIC.slug, "site": SITE}
    ground.paths["here"] = house.settings.base_url


def _staff(house: House, ring: Any, staff_id: UUID, member: Member) -> accounts.NewStaff:
    mail = f"{member.name.split()[0].lower()}@linden.example"
    return accounts.NewStaff(
        id=staff_id,
        clinic_id=CLINIC.id,
        name=member.name,
        mail_sealed=accounts.seal_mail(ring, CLINIC.id, staff_id, mail),
        mail_index=accounts.mail_index(house.keys.secret("staff mail"), mail),
        roles=member.roles,
        password_hash="nothing fits" if member.joined else None,
        made_at=NOW,
    )


async def add_visit(ground: Ground, coming: Coming) -> None:
    """Book it three days ago, and take it as far as it went."""
    house, clock = ground.house, ground.house.clock
    who = ground.staff[coming.therapist]
    person = Person(
        desk.NOBODY, coming.name, f"{coming.key}@patients.example", "", Needs(coming.interpreter), zone="Europe/Berlin"
    )
    any_time: Clinic = replace(CLINIC, policy=replace(CLINIC.policy, step=10 * MINUTE))
    clock.now = coming.starts_at - timedelta(days=9)  # type: ignore[attr-defined]
    order = Order(
        any_time,
        TALK if coming.team else SESSION,
        {who: HOURS},
        Wish(coming.starts_at, who),
        person,
        reason="I sleep badly since autumn.",
    )
    made = await desk.book(house, order, By())
    assert isinstance(made, Made), (coming.key, made)
    clock.now = NOW  # type: ignore[attr-defined]
    if coming.key == "cancelled":
        assert await desk.cancel(house, any_time, made.card, By())
    public_id = made.card.public_id
    ground.paths[coming.key] = public_id
    ground.paths[f"link_{coming.key}"] = made.token
    ground.paths[f"person_{coming.key}"] = str(made.card.patient_id)
    ground.paths[f"framed_{coming.key}"] = f"{public_id}?at={SITE}&pass={pass_of(house.keys, public_id, NOW)}"
    cookie = {"name": cookie_name(f"{DOOR}-{public_id}", False), "value": made.token, "url": house.settings.base_url}
    ground.cookies.setdefault("patient", []).append(cookie)
    if coming.key == "noon":
        ground.cookies["holder"] = [cookie]  # the link of one time alone
    if coming.steps:
        await house.db.unit(partial(_walk, ground=ground, coming=coming, made=made))
        await _answer(ground, made, ELSEWHERE.get(coming.key, ANSWERS))


async def add_series(ground: Ground) -> None:
    """Somebody comes on six Fridays, and holds the link of the first."""
    house = ground.house
    made = await fridays(house, CLINIC, SESSION, ground.staff["ines"], HOURS)
    ground.paths |= {"series": str(made.id), "in_series": made.cards[0].public_id}
    public_id = made.cards[0].public_id
    ground.paths["framed_series"] = f"{public_id}?at={SITE}&pass={pass_of(house.keys, public_id, NOW)}"
    name = cookie_name(f"{DOOR}-{public_id}", False)
    ground.cookies["patient"].append({"name": name, "value": made.token, "url": house.settings.base_url})


async def _walk(db: AsyncSession, ground: Ground, coming: Coming, made: Made) -> None:
    visit = await visits.ensure(db, made.card)
    by = visits.By("staff", made.card.therapist_id)
    for event, state, after in coming.steps:
        visit = await visits.move(db, made.card, visit, event, state, by, coming.starts_at + after * MINUTE)
    row = {"state": visit.state, "left_at": None, "device": {}, **(coming.row or {})}
    row |= {"admitted_at": visit.admitted_at, "held_at": visit.held_at, "ended_at": visit.ended_at}
    row |= {"started_at": visit.started_at, "outcome": coming.outcome, "version": visit.version}
    ground.rows[visit.id] = row
    ground.keys[visit.id] = coming.key


async def _answer(ground: Ground, made: Made, said: Arrival) -> None:
    """What was said at the door."""
    house, card = ground.house, made.card
    key = await house.keys.patient(card.clinic_id, card.patient_id)
    visit = await house.db.read(lambda db: visits.visit_of(db, card.id))
    assert visit is not None
    here, _ = seal_arrival(key, card.clinic_id, visit.id, said)
    await house.db.unit(lambda db: visits.set_arrival(db, visit.id, here))


async def keep_mail(ground: Ground) -> None:
    """The mails lie as if they had come this morning, one a minute."""
    found = sorted((ground.house.settings.data / "mail").rglob("*.eml"))
    for number, path in enumerate(found):
        os.utime(path, times=((NOW - number * MINUTE).timestamp(),) * 2)
    newest = next(path for path in found if path.parent.name == "patients")
    ground.paths["mail"] = f"patients/{newest.stem}"


async def climb(ground: Ground) -> None:
    """Who waits long was called for; one asked to be called back, and a therapist said that they come."""
    house = ground.house
    await house.alerts.run_due()
    ids = {key: visit_id for visit_id, key in ground.keys.items()}
    coming = ("staff", ground.staff["vera"])

    async def work(db: AsyncSession) -> None:
        await wish(db, ids["asked"], Offer.CALL_BACK, NOW)
        await alerts.acknowledge(db, KIND, ids["asked"], NOW, 5 * MINUTE, coming)

    await house.db.unit(work)


async def sign_in(ground: Ground) -> None:
    """Everybody's login, the invitation, and a link that is over."""
    house = ground.house
    secret = house.keys.secret("staff links")

    async def work(db: AsyncSession) -> None:
        for key, staff_id in ground.staff.items():
            stage = Stage.PASSWORD if key in {"half", "new"} else Stage.FULL
            token = await accounts.start_login(db, staff_id, stage, NOW, "Firefox, Linux")
            name = cookie_name(COOKIE, house.settings.https)
            ground.cookies[key] = [{"name": name, "value": token, "url": house.settings.base_url}]
        half = await accounts.start_login(db, ground.staff["desk"], Stage.PASSWORD, NOW)
        ground.cookies["second"] = [{"name": COOKIE, "value": half, "url": house.settings.base_url}]
        who = {"staff_id": ground.staff["new"], "clinic_id": CLINIC.id}
        ground.paths["over"] = await accounts.make_link(db, secret, Purpose.INVITE, NOW, **who)
        ground.paths["invite"] = await accounts.make_link(db, secret, Purpose.INVITE, NOW, **who)

    await house.db.unit(work)


async def red_reading(house: House, course_id: UUID) -> str:
    """People are called about the latest thing that was written of this course; the alert."""

    async def work(db: AsyncSession) -> str:
        mine = select(CourseEntry.id).where(CourseEntry.course_id == course_id)
        asked = mine.order_by(CourseEntry.at.desc()).limit(1)
        entry_id = await db.scalar(asked)
        assert entry_id, "the course has begun"
        return str(await alerts.begin(db, CLINIC.id, RED, entry_id, NOW))

    return await house.db.unit(work)
