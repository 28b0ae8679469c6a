"""For developers: write the next migration from what the tables say.

`python -m server.migrations.generate 0002 What it brings` makes the file.

What the models cannot say (triggers, exclusion constraints) is added by hand; read what was written.
"""

import asyncio
import sys
import tempfile

from alembic import command

from server import migrating
from server.db import Database


async def generate(number: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/empty.db")
        await migrating.upgrade(database)

        def write(connection):  # type: ignore[no-untyped-def]
            config = migrating.settings()
            config.attributes["connection"] = connection
            command.revision(config, message=name, rev_id=number, autogenerate=True)

        await database.run_sync(write)
        await database.close()


if __name__ == "__main__":
    asyncio.run(generate(sys.argv[1], " ".join(sys.argv[2:])))
