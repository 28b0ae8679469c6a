"""What of the measures awaits a clinician: scoring and ranges that no source gives, who is called, how a week asks."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.confirming.rules import Topic, version_of
from server.clinic.confirming.store import confirmed
from server.clinic.confirming.topics import Asks
from server.measures import store
from server.measures.catalogue import shipped, shipped_data
from server.measures.entering import ENTERED
from server.measures.risk.rules import KINDS, URGENT, Rung
from server.measures.risk.store import ladder_of
from server.measures.rules import Band, Instrument, digest_of
from server.measures.schedule import When
from server.measures.weekly.rules import ASKS, DAYS_TO_ASK, MISSES
from server.patients.care.rules import LASTS
from server.safety.alerts.rules import Ladder

DANGER = "measures-danger"
WEEKLY = "measures-weekly"


def key_of(instrument: Instrument) -> str:
    return f"measure-{instrument.id}"


def danger_version(ladders: Mapping[str, Ladder]) -> str:
    """The version of when people are called at a clinic."""
    return version_of({kind: _seconds(steps) for kind, steps in ladders.items()})


def weekly_version() -> str:
    """The version of how a week asks."""
    return version_of({"asks": ASKS.isoformat(), "days": DAYS_TO_ASK, "misses": MISSES, "care_days": LASTS.days})


async def is_confirmed(db: AsyncSession, clinic_id: UUID, instrument: Instrument, digest: str = "") -> bool:
    """Whether this measure is. Without a `digest`: as it came with the program."""
    version = digest or digest_of(shipped_data()[instrument.id])
    return await confirmed(db, clinic_id, key_of(instrument), version)


async def ladders_of(db: AsyncSession, clinic_id: UUID) -> Mapping[str, Ladder]:
    return {kind: await ladder_of(db, clinic_id, kind) for kind in KINDS}


async def measure_topics(asks: Asks) -> Sequence[Topic]:
    """Each measure, who is called about an answer, and how a week asks. In use is what the clinic asks or enters."""
    setting = await store.setting_of(asks.db, asks.clinic.id)
    asked = {rule.version_id for rule in setting.rules}
    found = {key: _measure(asks, one, digest_of(shipped_data()[key]), key in ENTERED) for key, one in shipped().items()}
    for version_id, kept in (await store.versions_of(asks.db, asks.clinic.id)).items():
        known = found.get(kept.instrument.id)
        if version_id in asked or (kept.own and not (known and known.in_use)):
            found[kept.instrument.id] = _measure(asks, kept.instrument, kept.digest, version_id in asked)
    measures = [one for one in found.values() if one.awaits]
    weekly = any(rule.when is When.EACH_WEEK for rule in setting.rules)
    return [_danger(asks, await ladders_of(asks.db, asks.clinic.id)), _weekly(asks, in_use=weekly), *measures]


def _measure(asks: Asks, instrument: Instrument, digest: str, in_use: bool) -> Topic:
    _ = asks.gettext
    ranges = [f"{one.least}-{one.most} {one.name}" if isinstance(one, Band) else one.name for one in instrument.levels]
    return Topic(
        key=key_of(instrument),
        area=_("Measures"),
        name=instrument.name,
        version=digest,
        awaits=instrument.awaits,
        figures=[(_("Ranges"), ", ".join(ranges))] if ranges else [],
        sources=[instrument.source],
        look=f"/staff/clinic/measures/{instrument.id}",
        in_use=in_use,
    )


def _weekly(asks: Asks, *, in_use: bool) -> Topic:
    _ = asks.gettext
    return Topic(
        key=WEEKLY,
        area=_("Measures"),
        name=_("What is asked every week"),
        version=weekly_version(),
        awaits=[
            _("after how many weeks without an answer no mail goes out any more"),
            _("when in the week it is asked, and of whom without a visit"),
        ],
        figures=[
            (_("No more mail after so many weeks in a row without an answer"), str(MISSES)),
            (_("Asked from Monday on at"), ASKS.isoformat("minutes")),
            (_("Who can be asked later only waits for Monday, after so many days"), str(DAYS_TO_ASK)),
            (_("In care until so many days after the last visit"), str(LASTS.days)),
        ],
        sources=[_("Our own proposal")],
        look="/staff/clinic/measures",
        in_use=in_use,
    )


def _danger(asks: Asks, ladders: Mapping[str, Ladder]) -> Topic:
    _ = asks.gettext
    names = {URGENT: _("Urgent")}
    other = _("Any other answer that speaks of danger")
    return Topic(
        key=DANGER,
        area=_("Safety"),
        name=_("When an answer speaks of danger"),
        version=danger_version(ladders),
        awaits=[_("after how many minutes each step comes")],
        figures=[(names.get(kind, other), _steps(steps, _)) for kind, steps in ladders.items()],
        sources=[_("Our own proposal")],
    )


def _seconds(steps: Ladder) -> dict[str, float]:
    return {step.rung: step.after.total_seconds() for step in steps}


def _steps(steps: Ladder, gettext: Callable[[str], str]) -> str:
    _ = gettext
    names = {
        Rung.PAGE: _("the page of the day"),
        Rung.THERAPIST: _("their therapist"),
        Rung.COLLEAGUE: _("the front desk or colleagues"),
        Rung.ROSTER: _("who is on call"),
    }
    told = _("%(who)s after %(minutes)g min")
    return "; ".join(
        told % {"who": names[Rung(rung)], "minutes": seconds / 60} for rung, seconds in _seconds(steps).items()
    )
