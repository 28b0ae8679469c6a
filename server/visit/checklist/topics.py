"""What of the start of a visit awaits a clinician: every line, its words, and the plan for a broken line."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.confirming.rules import Topic, version_of
from server.clinic.confirming.store import confirmed
from server.clinic.confirming.topics import Asks
from server.visit.checklist.catalogue import catalogue
from server.visit.checklist.rules import Line, Setting, usual_setting
from server.visit.checklist.store import setting_of

KEY = "visit-start"


def version(setting: Setting) -> str:
    """The version of what is asked at a clinic, with its own words."""
    lines = [[line.key, setting.words.get(line.key, line.ask), line.yes, line.no] for line in _on(setting)]
    return version_of([catalogue().version, lines, list(setting.backup)])


async def is_confirmed(db: AsyncSession, clinic_id: UUID, setting: Setting) -> bool:
    return await confirmed(db, clinic_id, KEY, version(setting))


async def visit_topics(asks: Asks) -> Sequence[Topic]:
    """One: what is asked, by what holds at this clinic."""
    _ = asks.gettext
    setting = await setting_of(asks.db, asks.clinic.id) or usual_setting(catalogue())
    asked = "; ".join(setting.words.get(line.key, line.ask) for line in _on(setting))
    return [
        Topic(
            key=KEY,
            area=_("Visits"),
            name=_("What is asked at the start of a visit"),
            version=version(setting),
            awaits=[_("every line and its words"), _("what is done when the line drops")],
            figures=[(_("Asked"), asked), (_("When the line drops"), " ".join(setting.backup))],
            sources=[_("Guidelines for sessions by video as others quote them, and our own proposal")],
        )
    ]


def _on(setting: Setting) -> Sequence[Line]:
    return [line for line in catalogue().lines if line.key in setting.on]
