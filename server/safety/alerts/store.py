"""Queries of alerts. Every change wakes the loop by setting `next_due_at`; the loop alone works out what is due."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.safety.alerts import tables
from server.safety.alerts.rules import Alert, Ladder, Span, Step, Why, next_look


async def begin(
    db: AsyncSession, clinic_id: UUID, kind: str, subject_id: UUID, now: datetime, begun_at: datetime | None = None
) -> UUID | None:
    """A new climb, whose clock may begin later; None when one is open for this subject."""
    row = tables.Alert(
        id=uuid4(),
        clinic_id=clinic_id,
        kind=kind,
        subject_id=subject_id,
        made_at=now,
        begun_at=begun_at or now,
        next_due_at=next_look(begun_at or now, now),
    )
    try:
        async with db.begin_nested():
            db.add(row)
    except IntegrityError:  # it is open already
        return None
    return row.id


async def pause(db: AsyncSession, kind: str, subject_id: UUID, now: datetime, by: tuple[str, UUID | None]) -> None:
    """Stop the clock until `resume`; again is the same."""
    row = await _open(db, kind, subject_id)
    if row is None or await _standing(db, row.id) is not None:
        return
    _add_span(db, row, Why.PAUSED, now, None, by)


async def resume(db: AsyncSession, kind: str, subject_id: UUID, now: datetime) -> None:
    """Let the clock run on."""
    row = await _open(db, kind, subject_id)
    span = await _standing(db, row.id) if row else None
    if row and span:
        span.until_at = row.next_due_at = now


async def acknowledge(
    db: AsyncSession, kind: str, subject_id: UUID, now: datetime, lasts: timedelta, by: tuple[str, UUID | None]
) -> bool:
    """A person answers: the clinic is not called again for as long as they asked for. False when nothing is open."""
    row = await _open(db, kind, subject_id)
    if row is None:
        return False
    quiet = (tables.AlertSpan.alert_id == row.id, tables.AlertSpan.why == Why.QUIET, tables.AlertSpan.until_at > now)
    await db.execute(update(tables.AlertSpan).where(*quiet).values(until_at=now))  # the newest word counts
    _add_span(db, row, Why.QUIET, now, now + lasts, by)
    return True


async def close(
    db: AsyncSession, kind: str, subject_id: UUID, now: datetime, why: str, by_id: UUID | None = None
) -> None:
    """The climb is over."""
    row = await _open(db, kind, subject_id)
    if row:
        row.closed_at, row.closed_why, row.closed_by, row.next_due_at = now, why, by_id, None
        await db.flush()


async def look_again(db: AsyncSession, clinic_id: UUID, now: datetime) -> None:
    """Who is there to be called changed: every open climb of the clinic is looked at anew."""
    climbing = (tables.Alert.clinic_id == clinic_id, tables.Alert.closed_at.is_(None))
    await db.execute(update(tables.Alert).where(*climbing).values(next_due_at=now))


async def _open(db: AsyncSession, kind: str, subject_id: UUID) -> tables.Alert | None:
    mine = (tables.Alert.kind == kind, tables.Alert.subject_id == subject_id, tables.Alert.closed_at.is_(None))
    return await db.scalar(select(tables.Alert).where(*mine).with_for_update())


async def _standing(db: AsyncSession, alert_id: UUID) -> tables.AlertSpan | None:
    span = tables.AlertSpan
    return await db.scalar(
        select(span).where(span.alert_id == alert_id, span.why == Why.PAUSED, span.until_at.is_(None))
    )


def _add_span(
    db: AsyncSession,
    row: tables.Alert,
    why: Why,
    from_at: datetime,
    until_at: datetime | None,
    by: tuple[str, UUID | None],
) -> None:
    span = tables.AlertSpan(id=uuid4(), alert_id=row.id, why=why, from_at=from_at, until_at=until_at)
    span.by_kind, span.by_id = by
    db.add(span)
    row.next_due_at = from_at


async def due_ids(db: AsyncSession, now: datetime, most: int) -> list[UUID]:
    """Alerts that the loop has to look at."""
    asked = select(tables.Alert.id).where(tables.Alert.next_due_at <= now, tables.Alert.closed_at.is_(None))
    return list(await db.scalars(asked.order_by(tables.Alert.next_due_at).limit(most)))


async def soonest(db: AsyncSession) -> datetime | None:
    """When the next alert wants to be looked at."""
    return await db.scalar(select(func.min(tables.Alert.next_due_at)).where(tables.Alert.closed_at.is_(None)))


async def taken(db: AsyncSession, alert_id: UUID, now: datetime) -> Alert | None:
    """The alert, locked for this unit; None when another node has it, or it is not due any more."""
    due = (tables.Alert.id == alert_id, tables.Alert.closed_at.is_(None), tables.Alert.next_due_at <= now)
    row = await db.scalar(select(tables.Alert).where(*due).with_for_update(skip_locked=True))
    return (await _values(db, [row]))[0] if row else None


async def keep(db: AsyncSession, alert: Alert, fired: Iterable[Step], next_at: datetime | None, now: datetime) -> None:
    """Write what was fired, each rung once and for ever, and when to look again."""
    for step in fired:
        db.add(tables.AlertRung(id=uuid4(), alert_id=alert.id, rung=step.rung, at=now))
    values = {"next_due_at": next_at, "begun_at": alert.begun_at}
    await db.execute(update(tables.Alert).where(tables.Alert.id == alert.id).values(values))


async def open_alerts(db: AsyncSession, kind: str, subject_ids: Collection[UUID]) -> dict[UUID, Alert]:
    """Subject -> its open alert."""
    if not subject_ids:
        return {}
    mine = (tables.Alert.kind == kind, tables.Alert.subject_id.in_(subject_ids), tables.Alert.closed_at.is_(None))
    rows = (await db.scalars(select(tables.Alert).where(*mine))).all()
    return {alert.subject_id: alert for alert in await _values(db, rows)}


async def of_subjects(db: AsyncSession, kind: str, subject_ids: Collection[UUID]) -> list[Alert]:
    """Every climb about these, also those that are over; the latest first."""
    mine = (tables.Alert.kind == kind, tables.Alert.subject_id.in_(subject_ids))
    rows = await db.scalars(select(tables.Alert).where(*mine).order_by(tables.Alert.begun_at.desc()))
    return await _values(db, rows.all()) if subject_ids else []


async def climbing(db: AsyncSession, kind: str, clinic_id: UUID, rung: str) -> list[Alert]:
    """The open alerts of a clinic that reached this rung."""
    reached = select(tables.AlertRung.alert_id).where(tables.AlertRung.rung == rung)
    mine = (tables.Alert.kind == kind, tables.Alert.clinic_id == clinic_id, tables.Alert.closed_at.is_(None))
    rows = await db.scalars(select(tables.Alert).where(*mine, tables.Alert.id.in_(reached)))
    return await _values(db, rows.all())


async def closed_by_people(
    db: AsyncSession, kinds: Collection[str], subject_ids: Collection[UUID]
) -> list[tuple[UUID, UUID, datetime]]:
    """(subject, who, when) of climbs that a person ended, oldest first."""
    row = tables.Alert
    ended = (row.kind.in_(kinds), row.subject_id.in_(subject_ids), row.closed_by.is_not(None))
    asked = select(row.subject_id, row.closed_by, row.closed_at).where(*ended).order_by(row.closed_at)
    found = await db.execute(asked) if subject_ids else ()
    return [(subject, by, at) for subject, by, at in found if by and at]


async def begun(db: AsyncSession, kinds: Collection[str], clinic_id: UUID, since: datetime) -> list[Alert]:
    """Climbs of a clinic that are open and fired a rung, or that a person ended since then; oldest first."""
    row = tables.Alert
    fired = row.id.in_(select(tables.AlertRung.alert_id))
    shown = or_(row.closed_at.is_(None), and_(row.closed_by.is_not(None), row.closed_at >= since))
    asked = select(row).where(row.kind.in_(kinds), row.clinic_id == clinic_id, fired, shown).order_by(row.begun_at)
    return await _values(db, (await db.scalars(asked)).all())


async def alert_of(db: AsyncSession, alert_id: UUID) -> Alert | None:
    row = await db.get(tables.Alert, alert_id)
    return (await _values(db, [row]))[0] if row else None


async def _values(db: AsyncSession, rows: Sequence[tables.Alert]) -> list[Alert]:
    ids = [row.id for row in rows]
    spans: dict[UUID, list[Span]] = defaultdict(list)
    fired: dict[UUID, list[tuple[str, datetime]]] = defaultdict(list)
    for span in await db.scalars(select(tables.AlertSpan).where(tables.AlertSpan.alert_id.in_(ids))):
        spans[span.alert_id].append(Span(Why(span.why), span.from_at, span.until_at, span.by_id))
    for rung in await db.scalars(select(tables.AlertRung).where(tables.AlertRung.alert_id.in_(ids))):
        fired[rung.alert_id].append((rung.rung, rung.at))
    return [
        Alert(
            id=row.id,
            clinic_id=row.clinic_id,
            kind=row.kind,
            subject_id=row.subject_id,
            begun_at=row.begun_at,
            spans=tuple(spans[row.id]),
            fired=tuple(fired[row.id]),
            closed_at=row.closed_at,
            closed_by=row.closed_by,
        )
        for row in rows
    ]


async def ladder(db: AsyncSession, clinic_id: UUID, kind: str, usual: Ladder) -> tuple[Step, ...]:
    """The ladder of a clinic: the usual one with the times it set, less what it switched off."""
    mine = (tables.AlertStep.clinic_id == clinic_id, tables.AlertStep.kind == kind)
    set_here = {row.rung: row for row in await db.scalars(select(tables.AlertStep).where(*mine))}
    steps = []
    for step in usual:
        row = set_here.get(step.rung)
        if row is None:
            steps.append(step)
        elif row.in_use:
            steps.append(replace(step, after=timedelta(seconds=row.after_seconds)))
    return tuple(steps)


async def set_ladder(db: AsyncSession, clinic_id: UUID, kind: str, usual: Ladder, chosen: Ladder) -> None:
    """Keep a clinic's times; a usual step that is not chosen is off. Climbs that run are looked at again."""
    mine = (tables.AlertStep.clinic_id == clinic_id, tables.AlertStep.kind == kind)
    await db.execute(delete(tables.AlertStep).where(*mine))
    after = {step.rung: step.after for step in chosen}
    for step in usual:
        seconds = int(after.get(step.rung, step.after).total_seconds())
        row = tables.AlertStep(clinic_id=clinic_id, kind=kind, rung=step.rung, after_seconds=seconds)
        row.in_use = step.rung in after
        db.add(row)
    climbing = (tables.Alert.clinic_id == clinic_id, tables.Alert.kind == kind, tables.Alert.closed_at.is_(None))
    await db.execute(update(tables.Alert).where(*climbing).values(next_due_at=tables.Alert.begun_at))
