"""A03 with whole programs: 200 visitors from 200 addresses press at once, with the rate limits of every clinic."""

from pathlib import Path
from shutil import copy

import pytest

from server.app import build_house
from tests.e2e.rush import a_clinic_in, free_times, rush, sent
from tests.e2e.ways import WAYS, ground_of
from tests.engines.parlour import StartParlour
from tests.engines.postgres import NewDatabase
from tests.server.conftest import settings_for

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]
VISITORS = 200
MANY = 24
BAR_SECONDS = 30  # wide: what is promised is measured by bench/race.py, on a machine that does nothing else


async def test_a03_of_200_at_once_one_books_on_one_node(parlour_server: StartParlour, tmp_path: Path) -> None:
    linden = await a_clinic_in(settings_for(tmp_path / "data"))
    server = await parlour_server(data=tmp_path / "data")
    start = (await free_times(server.base, linden))[0]
    seen = await rush([server.port], linden, start, VISITORS)
    assert seen.one_won(VISITORS), seen
    assert seen.seconds < BAR_SECONDS
    assert start not in await free_times(server.base, linden)


async def test_a03_of_200_at_once_one_books_on_two_nodes(
    parlour_server: StartParlour, new_postgres: NewDatabase, valkey_url: str, tmp_path: Path
) -> None:
    """Two programs that share both databases, the bus and the master key, and nothing else."""
    urls = {"DATABASE_URL": await new_postgres(), "KEYS_URL": await new_postgres()}
    settings = settings_for(tmp_path / "one", **{name.lower(): url for name, url in urls.items()})
    linden = await a_clinic_in(settings)
    (tmp_path / "two").mkdir(mode=0o700)
    copy(tmp_path / "one" / "master.key", tmp_path / "two" / "master.key")
    nodes = [await parlour_server(data=tmp_path / name, REDIS_URL=valkey_url, **urls) for name in ("one", "two")]
    start = (await free_times(nodes[0].base, linden))[0]
    seen = await rush([node.port for node in nodes], linden, start, VISITORS)
    assert seen.one_won(VISITORS), seen
    assert seen.seconds < BAR_SECONDS
    for node in nodes:
        assert start not in await free_times(node.base, linden)


async def test_by_every_way_one_of_many_has_the_time(parlour_server: StartParlour, tmp_path: Path) -> None:
    """What bench/race.py measures with more of them, also on two nodes."""
    settings = settings_for(tmp_path / "data")
    await a_clinic_in(settings)
    server = await parlour_server(data=tmp_path / "data")
    house = build_house(settings)
    for way in WAYS:
        ground = await ground_of(house, server.base, way.__name__)
        aim = await (await way(ground))(MANY)
        seen = await sent([server.port], aim.requests)
        assert aim.is_met(seen), (way.__name__, seen)
        assert await ground.claims_at(aim.start) == aim.claims, way.__name__
    await house.db.close()
    await house.keys.database.close()
