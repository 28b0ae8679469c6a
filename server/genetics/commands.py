"""`parlour genes`: what is known of genes, brought up to date from files that their guideline body published."""

import asyncio
import json
from pathlib import Path
from typing import Any

import click

from server.genetics.catalogue import DATA, shipped
from server.genetics.comparing import compared, read_published
from server.genetics.refreshing import changes, refreshed, wanted, written
from server.outside import Bounds, NotReached, Outside

NOTES = """Nothing was written: --write server/genetics/data/genes.json puts it there. Then read what changed, run the
tests, and say in SOURCE.md which files were read. What a guideline advises is written by hand, from no file."""
READ = """Nothing was written: our words are ours. A person reads each line against the guideline, mends guidelines.json
by hand, says in SOURCE.md which file was read, and keeps that file for --before."""
LARGE = Bounds(seconds=120, redirects=3)


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


@genes.command("recommendations")
@click.argument("source")
@click.option("--before", help="The file that our words were last read against: a path or an address.")
def recommendations(source: str, before: str | None) -> None:
    """Compare what stands here with the recommendations in SOURCE, a path or an https address, and write nothing.

    Medicine by medicine: what is graded otherwise, what is missing, what is in no file any more; with --before also
    what is said in other words, so that a person reads whether ours still say it.
    """
    tables = shipped()
    try:
        now = read_published(_rows_of(source), tables)
        old = read_published(_rows_of(before), tables) if before else None
        if not now:
            raise click.ClickException(f"{source} says nothing of the medicines that stand here.")
        found = compared(tables, now, old)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise click.ClickException(f"This is no file of recommendations: {problem!r}") from None
    for title, lines in (
        ("Graded otherwise", found.differs),
        ("Missing here", found.missing),
        ("In no file", found.gone),
        ("Said in other words: read whether ours still say it", found.reword),
        ("Not read", found.unread),
    ):
        if lines:
            click.echo("\n".join([f"{title}: {len(lines)}", *(f"  {line}" for line in lines)]))
    click.echo(f"{found.same} of {len(now)} are graded as they are here (tables of {tables.version}).")
    click.echo(READ)


def _rows_of(source: str) -> list[dict[str, Any]]:
    """Raises ClickException for an address that gives nothing; ValueError for what is no JSON."""
    if not source.startswith(("https://", "http://")):
        return list(json.loads(Path(source).read_text("utf-8")))
    try:
        answer = asyncio.run(Outside().ask("GET", source, headers={"accept": "application/json"}, bounds=LARGE))
    except NotReached as problem:
        raise click.ClickException(f"{source} cannot be read: {problem}") from None
    if not answer.is_good:
        raise click.ClickException(f"{source} answers {answer.status}")
    return list(json.loads(answer.body))
