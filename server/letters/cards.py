"""What a patient's home shows of letters."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.letters import store
from server.letters.promises import promise_of
from server.patients.space.cards import Asks, Card
from server.templates import translations


async def letters_card(asks: Asks) -> Card | None:
    """Where they write; it stands with what is due while something is new. None where there is nothing to do."""
    clinic_id, patient_id = asks.space.clinic_id, asks.patient_id

    async def work(db: AsyncSession) -> tuple[bool, int, int]:
        threads = await store.threads_of(db, clinic_id, patient_id)
        new = await store.unopened(db, [one.id for one in threads], staffs=True)
        return (await promise_of(db, clinic_id)).is_open, len(threads), sum(new.values())

    is_open, count, new = await asks.house.db.read(work)
    if not (is_open or count):
        return None
    words = asks.gettext("Write to your therapist or to the front desk, and read their answers")
    if new:
        ngettext = translations(asks.say.language).ngettext
        words = ngettext("One letter that you have not read", "%(num)s letters that you have not read", new) % {
            "num": new
        }
    href = "/me/letters" if patient_id == asks.space.own else f"/me/letters?of={patient_id}"
    return Card("letters", asks.gettext("Letters"), words, href, "mail", due=bool(new))
