"""Real engines for every test that asks: browser, PostgreSQL, Valkey, relay, mail, and the program itself."""

from hypothesis import settings

from server.moments import pin_zones

pin_zones()  # as the program does at its start, before a test module makes a zone

# No example is timed: a busy machine would make a finding of itself.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

pytest_plugins = [
    "tests.engines.chromium",
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
