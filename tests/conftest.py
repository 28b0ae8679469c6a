"""Real engines for every test that asks: browser, PostgreSQL, Valkey, relay, mail, and the program itself."""

from server.moments import pin_zones

pin_zones()  # as the program does at its start, before a test module makes a zone

pytest_plugins = [
    "tests.engines.chromium",
    "tests.engines.elsewhere",
    "tests.engines.mail",
    "tests.engines.parlour",
    "tests.engines.postgres",
    "tests.engines.provider",
    "tests.engines.turn",
    "tests.engines.radicale",
    "tests.engines.valkey",
]
