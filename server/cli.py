"""The `parlour` command."""

import asyncio
import json
import os
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import partial
from typing import TypeVar

import click
from pydantic import ValidationError

from server import keyfile, logs, serving
from server.accounts import commands as user_commands
from server.app import SOCKETS, build_app, build_house, drain, greeting, prepare, relays, utc_now
from server.audit import commands as audit_commands
from server.clinic import commands as clinic_commands
from server.clinic.store import clinics
from server.config import Settings
from server.db import Database
from server.doctor import Health, examine, report
from server.genetics.commands import genes
from server.home.demo_clinic import seeding as demo_clinic
from server.house import House
from server.moments import pin_zones

T = TypeVar("T")


@click.group()
def main() -> None:
    """Parlour: the platform that a therapy clinic installs itself."""
    pin_zones()
    os.umask(0o077)  # whatever is made in the data folder is its owner's alone


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
    run(settings_or_exit(), greeting)


def run(settings: Settings, say: Callable[[House], Awaitable[list[str]]]) -> None:
    """Serve with these settings until a signal ends it, and print what `say` answers once the port does."""
    logs.set_up(settings.log_level, settings.log_format)
    keyfile.open_folder(settings.data)
    try:
        serving.lock_folder(settings.data)
        house = build_house(settings)
    except (serving.AlreadyRunning, keyfile.KeyFileUnfit) as problem:
        raise click.ClickException(str(problem)) from None
    app = build_app(house)

    async def ready() -> None:
        for line in await say(house):
            click.echo(line)

    serving.run(app, settings, partial(drain, app), ready, SOCKETS)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line once it is ready.")
def demo(as_json: bool) -> None:
    """Start a clinic with a week of life in it; without PARLOUR_DATA it is gone when it ends."""
    os.environ["PARLOUR_DEMO"] = "1"
    with tempfile.TemporaryDirectory(prefix="parlour-demo-") as folder:
        if not os.environ.get("PARLOUR_DATA"):
            os.environ["PARLOUR_DATA"] = folder
        settings = settings_or_exit()
        if (settings.data / "parlour.db").exists():
            raise click.ClickException(
                f"{settings.data.absolute()} holds a clinic already; a demo wants an empty folder."
            )

        async def say(house: House) -> list[str]:
            try:
                links = await demo_clinic.seed(house)
            except demo_clinic.NotEmpty as problem:
                raise click.ClickException(str(problem)) from None
            return [json.dumps(asdict(links))] if as_json else list(demo_clinic.lines(links))

        run(settings, say)


async def relayed_alone(settings: Settings) -> list[str]:
    """Names of the clinics that send their calls through the relay alone."""
    database = Database(settings.data_url, pool_size=1)
    try:
        return [clinic.name for clinic in await database.read(clinics) if clinic.relay_only]
    finally:
        await database.close()


@main.command()
def doctor() -> None:
    """Say what is missing before a real patient may come."""
    settings = settings_or_exit()
    found = asyncio.run(examine(settings, relays(settings, "doctor", utc_now()), partial(relayed_alone, settings)))
    click.echo(report(found))
    if any(finding.health is Health.ILL for finding in found):
        raise SystemExit(1)


def in_house(work: Callable[[House], Awaitable[T]]) -> T:
    """Run `work` beside or without a server: the databases are brought to their shape, and closed after it.

    Where nothing was served yet nothing is made: a mistyped folder is said, and ends the command.
    """

    settings = settings_or_exit()
    if not keyfile.served(settings.data) or not (settings.database_url or (settings.data / "parlour.db").exists()):
        words = (
            f"There are no records in {settings.data.absolute()}. Is PARLOUR_DATA right? `parlour serve` begins them."
        )
        raise click.ClickException(words)

    async def look() -> T:
        house = build_house(settings)
        try:
            await prepare(house)
            return await work(house)
        finally:
            await house.db.close()
            await house.keys.database.close()

    return asyncio.run(look())


main.add_command(audit_commands.group(in_house))
main.add_command(user_commands.group(in_house))
main.add_command(clinic_commands.group(in_house))
main.add_command(genes)
