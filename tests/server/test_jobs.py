"""Which node does what nobody waits for."""

import asyncio

import pytest

from server.app import build_app, build_house, jobs_of
from tests.server.conftest import settings_for


@pytest.mark.asyncio
@pytest.mark.parametrize("on", [True, False])
async def test_a_node_runs_the_jobs_unless_they_are_off(tmp_path, on) -> None:
    house = build_house(settings_for(tmp_path / "data", jobs=on))
    app = build_app(house)
    async with app.router.lifespan_context(app):
        running = {task.get_name() for task in asyncio.all_tasks()}
    assert {"audit", "bus"} < running
    assert running & set(jobs_of(house)) == (set(jobs_of(house)) if on else set())
