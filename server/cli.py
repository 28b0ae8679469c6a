"""The `parlour` command."""

import click
import uvicorn

from server.app import build_app, build_house
from server.config import Settings
from server.moments import pin_zones


@click.group()
def main() -> None:
    """Parlour: the platform that a therapy clinic installs itself."""
    pin_zones()


@main.command()
def serve() -> None:
    """Serve the clinic on one port."""
    settings = Settings()
    app = build_app(build_house(settings))
    click.echo(f"Parlour is at {settings.base_url}")
    uvicorn.run(app, host=settings.host, port=settings.port, ws="websockets-sansio", server_header=False)
