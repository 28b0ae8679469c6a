"""`parlour audit`: proving that nobody touched the record of who saw what."""

from dataclasses import replace
from uuid import UUID

import click
from cryptography.exceptions import InvalidSignature
from sqlalchemy import Uuid, column, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.chain import AnchorFile, Finding, heads, verify
from server.house import House, InHouse

# Clinics and staff belong to features above: asked by name, as foreign keys are.
_clinics = table("clinics", column("id", Uuid()))
_staff = table("staff", column("clinic_id", Uuid()))


def anchor_file(house: House) -> AnchorFile:
    """Where this installation keeps its signed heads."""
    return AnchorFile(house.settings.data / "audit-anchors.jsonl", house.keys.secret("audit anchors"))


async def findings(house: House) -> list[Finding]:
    """The chain of every clinic that exists or left a trace. Raises InvalidSignature when an anchor is not ours."""
    anchors = anchor_file(house).read()
    there, at_work = await house.db.read(_at_work)
    clinics = set(await house.db.read(heads)) | {anchor.clinic for anchor in anchors} | there
    found = []
    for clinic in sorted(clinics):

        async def work(db, clinic=clinic):  # type: ignore[no-untyped-def]
            return await verify(db, clinic, anchors)

        found.append(judged(await house.db.read(work), at_work=clinic in at_work))
    return found


def judged(finding: Finding, *, at_work: bool) -> Finding:
    """A chain that is whole because nothing is in it: where people work, something was written down."""
    if finding.broken_at is None and at_work and not finding.sealed + finding.unsealed:
        return replace(finding, broken_at=1, why="people work here, and not one entry is left")
    return finding


async def _at_work(db: AsyncSession) -> tuple[set[UUID], set[UUID]]:
    """The clinics that exist, and those that have staff."""
    staffed = await db.scalars(select(_staff.c.clinic_id).distinct())
    return set(await db.scalars(select(_clinics.c.id))), set(staffed)


def sentence(finding: Finding) -> str:
    """What a person reads about one clinic's chain."""
    waiting = f", {finding.unsealed} not sealed yet" if finding.unsealed else ""
    if finding.broken_at is None:
        anchored = f"anchored up to {finding.anchored}" if finding.anchored else "no anchor here"
        return f"{finding.clinic}: {finding.sealed} entries, whole, {anchored}{waiting}"
    return f"{finding.clinic}: broken at entry {finding.broken_at}: {finding.why}{waiting}"


def group(run: InHouse) -> click.Group:
    """The `audit` commands; `run` opens the house for the length of one."""

    @click.group()
    def audit() -> None:
        """Who saw or changed what."""

    @audit.command("verify")
    def verify_command() -> None:
        """Recompute every chain; exit 1 when one is broken."""

        try:
            found = run(findings)
        except InvalidSignature as problem:
            raise click.ClickException(str(problem)) from None
        for finding in found:
            click.echo(sentence(finding))
        if any(finding.broken_at is not None for finding in found):
            raise SystemExit(1)

    return audit
