"""The `parlour` command."""

import asyncio
import os
from functools import partial

import click
from pydantic import ValidationError

from server import keyfile, logs, serving
from server.app import build_app, build_house, drain, greeting, relays, utc_now
from server.audit import commands as audit_commands
from server.config import Settings
from server.doctor import Health, examine, report
from server.moments import pin_zones


@click.group()
def main() -> None:
    """Parlour: the platform that a therapy clinic installs itself."""
    pin_zones()


def settings_or_exit() -> Settings:
    """The settings, or one line per setting that cannot stand, and exit 2."""
    try:
        return Settings()
    except ValidationError as problem:
        for line in problem.errors():
            where = " ".join(str(part) for part in line["loc"]).upper() or "SETTINGS"
            click.echo(f"{where}: {line['msg']}", err=True)
        raise SystemExit(2) from None


@main.command()
def serve() -> None:
    """Serve the clinic on one port (PORT, default 8000)."""
    settings = settings_or_exit()
    logs.set_up(settings.log_level, settings.log_format)
    os.umask(0o077)  # whatever is made in the data folder is its owner's alone
    keyfile.open_folder(settings.data)
    try:
        serving.lock_folder(settings.data)
        house = build_house(settings)
    except (serving.AlreadyRunning, keyfile.KeyFileUnfit) as problem:
        raise click.ClickException(str(problem)) from None
    app = build_app(house)

    async def ready() -> None:
        for line in await greeting(house):
            click.echo(line)

    serving.run(app, settings, partial(drain, app), ready)


@main.command()
def doctor() -> None:
    """Say what is missing before a real patient may come."""
    settings = settings_or_exit()
    found = asyncio.run(examine(settings, relays(settings, "doctor", utc_now())))
    click.echo(report(found))
    if any(finding.health is Health.ILL for finding in found):
        raise SystemExit(1)


main.add_command(audit_commands.group(lambda: build_house(settings_or_exit())))
