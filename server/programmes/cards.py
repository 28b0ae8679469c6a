"""What a patient's home shows of their course."""

from server.clinic import store as clinics
from server.patients.space.cards import Asks, Card
from server.programmes.own import PATH, just_over, latest
from server.programmes.topics import awaiting


async def home_card(asks: Asks) -> Card | None:
    """Until the day after a session: not to drive. It names nothing of what it was."""
    clinic = await asks.house.db.read(lambda db: clinics.clinic_of(db, asks.space.clinic_id))
    found = await just_over(asks.house, clinic.id, clinic.zone, asks.patient_id) if clinic else None
    if found is None:
        return None
    _, (course_id, day) = asks.gettext, found
    words = _(
        "Please do not drive, use machines or sign anything before the morning of %(day)s, after a night’s sleep."
    )
    told = words % {"day": asks.say.day(day)}
    return Card("course-home", _("After your session"), told, f"{PATH}/{course_id}", "clock", due=True)


async def course_card(asks: Asks) -> Card | None:
    """How far the course is that goes on, and when the next session is; for who is in none, nothing."""
    clinic = await asks.house.db.read(lambda db: clinics.clinic_of(db, asks.space.clinic_id))
    found = await latest(asks.house, clinic.id, clinic.zone, asks.patient_id) if clinic else None
    if found is None:
        return None
    _, over, total = asks.gettext, found.done.sessions_over, found.programme.total
    if found.programme.definition.faults:
        words = _("How far it is cannot be shown just now. Your clinic knows, and tells you what comes next.")
        return Card("course", _("Your course"), words, f"{PATH}/{found.loaded.row.id}", "list")
    unsure = await asks.house.db.read(lambda db: awaiting(db, asks.space.clinic_id, [found.loaded.pinned]))
    at = found.programme.planned.get(over + 1)
    words = _("You have had %(over)s of %(total)s sessions.") if over else _("Your course has %(total)s sessions.")
    words %= {"over": over, "total": total}
    if at is not None:
        words = _("Session %(number)s of %(total)s is on %(day)s.") % {
            "number": over + 1,
            "total": total,
            "day": asks.say.full(at),
        }
    if unsure:
        words += " " + _("Parts of this plan are still to be confirmed by your clinician.")
    return Card("course", _("Your course"), words, f"{PATH}/{found.loaded.row.id}", "list")
