"""What a patient's home shows of their journals."""

from server.journal import store
from server.journal.cbt.form import PATH as TOOLS
from server.journal.mood.form import PATH
from server.journal.mood.rules import KIND
from server.journal.reminding import store as reminders
from server.patients.space.cards import Asks, Card


async def mood_card(asks: Asks) -> Card | None:
    """The way to today's entry, for the patient themselves; nobody else reads it here."""
    if asks.patient_id != asks.space.own:
        return None
    _, _, last = await asks.house.db.read(lambda db: store.span(db, asks.patient_id, KIND))
    _ = asks.gettext
    words = _("How is today? It takes some seconds.")
    reminder = await asks.house.db.read(lambda db: reminders.reminder_of(db, asks.patient_id))
    if reminder and reminder.stopped_at:
        words = _("Reminders stopped by themselves, which is all right. You can have them again.")
    elif last:
        words = _("You wrote last on %(day)s.") % {"day": asks.say.day(last)}
    return Card("mood", _("Mood"), words, PATH, "sun")


async def tools_card(asks: Asks) -> Card | None:
    """The way to the tools for between meetings, for the patient themselves."""
    if asks.patient_id != asks.space.own:
        return None
    _ = asks.gettext
    words = _("Thoughts, worries, sleep, plans: write them down and look at them.")
    return Card("tools", _("Tools for between"), words, TOOLS, "pencil")
