"""Real engines for every test that asks: browser, PostgreSQL, Valkey, relay, mail, and the program itself."""

import gc

import pytest
from hypothesis import settings

from server.moments import pin_zones

pin_zones()  # as the program does at its start, before a test module makes a zone

# No example is timed: a busy machine would make a finding of itself.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

pytest_plugins = [
    "tests.engines.chromium",
    "tests.engines.compiled",
    "tests.engines.elsewhere",
    "tests.engines.mail",
    "tests.engines.oidc",
    "tests.engines.parlour",
    "tests.engines.postgres",
    "tests.engines.provider",
    "tests.engines.turn",
    "tests.engines.radicale",
    "tests.engines.valkey",
]


def pytest_collection_finish(session: pytest.Session) -> None:
    """As the program does at its start: what was imported and collected stays, so that no later look walks over it."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
