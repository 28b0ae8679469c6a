"""`parlour clinic`: which clinics this installation holds, and the link that founds one more."""

import click

from server.clinic.setup.pages import further_address
from server.clinic.store import clinics
from server.house import House, InHouse


async def listing(house: House) -> list[str]:
    """One line for each clinic, by name: its address here and its name."""
    return [f"{clinic.slug}\t{clinic.name}" for clinic in await house.db.read(clinics)]


def group(run: InHouse) -> click.Group:
    """The `clinic` commands; `run` opens the house for the length of one."""

    @click.group()
    def clinic() -> None:
        """The clinics of this installation. Nothing of one is seen by another."""

    @clinic.command("list")
    def list_command() -> None:
        """Every clinic: the last part of its address, and its name."""
        for line in run(listing):
            click.echo(line)

    @clinic.command("add")
    def add_command() -> None:
        """Print a link that sets up one more clinic, once, within a week. It ends the link of this kind before it."""
        click.echo(run(further_address))

    return clinic
