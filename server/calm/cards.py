"""What a patient's home shows of the exercises."""

from server.calm import store
from server.calm.homework import store as offers
from server.clinic import store as clinics
from server.patients.space.cards import Asks, Card


async def quiet_card(asks: Asks) -> Card | None:
    """The way to the exercises, for the patient themselves."""
    if asks.patient_id != asks.space.own:
        return None
    clinic = await asks.house.db.read(lambda db: clinics.clinic_of(db, asks.space.clinic_id))
    if clinic is None:
        return None
    _ = asks.gettext
    if await asks.house.db.read(lambda db: offers.offered(db, asks.patient_id)):
        words = _("Your therapist left something here, if you like it.")
        return Card("calm", _("A quiet moment"), words, "/me/calm", "moon")
    latest = await asks.house.db.read(lambda db: store.kept(db, asks.patient_id, most=1))
    words = _("Breathe with a circle, come back to your body, or be guided.")
    if latest:
        words = _("The last time was %(day)s.") % {"day": asks.say.day(latest[0].at)}
    return Card("calm", _("A quiet moment"), words, f"/c/{clinic.slug}/calm", "moon")
