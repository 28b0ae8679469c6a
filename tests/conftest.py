"""Real engines for every test that asks: browser, PostgreSQL, Valkey, relay, mail, and the program itself."""

pytest_plugins = [
    "tests.engines.chromium",
    "tests.engines.mail",
    "tests.engines.parlour",
    "tests.engines.postgres",
    "tests.engines.provider",
    "tests.engines.turn",
    "tests.engines.valkey",
]
