"""What the migration says of moves that were there before it, on both engines: whose seat moved alone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    LargeBinary,
    MetaData,
    Table,
    Uuid,
    create_engine,
    insert,
    select,
    text,
)
from sqlalchemy.types import Integer, String, TypeEngine

from server.db import Database, Instant
from tests.server.test_migrating import database, upgraded_to

__all__ = ["database"]

BEFORE, AFTER = "0250", "0280"
MADE = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""When all bookings were made, unless said otherwise; days are counted from here."""


def day(number: float) -> datetime:
    return MADE + timedelta(days=number)


@dataclass(frozen=True)
class Seat:
    """A booking: the group it is in now, when it was made, and when it was moved; `place`: 0 when it was given back."""

    group: str
    moves: tuple[float, ...] = ()
    made: float = 0
    place: int = 1


@dataclass(frozen=True)
class Old:
    """Groups (since which day they are there, for how many) and seats by name, before the migration."""

    seats: dict[str, Seat]
    groups: dict[str, tuple[float, int]]


GROUP = (0, 6)
CASES = {
    "into a group that was there": (
        Old({"jo": Seat("b", (3,)), "ari": Seat("b")}, {"b": GROUP}),
        {("jo", 3)},
    ),
    "as the first of a new group": (
        Old({"jo": Seat("b", (3,))}, {"b": (3, 6)}),
        {("jo", 3)},
    ),
    "with everybody": (
        Old({"jo": Seat("b", (3,)), "ari": Seat("b", (3,))}, {"b": GROUP}),
        set(),
    ),
    "the only one who comes": (
        Old({"jo": Seat("b", (3,))}, {"b": GROUP}),
        set(),
    ),
    "somebody booked later where it went": (
        Old({"jo": Seat("b", (3,)), "ari": Seat("b", made=4)}, {"b": GROUP}),
        set(),
    ),
    "somebody cancelled where it went": (
        Old({"jo": Seat("b", (3,)), "ari": Seat("b", place=0)}, {"b": GROUP}),
        set(),
    ),
    "somebody came to it later by a move of their own": (
        Old({"jo": Seat("b", (3,)), "ari": Seat("b", (5,))}, {"b": GROUP}),
        {("ari", 5)},
    ),
    "a session that is no group": (
        Old({"jo": Seat("b", (3,))}, {"b": (3, 1)}),
        set(),
    ),
    "alone, and later with the group it went to": (
        Old({"jo": Seat("b", (3, 5)), "ari": Seat("b", (5,))}, {"b": GROUP}),
        {("jo", 3)},
    ),
    "with its group, and later alone into another": (
        Old({"jo": Seat("c", (3, 5)), "ari": Seat("c"), "kim": Seat("b", (3,))}, {"b": GROUP, "c": GROUP}),
        {("jo", 5)},
    ),
}


@pytest.mark.asyncio
async def test_old_moves_are_alone_as_far_as_their_traces_tell(database: Database) -> None:
    await database.run_sync(lambda connection: upgraded_to(connection, BEFORE))
    names = [(case, await unchecked(database, partial(written, old=old))) for case, (old, _) in CASES.items()]
    await database.run_sync(lambda connection: upgraded_to(connection, AFTER))
    alone = {case: await database.run_sync(partial(found, names=own)) for case, own in names}
    assert alone == {case: expected for case, (_, expected) in CASES.items()}


async def unchecked(database: Database, work: Callable[[Connection], dict[UUID, str]]) -> dict[UUID, str]:
    """Do it where rows may point at nothing: clinic, people and services are left out, since nobody reads them here."""
    if database.is_sqlite:
        engine = create_engine(f"sqlite:///{database.engine.url.database}")
        with engine.begin() as connection:
            done = work(connection)
        engine.dispose()
        return done

    def told(connection: Connection) -> dict[UUID, str]:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return work(connection)

    return await database.run_sync(told)


def written(connection: Connection, old: Old) -> dict[UUID, str]:
    """Write it; gives the name of each booking."""
    groups = {name: uuid4() for name in old.groups}
    ids = {name: uuid4() for name in old.seats}
    add(
        connection,
        "appointments",
        ({"id": groups[name], "made_at": day(made), "seats": n} for name, (made, n) in old.groups.items()),
    )
    add(
        connection,
        "bookings",
        (
            {
                "id": ids[name],
                "public_id": ids[name].hex[:20],
                "appointment_id": groups[seat.group],
                "seat": at * seat.place,
                "made_at": day(seat.made),
            }
            for at, (name, seat) in enumerate(old.seats.items(), 1)
        ),
    )
    moves = [(ids[name], day(at)) for name, seat in old.seats.items() for at in seat.moves]
    add(connection, "moves", ({"id": uuid4(), "booking_id": one, "at": at} for one, at in moves))
    return {one: name for name, one in ids.items()}


def add(connection: Connection, name: str, rows: Iterable[dict[str, Any]]) -> None:
    """Rows of a table as it was then, with something in every column that needs it."""
    table = Table(name, MetaData(), autoload_with=connection)
    for column in table.columns:
        column.type = read_as(column.name, column.type)
    needed = [one for one in table.columns if not one.nullable and one.server_default is None]
    for row in rows:
        connection.execute(insert(table).values({one.name: something(one.type) for one in needed} | row))


def read_as(name: str, kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Moments and ids are read alike on both engines, whatever the engine calls their columns."""
    if name.endswith("_at") or name == "at":
        return Instant()
    return Uuid() if name != "public_id" and (name == "id" or name.endswith("_id")) else kind


def something(kind: TypeEngine[Any]) -> object:
    values: list[tuple[type[TypeEngine[Any]], object]] = [
        (Instant, MADE),
        (Uuid, UUID(int=0)),
        (Boolean, False),
        (Integer, 0),
        (String, "x"),
        (JSON, {}),
        (LargeBinary, b"x"),
    ]
    return next(value for one, value in values if isinstance(kind, one))


def found(connection: Connection, names: dict[UUID, str]) -> set[tuple[str, float]]:
    table = Table("moves", MetaData(), autoload_with=connection)
    for column in table.columns:
        column.type = read_as(column.name, column.type)
    asked = select(table.c.booking_id, table.c["at"]).where(table.c.alone, table.c.booking_id.in_(names))
    rows = connection.execute(asked).all()
    return {(names[one], (at - MADE).days) for one, at in rows}
