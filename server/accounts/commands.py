"""`parlour user`: staff from the server's own console, for the day when no admin can sign in."""

from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID, uuid4

import click
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.accounts import store
from server.accounts.factors.store import drop_factors
from server.accounts.forms import Fields, Invitation, parse_invitation
from server.accounts.rules import Purpose
from server.accounts.store import Account, NewStaff
from server.accounts.team.rules import refuse_disabling
from server.accounts.team.store import clinics_at, clinics_with_staff, invite, set_disabled, team
from server.audit.rules import Entry
from server.audit.store import note
from server.house import House, InHouse

Act = Callable[[House, AsyncSession, Account], Awaitable[str]]


async def listing(house: House) -> list[str]:
    """One line for each person of each clinic."""
    lines = []
    for clinic_id in await house.db.read(clinics_with_staff):
        ring = await house.keys.clinic(clinic_id)
        for person in await house.db.read(partial(team, clinic_id=clinic_id)):
            mail = store.open_mail(ring, clinic_id, person.id, person.mail_sealed)
            state = "disabled" if person.disabled else "active" if person.joined else "invited"
            factor = "second step" if person.has_factor else "no second step yet"
            lines.append(f"{mail}\t{person.name}\t{', '.join(sorted(person.roles))}\t{state}\t{factor}")
    return lines


async def add(house: House, fields: Fields, roles: tuple[str, ...], slug: str = "") -> str:
    """Make somebody who can join by the link that is returned, at the clinic of this address where there are several.

    Raises ClickException.
    """
    wish = parse_invitation(fields, roles)
    if not isinstance(wish, Invitation):
        raise click.ClickException("; ".join(f"{name}: {reason.replace('_', ' ')}" for name, reason in wish.items()))
    clinic_id, staff_id, now = await _where(house, slug), uuid4(), house.clock()
    ring = await house.keys.clinic(clinic_id)
    sealed = store.seal_mail(ring, clinic_id, staff_id, wish.mail)
    index = store.mail_index(house.keys.secret("staff mail"), wish.mail)
    new = NewStaff(staff_id, clinic_id, wish.name, sealed, index, wish.roles, None, now)

    async def work(db: AsyncSession) -> str | None:
        if not await invite(db, new):
            return None
        note(db, Entry(clinic_id, "staff.invited", "staff", staff_id), now)
        return await _link(house, db, staff_id, clinic_id, Purpose.INVITE)

    link = await house.db.unit(work)
    if link is None:
        raise click.ClickException("Somebody has this address already.")
    return link


async def _where(house: House, slug: str) -> UUID:
    clinics = await house.db.read(clinics_at)
    if not clinics:
        raise click.ClickException("There is no clinic yet: open the set-up link that `parlour serve` prints.")
    if not slug and len(clinics) > 1:
        raise click.ClickException(f"There are several clinics; say which by --clinic: {', '.join(sorted(clinics))}")
    if slug and slug not in clinics:
        raise click.ClickException(f"There is no clinic at /c/{slug}. There are: {', '.join(sorted(clinics))}")
    return clinics[slug] if slug else next(iter(clinics.values()))


async def act_on(house: House, mail: str, act: Act) -> str:
    """Do something to the account of this address. Raises ClickException when there is none."""
    index = store.mail_index(house.keys.secret("staff mail"), mail)

    async def work(db: AsyncSession) -> str | None:
        found = await store.find_account(db, index)
        return await act(house, db, found) if found else None

    said = await house.db.unit(work)
    if said is None:
        raise click.ClickException("Nobody here has this address.")
    return said


async def reset_password(house: House, db: AsyncSession, account: Account) -> str:
    _note(house, db, account, "staff.password_link_made")
    purpose = Purpose.RESET if account.password_hash else Purpose.INVITE
    return await _link(house, db, account.id, account.clinic_id, purpose)


async def reset_factor(house: House, db: AsyncSession, account: Account) -> str:
    await drop_factors(db, account.id)
    await store.end_logins(db, account.id, house.clock())
    _note(house, db, account, "staff.factor_reset")
    return "Done. The next sign-in asks for the password and then makes a new second step."


async def disable(house: House, db: AsyncSession, account: Account) -> str:
    refusal = refuse_disabling(await team(db, account.clinic_id, lock=True), None, account.id)
    if refusal is not None:
        raise click.ClickException("Nobody else runs this clinic: make somebody else an admin first.")
    await set_disabled(db, account.id, house.clock())
    await store.end_logins(db, account.id, house.clock())
    _note(house, db, account, "staff.disabled")
    return "Done. They are signed out everywhere and cannot sign in."


async def enable(house: House, db: AsyncSession, account: Account) -> str:
    await set_disabled(db, account.id, None)
    _note(house, db, account, "staff.enabled")
    return "Done. They can sign in again."


async def _link(house: House, db: AsyncSession, staff_id: UUID, clinic_id: UUID, purpose: Purpose) -> str:
    secret = house.keys.secret("staff links")
    token = await store.make_link(db, secret, purpose, house.clock(), staff_id=staff_id, clinic_id=clinic_id)
    return f"{house.settings.base_url}/staff/link/{token}"


def _note(house: House, db: AsyncSession, account: Account, action: str) -> None:
    note(db, Entry(account.clinic_id, action, "staff", account.id), house.clock())


def group(run: InHouse) -> click.Group:
    """The `user` commands; `run` opens the house for the length of one."""

    @click.group()
    def user() -> None:
        """Who works at the clinic."""

    @user.command("list")
    def list_command() -> None:
        """Everybody: address, name, roles, state."""
        for line in run(listing):
            click.echo(line)

    @user.command("add")
    @click.argument("mail")
    @click.option("--name", required=True)
    @click.option("--role", "roles", multiple=True, type=click.Choice([*Role]), default=[Role.ADMIN])
    @click.option("--clinic", default="", help="The last part of the clinic's address, where there are several.")
    def add_command(mail: str, name: str, roles: tuple[str, ...], clinic: str) -> None:
        """Make somebody, and print the one-time link by which they join."""
        click.echo(run(lambda house: add(house, {"mail": mail, "name": name}, roles, clinic)))

    for act, name, help_text in (
        (reset_password, "reset-password", "Print a one-time link to a new password."),
        (reset_factor, "reset-factor", "Forget somebody's second step; the next sign-in makes a new one."),
        (disable, "disable", "Close somebody's account and end their logins."),
        (enable, "enable", "Open a closed account again."),
    ):
        user.add_command(_command(run, act, name, help_text))
    return user


def _command(
    run: Callable[[Callable[[House], Awaitable[str]]], str], act: Act, name: str, help_text: str
) -> click.Command:
    @click.command(name, help=help_text)
    @click.argument("mail")
    def command(mail: str) -> None:
        click.echo(run(lambda house: act_on(house, mail, act)))

    return command
