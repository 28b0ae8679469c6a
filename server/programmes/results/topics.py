"""From where on a course has brought a response awaits a clinician."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.confirming.rules import Topic, version_of
from server.clinic.confirming.store import confirmed
from server.clinic.confirming.topics import Asks
from server.clinic.rules import Clinic
from server.programmes import store
from server.programmes.results.catalogue import data, thresholds

KEY = "programme-results"


async def result_topics(asks: Asks) -> Sequence[Topic]:
    """In use where the clinic gives any programme."""
    _ = asks.gettext
    figures = thresholds().figures
    given, _number = await store.given(asks.db, asks.clinic.id)
    return [
        Topic(
            key=KEY,
            area=_("Programmes"),
            name=_("Response and remission in reports"),
            version=version_of(data()),
            awaits=[_("From where on a course counts as a response or remission, where its programme does not say it")],
            figures=[(one.what, one.said) for one in figures],
            sources=list(dict.fromkeys(one.source for one in figures)),
            look="/staff/clinic/bookings/reports/programmes",
            in_use=bool(given),
        )
    ]


async def is_sure(db: AsyncSession, clinic: Clinic) -> bool:
    """Whether somebody of the clinic stands up for these figures."""
    return await confirmed(db, clinic.id, KEY, version_of(data()))
