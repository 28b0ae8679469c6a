"""`parlour genes`: what is known of genes, brought up to date from files that their guideline body published."""

import json
from pathlib import Path

import click

from server.genetics.catalogue import DATA
from server.genetics.refreshing import changes, refreshed, wanted, written

NOTES = """Nothing was written: --write server/genetics/data/genes.json puts it there. Then read what changed, run the
tests, and say in SOURCE.md which files were read. What a guideline advises is written by hand, from no file."""


@click.group()
def genes() -> None:
    """The tables of genes that medicines are read by."""


@genes.command("refresh")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--version", required=True, help="Of which day the files are, as they were published: 2024-08-27.")
@click.option("--write", "path", type=click.Path(dir_okay=False, path_type=Path), help="Where the new table goes.")
def refresh(folder: Path, version: str, path: Path | None) -> None:
    """Compare the tables with the published files in FOLDER (CYP2D6.json ...), and print what would change.

    Every pair of alleles of every file is read by the rules here; where one comes out otherwise nothing is written.
    """
    now = json.loads((DATA / "genes.json").read_text("utf-8"))
    try:
        files = {name: json.loads((folder / f"{name}.json").read_text("utf-8")) for name in wanted(now)}
        new = refreshed(now, files, version)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise click.ClickException(str(problem)) from None
    for line in changes(now, new) or ["No allele changes."]:
        click.echo(line)
    pairs = sum(len(one["diplotypes"]) for one in files.values())
    click.echo(f"{pairs} pairs of alleles come out as the files say.")
    if path:
        path.write_text(written(new), "utf-8")
    else:
        click.echo(NOTES)
