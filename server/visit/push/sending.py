"""One knock at one browser: only while what it is about still is so, and never again once the browser is gone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import store as accounts
from server.accounts.push import store
from server.accounts.push.rules import Owner
from server.accounts.push.store import SealedDevice
from server.booking import store as booking
from server.booking.reminders import store as reminders
from server.booking.reminders.knocking import tell_spaces
from server.booking.reminders.rules import Way, still_goes
from server.booking.rules import BookingCard
from server.crypto import Keyring
from server.house import House
from server.journal.reminding import instead
from server.notify.push import Device, Gone
from server.outbox import TRIES, Job
from server.patients.space import store as spaces
from server.safety.alerts import store as alerts
from server.visit import store as visits
from server.visit.jobs import has_come
from server.visit.ladder.kind import still_quiet
from server.visit.ladder.store import waiting_rules
from server.visit.recall.rules import OPEN
from server.visit.recall.store import call_of
from server.visit.risk.kind import still_calls
from server.visit.rules import State, VisitFacts, is_away


async def knock(house: House, job: Job) -> None:
    """Say that something is new. Raises NotTaken or httpx2.TransportError, and the outbox tries again."""
    row_id = UUID(job.payload["device"])
    found = await house.db.read(lambda db: _load(db, row_id, job, house.clock()))
    key = await _key(house, *found) if found else None
    if found is None or key is None:
        await _settle(house, job, took=False)
        return
    said = store.open_device(key, found[0])
    try:
        await house.pusher.knock(Device(row_id, said.endpoint, said.p256dh, said.auth))
    except Gone:
        await house.db.unit(lambda db: store.forget(db, row_id))
        await _settle(house, job, took=False)
    except Exception:
        if job.tries >= TRIES:  # nobody tries again
            await _give_up(house, job)
        raise
    else:
        await _settle(house, job, took=True)


async def _settle(house: House, job: Job, *, took: bool) -> None:
    """Of a reminder that goes to devices alone: whether it came anywhere."""
    if not instead.told_by(job.payload):
        return
    about, now = job.payload, house.clock()
    await house.db.unit(lambda db: instead.took(db, about) if took else instead.none_took(db, about, now))
    house.outbox.nudge()


async def _give_up(house: House, job: Job) -> None:
    """Of a reminder that goes to devices alone: the service of this one stayed away."""
    if instead.told_by(job.payload):
        await house.db.unit(lambda db: instead.given_up(db, job.payload, house.clock()))
        house.outbox.nudge()


async def _load(db: AsyncSession, row_id: UUID, job: Job, now: datetime) -> tuple[SealedDevice, UUID | None] | None:
    """The device, and whose patient's it is; None when nobody is to be knocked at any more."""
    device = await store.device_of(db, row_id)
    if device is None or not await _is_on(db, device):
        return None
    if device.owner.staff_id:
        account = await accounts.account(db, device.owner.staff_id)
        works_here = account is not None and not account.disabled
        return (device, None) if works_here and await _about_staff(db, job, now) else None
    if device.owner.booking_id:
        return await _of_booking(db, device, job, now)
    if device.owner.login_id:
        return await _of_space(db, device, job, now)
    visit = await visits.visit_by_id(db, device.owner.id)
    card = await booking.booking_for_visit(db, visit.booking_id) if visit else None
    if visit is None or card is None or card.cancelled_at or not await _still_so(db, job, visit, now):
        return None
    return device, card.patient_id


async def _is_on(db: AsyncSession, device: SealedDevice) -> bool:
    """Whether the clinic still wants devices told of this."""
    if device.owner.booking_id or device.owner.login_id:
        return (await reminders.rules_of(db, device.clinic_id)).by_push
    return (await waiting_rules(db, device.clinic_id)).push


async def _of_booking(
    db: AsyncSession, device: SealedDevice, job: Job, now: datetime
) -> tuple[SealedDevice, UUID] | None:
    """A reminder, while it is not void."""
    about = await reminders.reminder_of(db, UUID(job.payload["reminder"]))
    card = await booking.booking_for_visit(db, about[0]) if about else None
    if about is None or card is None or not await goes(db, about[1], card, now):
        return None
    return device, card.patient_id


async def _of_space(
    db: AsyncSession, device: SealedDevice, job: Job, now: datetime
) -> tuple[SealedDevice, None] | None:
    """What is news in a space, while that is open on the device."""
    if not await spaces.login_is_open(db, device.owner.id, now):
        return None
    if "reminder" in job.payload:
        return (device, None) if await _of_booking(db, device, job, now) else None
    if instead.told_by(job.payload) and not await instead.still_knocks(db, job.payload):
        return None
    return (device, None) if now < datetime.fromisoformat(job.payload["until"]) else None


async def goes(db: AsyncSession, starts_at: datetime, card: BookingCard, now: datetime) -> bool:
    """Whether a reminder of this start goes after all."""
    return still_goes(starts_at, card, is_here=await has_come(db, card), now=now)


async def remind(house: House, job: Job) -> None:
    """Queue a knock at every browser that agreed to be reminded of this booking, once."""
    reminder_id = UUID(job.payload["reminder"])
    if job.payload["way"] != Way.PUSH:
        return

    async def work(db: AsyncSession) -> None:
        about, now = await reminders.reminder_of(db, reminder_id), house.clock()
        if about is None or not await reminders.keep_send(db, reminder_id, Way.PUSH, now):
            return
        told = {"reminder": str(reminder_id)}
        queued = await store.queue(db, Owner(booking_id=about[0]), told, now)
        if not queued and not await _tell_space(db, told, about[0], now):
            await reminders.drop_send(db, reminder_id, Way.PUSH)

    await house.db.unit(work)
    house.outbox.nudge()


async def _tell_space(db: AsyncSession, told: dict[str, str], booking_id: UUID, now: datetime) -> int:
    """Who agreed for everything in their space need not agree again for each booking."""
    card = await booking.booking_for_visit(db, booking_id)
    return await tell_spaces(db, card.clinic_id, card.patient_id, told, now) if card else 0


async def _still_so(db: AsyncSession, job: Job, visit: VisitFacts, now: datetime) -> bool:
    """Whether what a patient's knock is about still is so."""
    if "recall" in job.payload:
        call = await call_of(db, UUID(job.payload["recall"]))
        return call is not None and not call[2] and visit.state in OPEN
    if "news" in job.payload:  # somebody else meets them
        return visit.state is State.WAITING and is_away(visit, now)
    if "let_in" in job.payload:
        return visit.state is State.IN_SESSION and is_away(visit, now)
    return await _about_alert(db, job, now)


async def _about_staff(db: AsyncSession, job: Job, now: datetime) -> bool:
    if "until" in job.payload:
        return now < datetime.fromisoformat(job.payload["until"])
    if "open" in job.payload:  # an alert of a feature that stands further right
        alert = await alerts.alert_of(db, UUID(job.payload["open"]))
        return alert is not None and alert.closed_at is None
    return await _about_alert(db, job, now)


async def _about_alert(db: AsyncSession, job: Job, now: datetime) -> bool:
    alert_id = UUID(job.payload["alert"])
    return await still_calls(db, alert_id) is not None or await still_quiet(db, alert_id, now) is not None


async def _key(house: House, device: SealedDevice, patient_id: UUID | None) -> Keyring | None:
    """The key it is sealed with; None once a patient's was destroyed."""
    if patient_id is None:
        return await house.keys.clinic(device.clinic_id)
    return (await house.keys.patients(device.clinic_id, [patient_id])).get(patient_id)


async def forget_cancelled(house: House, job: Job) -> None:
    """A cancelled booking has no wait that anybody could be told of."""

    async def work(db: AsyncSession) -> None:
        card = await booking.booking_for_visit(db, UUID(job.payload["booking"]))
        if card is None or card.cancelled_at is None:  # it was taken back meanwhile
            return
        visit = await visits.visit_of(db, UUID(job.payload["booking"]))
        if visit:
            await store.forget_visit(db, visit.id)
        await store.forget_booking(db, UUID(job.payload["booking"]))

    await house.db.unit(work)


JOBS = {store.TOPIC: knock, reminders.TOPIC: remind, "booking.cancelled": forget_cancelled}
