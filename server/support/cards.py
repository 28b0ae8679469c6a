"""What a patient's home shows of help now: the way to it while somebody is there, and their place while they wait."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic import store as clinics
from server.patients.space.cards import Asks, Card
from server.support import store
from server.support.links import address_of
from server.support.rules import Standing, State


async def support_card(asks: Asks) -> Card | None:
    """For the patient themselves, where the clinic offers it."""
    if asks.patient_id != asks.space.own:
        return None

    async def work(db: AsyncSession) -> tuple[str, Standing, store.Ask | None]:
        clinic = await clinics.clinic_of(db, asks.space.clinic_id)
        if clinic is None:
            return "", Standing(), None
        _, standing = await store.standing_of(db, clinic, asks.house.clock())
        return clinic.slug, standing, await store.open_of(db, asks.patient_id)

    slug, standing, ask = await asks.house.db.read(work)
    _ = asks.gettext
    title = _("Talk to somebody now")
    if ask:
        words = _("You are in the line since %(time)s.") % {"time": asks.say.time(ask.asked_at)}
        if ask.state is State.TAKEN:
            words = _("Somebody is there for you now.")
        return Card("support", title, words, address_of(ask.id), "life-buoy", due=True)
    if not standing.in_use:
        return None
    words = _("Somebody is on call now. No booking is needed.")
    if not standing.is_open:
        words = _("Nobody is on call just now.")
        if standing.opens_at:
            words = _("Nobody is on call just now; from %(when)s on somebody is.") % {
                "when": asks.say.at(standing.opens_at)
            }
    return Card("support", title, words, f"/c/{slug}/support", "life-buoy")
