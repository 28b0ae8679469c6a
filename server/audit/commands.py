"""`parlour audit`: proving that nobody touched the record of who saw what."""

import click
from cryptography.exceptions import InvalidSignature

from server.audit.chain import AnchorFile, Finding, heads, verify
from server.house import House, InHouse


def anchor_file(house: House) -> AnchorFile:
    """Where this installation keeps its signed heads."""
    return AnchorFile(house.settings.data / "audit-anchors.jsonl", house.keys.secret("audit anchors"))


async def findings(house: House) -> list[Finding]:
    """Verify every clinic's chain. Raises InvalidSignature when an anchor is not ours."""
    anchors = anchor_file(house).read()
    clinics = set(await house.db.read(heads)) | {anchor.clinic for anchor in anchors}
    found = []
    for clinic in sorted(clinics):

        async def work(db, clinic=clinic):  # type: ignore[no-untyped-def]
            return await verify(db, clinic, anchors)

        found.append(await house.db.read(work))
    return found


def sentence(finding: Finding) -> str:
    """What a person reads about one clinic's chain."""
    waiting = f", {finding.unsealed} not sealed yet" if finding.unsealed else ""
    if finding.broken_at is None:
        return f"{finding.clinic}: {finding.sealed} entries, whole{waiting}"
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
